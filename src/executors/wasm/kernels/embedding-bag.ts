/** Sums of rows of a table by index, and their derivative. */
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import { f32x4, i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host } from "../host.ts";
import { type I32, smaller, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 16384;
/** Vectors of a row that are summed at once; with more, registers run out. */
const WIDTH = 8;
/** Columns of one unit of the derivative: a cache line. */
const STRIP = 16;

/** args: [table, indices, cells, dim, bag, scale, batch]. */
function writeArguments(host: Host, call: { table: Operand; indices: Operand; cells: Operand; scale: number }): void {
	const { i32: words, f32: reals } = host.heap;
	const at = host.args;
	const [batch, bag] = call.indices.shape;
	words[at] = addressOf(call.table);
	words[at + 1] = addressOf(call.indices);
	words[at + 2] = addressOf(call.cells);
	words[at + 3] = call.table.shape[1];
	words[at + 4] = bag;
	reals[at + 5] = call.scale;
	words[at + 6] = batch;
}

/** Covers columns `from … to − 1` with tiles of WIDTH vectors, then of one; the last may have fewer than four columns. */
function walkTiles(w: Writer, from: I32, to: I32, tile: (column: I32, vectors: number, columnCount: I32) => void): void {
	const column = w.variable(from);
	const whole = 4 * WIDTH;
	w.advance(column, { to: i32.sub(to, i32.const(whole - 1)), step: whole }, (c) => tile(c, WIDTH, i32.const(whole)));
	w.advance(column, { to, step: 4 }, (c) => tile(c, 1, w.let(i32.sub(to, c))));
}

/** See {@link Kernels.embeddingBag}. */
export function embeddingBag(host: Host): Kernels["embeddingBag"] {
	return (weight, indices, out, scale) => {
		if (out.size === 0) return;
		writeArguments(host, { table: weight, indices, cells: out, scale });
		const bagElements = (indices.shape[1] + 1) * weight.shape[1];
		host.run(host.kernel("embeddingBag", buildForward), indices.shape[0], Math.ceil(PARALLEL_ELEMENTS / bagElements));
	};
}

/** Units are bags. */
function buildForward(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [weight, indices, out, dim, bag] = [0, 1, 2, 3, 4].map(call.word);
		const scale = w.let(f32x4.splat(call.real(5)));
		const [rowBytes, bagBytes] = [dim, bag].map((length) => w.let(i32.shl(length, i32.const(2))));
		w.loop({ from: call.start, to: call.end }, (b) => {
			const first = w.let(wordAt(indices, i32.mul(b, bag)));
			const target = w.let(wordAt(out, i32.mul(b, dim)));
			walkTiles(w, i32.const(0), dim, (column, vectors, columnCount) => {
				const sums = Array.from({ length: vectors }, () => w.variable(f32x4.const(0)));
				const tile = w.let(wordAt(weight, column));
				w.loop({ from: i32.const(0), to: bagBytes, step: 4 }, (at) => {
					const row = w.let(i32.add(tile, i32.mul(i32.load(i32.add(first, at)), rowBytes)));
					sums.forEach((sum, i) => {
						w.do(sum.set(f32x4.add(sum.get, v128.load(row, 16 * i))));
					});
				});
				const onto = w.let(wordAt(target, column));
				sums.forEach((sum, i) => {
					const scaled = f32x4.mul(sum.get, scale);
					if (vectors > 1) w.do(v128.store(onto, scaled, 16 * i));
					else w.storeUpTo(onto, scaled, columnCount);
				});
			});
		});
	});
}

/** See {@link Kernels.embeddingBagGrad}. */
export function embeddingBagGrad(host: Host): Kernels["embeddingBagGrad"] {
	return (gradOut, indices, gradWeight, scale) => {
		const dim = gradWeight.shape[1];
		if (gradOut.size === 0 || indices.size === 0) return;
		writeArguments(host, { table: gradWeight, indices, cells: gradOut, scale });
		const unitElements = indices.size * Math.min(dim, STRIP);
		host.run(host.kernel("embeddingBagGrad", buildBackward), Math.ceil(dim / STRIP), Math.ceil(PARALLEL_ELEMENTS / unitElements));
	};
}

/** Units are strips of columns; neighbouring ones are taken together, since each adds in the order of the indices. */
function buildBackward(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [gradWeight, indices, gradOut, dim, bag] = [0, 1, 2, 3, 4].map(call.word);
		const scale = w.let(f32x4.splat(call.real(5)));
		const batch = call.word(6);
		const [rowBytes, bagBytes] = [dim, bag].map((length) => w.let(i32.shl(length, i32.const(2))));
		const from = w.let(i32.mul(call.start, i32.const(STRIP)));
		const to = w.let(smaller(i32.mul(call.end, i32.const(STRIP)), dim));
		w.loop({ from: i32.const(0), to: batch }, (b) => {
			const first = w.let(wordAt(indices, i32.mul(b, bag)));
			const source = w.let(wordAt(gradOut, i32.mul(b, dim)));
			walkTiles(w, from, to, (column, vectors, columnCount) => {
				const grads: V128[] = Array.from({ length: vectors }, (_, i) => w.let(f32x4.mul(v128.load(wordAt(source, column), 16 * i), scale)));
				const tile = w.let(wordAt(gradWeight, column));
				w.loop({ from: i32.const(0), to: bagBytes, step: 4 }, (at) => {
					const row = w.let(i32.add(tile, i32.mul(i32.load(i32.add(first, at)), rowBytes)));
					grads.forEach((grad, i) => {
						const sum = f32x4.add(v128.load(row, 16 * i), grad);
						if (vectors > 1) w.do(v128.store(row, sum, 16 * i));
						else w.storeUpTo(row, sum, columnCount);
					});
				});
			});
		});
	});
}
