/**
 * Matrix products with few columns and a short k, such as those of Winograd's convolution: the code is made for one k, one n and
 * one set of strides, so that a tile needs no counting and no addressing. About a third faster than the general code at k = 16.
 */
import { type Code, type Expr, f32x4, i32, type Local, type ModuleBuilder, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import type { GemmCall } from "./gemm.ts";
import { multiplyAdd, TILE_COLUMNS, TILE_ROWS } from "./gemm-micro.ts";
import { smaller, type Writer, writeKernel } from "./writer.ts";

/** Longest k, and most columns: a tile's code and all of B fit in the first-level caches. */
const LONGEST = 32;
const MOST_COLUMNS = 64;
/** Fewest rows in all matrices of a batch for which code of their own pays. */
const FEWEST_ROWS = 512;
/** Rows of a unit. */
const BLOCK_ROWS = 48;
const GRAIN_OPERATIONS = 2 ** 17;

/** Whether a product is of this kind. */
export function hasFixedCode(call: GemmCall): boolean {
	return (
		call.k > 0 &&
		call.k <= LONGEST &&
		call.n <= MOST_COLUMNS &&
		call.n % TILE_COLUMNS === 0 &&
		call.m >= TILE_ROWS &&
		call.m * call.batch >= FEWEST_ROWS &&
		call.aColumn === 1 &&
		call.bColumn === 1 &&
		call.aRow > 0 &&
		call.bRow > 0 &&
		call.bias === 0 &&
		!call.accumulate
	);
}

/** Computes it. */
export function runFixed(host: Host, call: GemmCall): void {
	const { k, n, aRow, bRow, cRow } = call;
	const shape = { k, n, aRow: 4 * aRow, bRow: 4 * bRow, cRow: 4 * cRow };
	const kernel = host.kernel(`gemm ${Object.values(shape).join(" ")}`, (module) => build(module, shape, host.relaxedSimd));
	const { i32: words } = host.heap;
	const { args } = host;
	const blocks = Math.ceil(call.m / BLOCK_ROWS);
	words[args] = call.a;
	words[args + 1] = call.b;
	words[args + 2] = call.c;
	words[args + 3] = 4 * call.aBatch;
	words[args + 4] = 4 * call.bBatch;
	words[args + 5] = 4 * call.cBatch;
	words[args + 6] = call.m;
	words[args + 7] = blocks;
	host.run(kernel, call.batch * blocks, Math.ceil(GRAIN_OPERATIONS / (Math.min(call.m, BLOCK_ROWS) * n * k)));
}

/** What the code is made for; strides in bytes. */
interface FixedShape {
	readonly k: number;
	readonly n: number;
	readonly aRow: number;
	readonly bRow: number;
	readonly cRow: number;
}

function build(module: ModuleBuilder, shape: FixedShape, fused: boolean): void {
	writeKernel(module, fused, (w, call) => {
		const [a, b, c, aBatch, bBatch, cBatch, m, blocks] = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => call.word(index));
		const lastTile = w.let(i32.sub(m, i32.const(TILE_ROWS)));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const batch = w.let(i32.divU(unit, blocks));
			const first = w.let(i32.mul(i32.sub(unit, i32.mul(batch, blocks)), i32.const(BLOCK_ROWS)));
			const end = w.let(i32.add(first, i32.const(BLOCK_ROWS)));
			const matrix = (base: Expr<"i32">, stride: Expr<"i32">) => w.let(i32.add(base, i32.mul(batch, stride)));
			const [left, right, out] = [matrix(a, aBatch), matrix(b, bBatch), matrix(c, cBatch)];
			w.loop({ from: first, to: smaller(end, m), step: TILE_ROWS }, (row) => {
				// A last tile that sticks out is moved up: some rows are computed twice, to the same bits.
				const from = w.let(smaller(row, lastTile));
				const at = {
					a: w.let(i32.add(left, i32.mul(from, i32.const(shape.aRow)))),
					b: w.variable(right),
					c: w.variable(i32.add(out, i32.mul(from, i32.const(shape.cRow)))),
				};
				const column = w.variable(i32.const(0));
				w.advance(column, { to: i32.const(shape.n), step: TILE_COLUMNS }, () => w.do(tile(w, shape, fused, at)));
			});
		});
	});
}

function tile(w: Writer, shape: FixedShape, fused: boolean, at: { a: Expr<"i32">; b: Local<"i32">; c: Local<"i32"> }): Code {
	const sums = Array.from({ length: TILE_ROWS }, () => [w.f.local("v128"), w.f.local("v128")]);
	const [b0, b1, splat, zero] = Array.from({ length: 4 }, () => w.f.local("v128"));
	const step = (p: number): Code => [
		b0.set(v128.load(at.b.get, p * shape.bRow)),
		b1.set(v128.load(at.b.get, p * shape.bRow + 16)),
		sums.map((row, r) => [
			splat.set(v128.load32Splat(at.a, r * shape.aRow + 4 * p)),
			row.map((sum, v) => {
				const right = [b0, b1][v].get;
				return sum.set(multiplyAdd(fused, splat.get, right, p === 0 ? zero.get : sum.get));
			}),
		]),
	];
	return [
		zero.set(f32x4.const(0)),
		Array.from({ length: shape.k }, (_, p) => step(p)),
		sums.map((row, r) => row.map((sum, v) => v128.store(at.c.get, sum.get, r * shape.cRow + 16 * v))),
		at.b.set(i32.add(at.b.get, i32.const(4 * TILE_COLUMNS))),
		at.c.set(i32.add(at.c.get, i32.const(4 * TILE_COLUMNS))),
	];
}
