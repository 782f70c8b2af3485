/**
 * Packing for the matrix product: pieces of A and B copied into the order in which the tile functions read them.
 * Panels may hold rubbish beyond the matrix's last row or column; nothing reads results there.
 */
import {
	type Code,
	type Expr,
	type FunctionBuilder,
	type FunctionRef,
	f32,
	i32,
	type Local,
	type ModuleBuilder,
	shuffle32,
	v128,
} from "../assembler.ts";
import { TILE_COLUMNS, TILE_ROWS } from "./gemm-micro.ts";

type I32 = Expr<"i32">;

/** Reads a 4 × 4 block, one vector from each pointer, and returns its transpose's rows. */
export function transpose4(f: FunctionBuilder, rows: readonly Expr<"v128">[]): { prepare: Code; columns: Expr<"v128">[] } {
	const input = rows.map(() => f.local("v128"));
	const half = rows.map(() => f.local("v128"));
	const [r0, r1, r2, r3] = input.map((local) => local.get);
	const [h0, h1, h2, h3] = half.map((local) => local.get);
	return {
		prepare: [
			input.map((local, i) => local.set(rows[i])),
			half[0].set(shuffle32(r0, r1, [0, 4, 1, 5])),
			half[1].set(shuffle32(r2, r3, [0, 4, 1, 5])),
			half[2].set(shuffle32(r0, r1, [2, 6, 3, 7])),
			half[3].set(shuffle32(r2, r3, [2, 6, 3, 7])),
		],
		columns: [
			shuffle32(h0, h1, [0, 1, 4, 5]),
			shuffle32(h0, h1, [2, 3, 6, 7]),
			shuffle32(h2, h3, [0, 1, 4, 5]),
			shuffle32(h2, h3, [2, 3, 6, 7]),
		],
	};
}

/**
 * Adds `(source, rowStride, columnStride, k, columns, target)`: packs `[k, columns]` into panels of eight columns, each panel
 * k rows of eight. Strides in bytes.
 */
export function packRight(module: ModuleBuilder): FunctionRef {
	const byRows = packRows(module);
	const byColumns = packColumns(module);
	const anyStrides = packStrided(module, TILE_COLUMNS);
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32", "i32"] }, (f, ...parameters) => {
		const [source, row, column, k, columns, target] = (parameters as Local<"i32">[]).map((local) => local.get);
		return f.when(
			i32.eq(column, i32.const(4)),
			module.call(byRows, source, row, k, columns, target),
			f.when(
				i32.eq(row, i32.const(4)),
				module.call(byColumns, source, column, k, columns, target),
				module.call(anyStrides, source, row, column, k, columns, target),
			),
		);
	});
}

/**
 * Adds `(source, rowStride, stepStride, k, rows, target)`: packs `[rows, k]` into panels of six rows, each panel k steps of six.
 */
export function packLeft(module: ModuleBuilder): FunctionRef {
	const anyStrides = packStrided(module, TILE_ROWS);
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32", "i32"] }, (_f, ...parameters) => {
		const [source, row, step, k, rows, target] = (parameters as Local<"i32">[]).map((local) => local.get);
		return module.call(anyStrides, source, step, row, k, rows, target);
	});
}

/**
 * Adds `(source, stride, rows, length, target, targetStride)`: copies rows of `length` elements closer together. Up to three elements
 * more are written after each row.
 */
export function compact(module: ModuleBuilder): FunctionRef {
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32", "i32"] }, (f, ...parameters) => {
		const [source, stride, rows, length, target, targetStride] = parameters as Local<"i32">[];
		const [row, offset, bytes] = [f.local("i32"), f.local("i32"), f.local("i32")];
		return [
			bytes.set(times4(length.get)),
			f.loop(row, { from: i32.const(0), to: rows.get }, () => [
				f.loop(offset, { from: i32.const(0), to: bytes.get, step: i32.const(16) }, (at) => [
					v128.store(i32.add(target.get, at), v128.load(i32.add(source.get, at))),
				]),
				add(source, stride.get),
				add(target, targetStride.get),
			]),
		];
	});
}

/** `(source, rowStride, k, columns, target)`; columns are adjacent. */
function packRows(module: ModuleBuilder): FunctionRef {
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32"] }, (f, ...parameters) => {
		const [source, row, k, columns, target] = parameters as Local<"i32">[];
		const [column, pointer, step] = [f.local("i32"), f.local("i32"), f.local("i32")];
		return f.loop(column, { from: i32.const(0), to: columns.get, step: i32.const(TILE_COLUMNS) }, (first) => [
			pointer.set(i32.add(source.get, times4(first))),
			f.loop(step, { from: i32.const(0), to: k.get }, () => [
				v128.store(target.get, v128.load(pointer.get)),
				v128.store(target.get, v128.load(pointer.get, 16), 16),
				add(target, i32.const(32)),
				add(pointer, row.get),
			]),
		]);
	});
}

/** `(source, columnStride, k, columns, target)`; rows are adjacent: transposes 4 × 4 blocks. */
function packColumns(module: ModuleBuilder): FunctionRef {
	const half = packFourColumns(module);
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32"] }, (f, ...parameters) => {
		const [source, column, k, columns, target] = parameters as Local<"i32">[];
		const first = f.local("i32");
		const four = (offset: number): Code =>
			module.call(
				half,
				i32.add(source.get, i32.mul(column.get, i32.add(first.get, i32.const(offset)))),
				column.get,
				k.get,
				i32.sub(columns.get, i32.add(first.get, i32.const(offset))),
				i32.add(target.get, i32.const(4 * offset)),
			);
		return f.loop(first, { from: i32.const(0), to: columns.get, step: i32.const(TILE_COLUMNS) }, () => [
			four(0),
			f.when(i32.gtS(columns.get, i32.add(first.get, i32.const(4))), four(4)),
			add(target, i32.mul(k.get, i32.const(32))),
		]);
	});
}

/** `(source, columnStride, k, columns, target)`: four columns (fewer: the last one again) into a panel of eight. */
function packFourColumns(module: ModuleBuilder): FunctionRef {
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32"] }, (f, ...parameters) => {
		const [source, column, k, columns, target] = parameters as Local<"i32">[];
		const pointers = [source, f.local("i32"), f.local("i32"), f.local("i32")];
		const transposed = transpose4(
			f,
			pointers.map((pointer) => v128.load(pointer.get)),
		);
		const advance = (count: number): Code => [
			pointers.map((pointer) => add(pointer, i32.const(4 * count))),
			add(target, i32.const(32 * count)),
			add(k, i32.const(-count)),
		];
		return [
			pointers
				.slice(1)
				.map((pointer, index) =>
					pointer.set(i32.add(pointers[index].get, i32.select(i32.gtS(columns.get, i32.const(index + 1)), column.get, i32.const(0)))),
				),
			f.when(
				i32.geS(k.get, i32.const(4)),
				f.repeat(() => ({
					body: [transposed.prepare, transposed.columns.map((vector, index) => v128.store(target.get, vector, 32 * index)), advance(4)],
					again: i32.geS(k.get, i32.const(4)),
				})),
			),
			f.when(
				k.get,
				f.repeat(() => ({
					body: [pointers.map((pointer, index) => f32.store(target.get, f32.load(pointer.get), 4 * index)), advance(1)],
					again: k.get,
				})),
			),
		];
	});
}

/** `(source, rowStride, columnStride, k, columns, target)`: element by element, panels of `width`, zeros beyond the last column. */
function packStrided(module: ModuleBuilder, width: number): FunctionRef {
	return module.func({ parameters: ["i32", "i32", "i32", "i32", "i32", "i32"] }, (f, ...parameters) => {
		const [source, row, column, k, columns, target] = parameters as Local<"i32">[];
		const [first, step, lane] = [f.local("i32"), f.local("i32"), f.local("i32")];
		const at = (): I32 => i32.add(source.get, i32.add(i32.mul(step.get, row.get), i32.mul(i32.add(first.get, lane.get), column.get)));
		return f.loop(first, { from: i32.const(0), to: columns.get, step: i32.const(width) }, () => [
			f.loop(step, { from: i32.const(0), to: k.get }, () => [
				f.loop(lane, { from: i32.const(0), to: i32.const(width) }, () => [
					f.when(
						i32.ltS(i32.add(first.get, lane.get), columns.get),
						f32.store(target.get, f32.load(at())),
						f32.store(target.get, f32.const(0)),
					),
					add(target, i32.const(4)),
				]),
			]),
		]);
	});
}

/** Four times an index: its distance in bytes. */
export function times4(value: I32): I32 {
	return i32.shl(value, i32.const(2));
}

/** local += value. */
export function add(local: Local<"i32">, value: I32): Code {
	return local.set(i32.add(local.get, value));
}
