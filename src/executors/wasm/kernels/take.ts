/** Reading and adding rows by index: `take`, and `scatterAdd`, which is its derivative. */
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import { f32x4, i32, i32x4, type ModuleBuilder, v128 } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host } from "../host.ts";
import { type I32, smaller, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Bytes below which a second thread is not worth its start. */
const PARALLEL_BYTES = 131072;
/** Columns of one unit of `scatterAdd`: a cache line. */
const STRIP = 16;

type TakeLayout = { outer: number; length: number; inner: number };

/** See {@link Kernels.take}. */
export function take(host: Host): Kernels["take"] {
	return (x, indices, out, { outer, length, inner }) => {
		if (out.size === 0) return;
		const bytes = bytesOf(x.dtype);
		const rowBytes = inner * bytes;
		const kernel = rowBytes === 4 ? host.kernel("take words", buildTakeWords) : host.kernel("take rows", buildTakeRows);
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(x);
		words[at + 1] = addressOf(indices);
		words[at + 2] = addressOf(out);
		words[at + 3] = indices.size;
		words[at + 4] = length;
		words[at + 5] = rowBytes;
		host.run(kernel, outer * indices.size, Math.ceil(PARALLEL_BYTES / (rowBytes + 4)));
	};
}

/** args: [x, indices, out, index count, length]. Units are elements of out. */
function buildTakeWords(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [x, indices, out, count, length] = [0, 1, 2, 3, 4].map(call.word);
		walkOuter(w, call, count, (outer, from, to) => {
			const source = w.let(wordAt(x, i32.mul(outer, length)));
			const target = w.let(wordAt(out, i32.mul(outer, count)));
			w.loop({ from, to }, (i) => {
				const taken = i32.load(wordAt(source, i32.load(wordAt(indices, i))));
				w.do(i32.store(wordAt(target, i), taken));
			});
		});
	});
}

/** args: [x, indices, out, index count, length, bytes of a row]. Units are rows of out. */
function buildTakeRows(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [x, indices, out, count, length, rowBytes] = [0, 1, 2, 3, 4, 5].map(call.word);
		walkOuter(w, call, count, (outer, from, to) => {
			const firstSource = w.let(i32.mul(outer, length));
			const firstTarget = w.let(i32.mul(outer, count));
			w.loop({ from, to }, (i) => {
				const index = i32.load(wordAt(indices, i));
				const source = w.let(i32.add(x, i32.mul(i32.add(firstSource, index), rowBytes)));
				const target = w.let(i32.add(out, i32.mul(i32.add(firstTarget, i), rowBytes)));
				copyBytes(w, source, target, rowBytes);
			});
		});
	});
}

/** Copies `bytes` bytes, 64 at a time as long as there are as many. */
function copyBytes(w: Writer, source: I32, target: I32, bytes: I32): void {
	const at = w.variable(i32.const(0));
	for (const width of [64, 16]) {
		w.advance(at, { to: i32.sub(bytes, i32.const(width - 1)), step: width }, (offset) => {
			const vectors = Array.from({ length: width / 16 }, (_, i) => w.let(v128.load(i32.add(source, offset), 16 * i)));
			vectors.forEach((vector, i) => {
				w.do(v128.store(i32.add(target, offset), vector, 16 * i));
			});
		});
	}
	w.advance(at, { to: i32.sub(bytes, i32.const(3)), step: 4 }, (offset) =>
		w.do(i32.store(i32.add(target, offset), i32.load(i32.add(source, offset)))),
	);
	w.advance(at, { to: bytes }, (offset) => w.do(i32.store8(i32.add(target, offset), i32.load8U(i32.add(source, offset)))));
}

/** Splits units `outer · count + i` at the outer indices; `body` gets an outer index and a range of i. */
function walkOuter(w: Writer, units: { start: I32; end: I32 }, count: I32, body: (outer: I32, from: I32, to: I32) => void): void {
	const unit = w.variable(units.start);
	w.when(i32.ltS(unit.get, units.end), () =>
		w.repeat(() => {
			const outer = w.let(i32.divU(unit.get, count));
			const first = w.let(i32.mul(outer, count));
			const from = w.let(i32.sub(unit.get, first));
			const to = w.let(smaller(i32.sub(units.end, first), count));
			body(outer, from, to);
			w.do(unit.set(i32.add(first, to)));
			return i32.ltS(unit.get, units.end);
		}),
	);
}

/** See {@link Kernels.scatterAdd}. */
export function scatterAdd(host: Host): Kernels["scatterAdd"] {
	return (source, indices, out, { outer, length, inner }) => {
		if (source.size === 0) return;
		const real = source.dtype === "float32";
		const kernel = host.kernel(real ? "scatterAdd real" : "scatterAdd integer", (module) => buildScatterAdd(module, real));
		runScatter(host, { kernel, source, indices, out }, { outer, length, inner });
	};
}

function runScatter(
	host: Host,
	call: { kernel: Parameters<Host["run"]>[0]; source: Operand; indices: Operand; out: Operand },
	{ outer, length, inner }: TakeLayout,
): void {
	const words = host.heap.i32;
	const at = host.args;
	words[at] = addressOf(call.source);
	words[at + 1] = addressOf(call.indices);
	words[at + 2] = addressOf(call.out);
	words[at + 3] = call.indices.size;
	words[at + 4] = length;
	words[at + 5] = inner;
	const strips = Math.ceil(inner / STRIP);
	words[at + 6] = strips;
	const unitBytes = 8 * call.indices.size * Math.min(inner, STRIP);
	host.run(call.kernel, outer * strips, Math.ceil(PARALLEL_BYTES / unitBytes));
}

/**
 * args: [source, indices, out, index count, length, inner, strips]. Units are strips of columns of outer indices: each adds in the
 * order of the indices, so neighbouring strips may be taken together.
 */
function buildScatterAdd(module: ModuleBuilder, real: boolean): void {
	const add = real ? f32x4.add : i32x4.add;
	writeKernel(module, false, (w, call) => {
		const [source, indices, out, count, length, inner, strips] = [0, 1, 2, 3, 4, 5, 6].map(call.word);
		walkOuter(w, call, strips, (outer, from, to) => {
			const first = w.let(i32.shl(i32.mul(from, i32.const(STRIP)), i32.const(2)));
			const bytes = w.let(i32.sub(i32.shl(smaller(i32.mul(to, i32.const(STRIP)), inner), i32.const(2)), first));
			const sources = w.let(i32.add(wordAt(source, i32.mul(i32.mul(outer, count), inner)), first));
			const targets = w.let(i32.add(wordAt(out, i32.mul(i32.mul(outer, length), inner)), first));
			w.loop({ from: i32.const(0), to: count }, (i) => {
				const from = w.let(wordAt(sources, i32.mul(i, inner)));
				const onto = w.let(wordAt(targets, i32.mul(i32.load(wordAt(indices, i)), inner)));
				const at = w.variable(i32.const(0));
				for (const width of [64, 16]) {
					w.advance(at, { to: i32.sub(bytes, i32.const(width - 1)), step: width }, (offset) => {
						for (let more = 0; more < width; more += 16) {
							const target = i32.add(onto, offset);
							w.do(v128.store(target, add(v128.load(target, more), v128.load(i32.add(from, offset), more)), more));
						}
					});
				}
				w.advance(at, { to: bytes, step: 4 }, (offset) => {
					const target = i32.add(onto, offset);
					const sum = w.let(add(v128.load32Zero(target), v128.load32Zero(i32.add(from, offset))));
					w.do(v128.store32Lane(target, sum, 0));
				});
			});
		});
	});
}
