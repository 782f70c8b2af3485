/**
 * The innermost loops of the matrix product: one tile of C in registers while k runs.
 * A is read by broadcasting single elements, B by vectors along its rows (or packed panels of them).
 */
import {
	type Code,
	type Expr,
	type FunctionBuilder,
	type FunctionRef,
	f32x4,
	i32,
	type Local,
	type ModuleBuilder,
	v128,
} from "../assembler.ts";

/** Rows and columns of a full tile: 12 accumulators, two vectors of B and one of A fill the 15 registers that V8 gives out. */
export const TILE_ROWS = 6;
export const TILE_COLUMNS = 8;
const VECTOR_BYTES = 16;
const UNROLL = 4;

/** `rows`: consecutive k of A lie together; `steps`: consecutive rows of A lie together (A transposed, or packed). */
export type LeftLayout = "rows" | "steps";

/** What a tile's code is specialised for. */
export interface TileShape {
	readonly rows: number;
	/** Vectors of four columns: 1 or 2. */
	readonly vectors: number;
	readonly layout: LeftLayout;
	/** Fused multiply-add. */
	readonly fused: boolean;
}

/** a × b + c. */
export function multiplyAdd(fused: boolean, a: Expr<"v128">, b: Expr<"v128">, c: Expr<"v128">): Expr<"v128"> {
	return fused ? f32x4.relaxedMadd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/** Parameter types of `tileFunction`. */
export const TILE_PARAMETERS = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;

/**
 * Adds the function `(a, aStride, b, bStride, start, startRow, c, cRow, k)`: C tile = start tile + A · B, the product
 * summed by itself first: over a long k, in pieces, that loses fewer bits.
 * `aStride` is the distance of A's rows (layout `rows`) or of its steps along k; a `startRow` of 0 makes every row start alike (bias).
 * Strides are in bytes.
 */
export function tileFunction(module: ModuleBuilder, shape: TileShape): FunctionRef {
	return module.func({ parameters: TILE_PARAMETERS }, (f, ...parameters) => {
		const [a, aStride, b, bStride, start, startRow, c, cRow, k] = parameters as Local<"i32">[];
		const tile = Array.from({ length: shape.rows }, () => Array.from({ length: shape.vectors }, () => f.local("v128")));
		const left = leftReader(f, shape, a, aStride);
		const right = Array.from({ length: shape.vectors }, () => f.local("v128"));
		const splat = f.local("v128");
		const step = (index: number): Code => [
			right.map((vector, v) => vector.set(v128.load(b.get, v * VECTOR_BYTES))),
			b.set(i32.add(b.get, bStride.get)),
			tile.map((row, r) => [
				splat.set(left.read(r, index)),
				row.map((sum, v) => sum.set(multiplyAdd(shape.fused, splat.get, right[v].get, sum.get))),
			]),
			left.afterStep,
		];
		const advance = (count: number): Code => [left.afterSteps(count), k.set(i32.sub(k.get, i32.const(count)))];
		return [
			left.begin,
			f.when(
				i32.geS(k.get, i32.const(UNROLL)),
				f.repeat(() => ({
					body: [Array.from({ length: UNROLL }, (_, index) => step(index)), advance(UNROLL)],
					again: i32.geS(k.get, i32.const(UNROLL)),
				})),
			),
			f.when(
				k.get,
				f.repeat(() => ({ body: [step(0), advance(1)], again: k.get })),
			),
			tile.map((row) => [
				row.map((sum, v) => v128.store(c.get, f32x4.add(v128.load(start.get, v * VECTOR_BYTES), sum.get), v * VECTOR_BYTES)),
				c.set(i32.add(c.get, cRow.get)),
				start.set(i32.add(start.get, startRow.get)),
			]),
		];
	});
}

/** How elements of A are reached: one pointer a row, or one pointer that moves on by a stride each step. */
function leftReader(f: FunctionBuilder, shape: TileShape, a: Local<"i32">, aStride: Local<"i32">) {
	if (shape.layout === "steps") {
		return {
			begin: [] as Code,
			read: (row: number, _index: number) => v128.load32Splat(a.get, 4 * row),
			afterStep: a.set(i32.add(a.get, aStride.get)),
			afterSteps: (_count: number): Code => [],
		};
	}
	const pointers = Array.from({ length: shape.rows }, (_, row) => (row === 0 ? a : f.local("i32")));
	return {
		begin: pointers.slice(1).map((pointer, row) => pointer.set(i32.add(pointers[row].get, aStride.get))),
		read: (row: number, index: number) => v128.load32Splat(pointers[row].get, 4 * index),
		afterStep: [] as Code,
		afterSteps: (count: number): Code => pointers.map((pointer) => pointer.set(i32.add(pointer.get, i32.const(4 * count)))),
	};
}
