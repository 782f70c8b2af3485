/** Copies between any strides, and conversions between element types. */
import { dtypes } from "../../../core/dtype.ts";
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import { formula } from "../../../kernels/formula.ts";
import { type Code, type Expr, type FunctionBuilder, i32, type Local, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host } from "../host.ts";
import { mergeAxes } from "../layout.ts";

const PARALLEL_ELEMENTS = 65536;
const identity = formula("copy", (x) => x);

/** The copy kernel of a host; `map` converts types. */
export function copy(host: Host, map: Kernels["map"]): Kernels["copy"] {
	const raw = rawCopy(host);
	return (x, out) => {
		if (x.size === 0) return;
		if (x.dtype === out.dtype) raw(x, out);
		else if (out.contiguous) map(identity, [x], [out]);
		else {
			const { operand, release } = temporary(host, out);
			try {
				map(identity, [x], [operand]);
				raw(operand, out);
			} finally {
				release();
			}
		}
	};
}

/** An uninitialised contiguous operand of the same type and shape, and how to give it back. */
export function temporary(host: Host, like: Operand): { operand: Operand; release: () => void } {
	const bytes = like.size * dtypes[like.dtype].bytes;
	const address = host.heap.allocate(bytes);
	const strides = new Array<number>(like.shape.length);
	let step = 1;
	for (let i = like.shape.length - 1; i >= 0; i--) {
		strides[i] = step;
		step *= like.shape[i];
	}
	const { dtype, shape, size } = like;
	const operand = { block: { address, bytes } as Operand["block"], dtype, shape, strides, offset: 0, size, contiguous: true };
	return { operand, release: () => host.heap.release(address) };
}

/** Copies elements of one type. */
export function rawCopy(host: Host): (x: Operand, out: Operand) => void {
	return (x, out) => {
		const bytes = bytesOf(x.dtype);
		if (x.contiguous && out.contiguous) {
			const from = addressOf(x);
			host.heap.u8.copyWithin(addressOf(out), from, from + x.size * bytes);
			return;
		}
		const axes = mergeAxes([out, x]);
		let { shape } = axes;
		let [to, from] = axes.strides;
		while (shape.length < 2) {
			shape = [1, ...shape];
			to = [0, ...to];
			from = [0, ...from];
		}
		const transposing = bytes === 4 && to.at(-1) === 1 && from.at(-1) !== 1 && from.at(-2) === 1;
		const kernel = transposing
			? host.kernel("copy transposed", buildTransposed)
			: host.kernel(`copy ${bytes} ${to.at(-1) === 1 && from.at(-1) === 1}`, (module) =>
					buildStrided(module, bytes, to.at(-1) === 1 && from.at(-1) === 1),
				);
		const rank = shape.length;
		const [rows, inner] = [shape[rank - 2], shape[rank - 1]];
		const unit = transposing ? 4 : 1;
		const outer = shape.slice(0, rank - 2);
		const index = new Array<number>(outer.length).fill(0);
		const { i32: words } = host.heap;
		for (;;) {
			let source = addressOf(x);
			let target = addressOf(out);
			for (let d = 0; d < outer.length; d++) {
				source += index[d] * from[d] * bytes;
				target += index[d] * to[d] * bytes;
			}
			const values = [
				inner,
				target,
				to[rank - 2] * bytes,
				to[rank - 1] * bytes,
				source,
				from[rank - 2] * bytes,
				from[rank - 1] * bytes,
				rows,
			];
			for (let i = 0; i < values.length; i++) words[host.args + i] = values[i];
			host.run(kernel, Math.ceil(rows / unit), Math.max(1, Math.ceil(PARALLEL_ELEMENTS / (inner * unit))));
			let axis = outer.length - 1;
			while (axis >= 0 && ++index[axis] === outer[axis]) index[axis--] = 0;
			if (axis < 0) return;
		}
	};
}

type Word = Expr<"i32">;

/** args: inner, target, target row step, target step, source, source row step, source step; steps in bytes. Units are rows. */
function buildStrided(module: ModuleBuilder, bytes: number, unitSteps: boolean): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, start, end, args) => {
		const at = args.get as Word;
		const [row, left, target, source] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
		const move = bytes === 4 ? i32.store(target.get, i32.load(source.get)) : i32.store8(target.get, i32.load8U(source.get));
		const advance = (by: { target: Word; source: Word; count: number }): Code => [
			target.set(i32.add(target.get, by.target)),
			source.set(i32.add(source.get, by.source)),
			left.set(i32.sub(left.get, i32.const(by.count))),
		];
		const block = 16 / bytes;
		const blocks = f.when(
			i32.geS(left.get, i32.const(block)),
			f.repeat(() => ({
				body: [v128.store(target.get, v128.load(source.get)), advance({ target: i32.const(16), source: i32.const(16), count: block })],
				again: i32.geS(left.get, i32.const(block)),
			})),
		);
		const singles = f.when(
			i32.gtS(left.get, i32.const(0)),
			f.repeat(() => ({
				body: [move, advance({ target: i32.load(at, 12), source: i32.load(at, 24), count: 1 })],
				again: i32.gtS(left.get, i32.const(0)),
			})),
		);
		return f.loop(row, { from: start.get as Word, to: end.get as Word }, (r) => [
			left.set(i32.load(at)),
			target.set(i32.add(i32.load(at, 4), i32.mul(r, i32.load(at, 8)))),
			source.set(i32.add(i32.load(at, 16), i32.mul(r, i32.load(at, 20)))),
			unitSteps ? blocks : [],
			singles,
		]);
	});
}

/** The same arguments and, last, the number of rows; source rows are contiguous the other way. Units are four target rows. */
function buildTransposed(module: ModuleBuilder): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, start, end, args) => {
		const at = args.get as Word;
		const [unit, row, rowEnd, column, target, source] = Array.from({ length: 6 }, () => f.local("i32"));
		const [targetRow, sourceColumn] = [i32.load(at, 8), i32.load(at, 24)];
		const single = (): Code => [
			target.set(i32.add(i32.add(i32.load(at, 4), i32.mul(row.get, targetRow)), i32.shl(column.get, i32.const(2)))),
			source.set(i32.add(i32.add(i32.load(at, 16), i32.shl(row.get, i32.const(2))), i32.mul(column.get, sourceColumn))),
		];
		return f.loop(unit, { from: start.get as Word, to: end.get as Word }, (u) => [
			row.set(i32.shl(u, i32.const(2))),
			rowEnd.set(i32.add(row.get, i32.const(4))),
			column.set(i32.const(0)),
			f.when(
				i32.leS(rowEnd.get, i32.load(at, 28)),
				f.loop(column, { to: i32.and(i32.load(at), i32.const(-4)), step: i32.const(4) }, () => [
					single(),
					transposeTile(f, target, source, targetRow, sourceColumn),
				]),
				rowEnd.set(i32.load(at, 28)),
			),
			// What is left of these rows, element by element.
			remainder(f, { row, rowEnd, column, width: i32.load(at), move: [single(), i32.store(target.get, i32.load(source.get))] }),
		]);
	});
}

function remainder(
	f: FunctionBuilder,
	parts: { row: Local<"i32">; rowEnd: Local<"i32">; column: Local<"i32">; width: Word; move: Code },
): Code {
	const { row, rowEnd, column, width, move } = parts;
	const [firstRow] = [f.local("i32")];
	return [
		firstRow.set(row.get),
		f.loop(column, { to: width }, () => [row.set(firstRow.get), f.loop(row, { to: rowEnd.get }, () => [move])]),
	];
}

/** Four source columns of four elements become four target rows. */
function transposeTile(f: FunctionBuilder, target: Local<"i32">, source: Local<"i32">, targetRow: Word, sourceColumn: Word): Code {
	const [a, b, c, d] = Array.from({ length: 4 }, () => f.local("v128"));
	const [lowAB, lowCD, highAB, highCD] = Array.from({ length: 4 }, () => f.local("v128"));
	const next = (pointer: Local<"i32">, by: Word): Code => pointer.set(i32.add(pointer.get, by));
	const put = (value: Expr<"v128">): Code => [v128.store(target.get, value), next(target, targetRow)];
	return [
		[a, b, c, d].map((column) => [column.set(v128.load(source.get)), next(source, sourceColumn)]),
		lowAB.set(shuffle32(a.get, b.get, [0, 4, 1, 5])),
		lowCD.set(shuffle32(c.get, d.get, [0, 4, 1, 5])),
		highAB.set(shuffle32(a.get, b.get, [2, 6, 3, 7])),
		highCD.set(shuffle32(c.get, d.get, [2, 6, 3, 7])),
		put(shuffle32(lowAB.get, lowCD.get, [0, 1, 4, 5])),
		put(shuffle32(lowAB.get, lowCD.get, [2, 3, 6, 7])),
		put(shuffle32(highAB.get, highCD.get, [0, 1, 4, 5])),
		put(shuffle32(highAB.get, highCD.get, [2, 3, 6, 7])),
	];
}
