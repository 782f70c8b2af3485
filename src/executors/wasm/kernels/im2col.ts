/**
 * Images as matrices: `columns[c, i, j, y, x]` = the pixel that kernel cell (i, j) sees at output (y, x), zero outside;
 * and the reverse, which adds columns up into an image. Units are planes (image × channel).
 */
import { f32, f32x4, i32, type Local, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import { type Call, type I32, smaller, wordAt, type Writer, writeKernel } from "./writer.ts";

/** Elements that a thread should get at least. */
const GRAIN_ELEMENTS = 2 ** 14;
const WORDS = [
	"images",
	"columns",
	"height",
	"width",
	"outHeight",
	"outWidth",
	"kernelHeight",
	"kernelWidth",
	"strideY",
	"strideX",
	"top",
	"left",
	"dilationY",
	"dilationX",
] as const;

/** Writes the columns of `count` channel planes that lie one after another at address `planes`. */
export function imageToColumns(host: Host, s: ConvSizes, planes: number, columns: number, count: number): void {
	const kernel = host.kernel("im2col", (module) => buildImageToColumns(module, host.relaxedSimd));
	runPlanes(host, kernel, s, { planes, columns, count });
}

/** Clears `count` planes at address `planes` and adds their columns to them. */
export function columnsToImage(host: Host, s: ConvSizes, columns: number, planes: number, count: number): void {
	const kernel = host.kernel("col2im", (module) => buildColumnsToImage(module, host.relaxedSimd));
	runPlanes(host, kernel, s, { planes, columns, count });
}

function runPlanes(
	host: Host,
	kernel: ReturnType<Host["kernel"]>,
	s: ConvSizes,
	data: { planes: number; columns: number; count: number },
): void {
	const words = [data.planes, data.columns, s.height, s.width, s.outHeight, s.outWidth, s.kernelHeight, s.kernelWidth];
	words.push(...s.stride, ...s.padding, ...s.dilation);
	for (let i = 0; i < words.length; i++) host.heap.i32[host.args + i] = words[i];
	const perPlane = s.kernelHeight * s.kernelWidth * s.outPlane + s.plane;
	host.run(kernel, data.count, Math.ceil(GRAIN_ELEMENTS / perPlane));
}

type Words = Record<(typeof WORDS)[number], I32>;

function readWords(call: Call): Words {
	return Object.fromEntries(WORDS.map((name, index) => [name, call.word(index)])) as Words;
}

/** Where one row of columns meets the image. */
interface RowSpan {
	/** Address of the image row. */
	readonly row: I32;
	/** Output columns `from … to − 1` lie inside the image. */
	readonly from: I32;
	readonly to: I32;
	/** Image column of output column `from`. */
	readonly column: I32;
	/** Address of the columns' row; moved on by the caller of the walk. */
	readonly target: Local<"i32">;
}

/** Visits all rows of columns of a plane in order; `inside` for those in the image, `outside` for the others. */
function walkRows(
	w: Writer,
	words: Words,
	plane: I32,
	target: Local<"i32">,
	visit: { inside: (span: RowSpan) => void; outside: () => void },
): void {
	const zero = i32.const(0);
	w.loop({ from: zero, to: words.kernelHeight }, (i) => {
		w.loop({ from: zero, to: words.kernelWidth }, (j) => {
			// Output columns x with 0 ≤ x · stride + shift < width.
			const shift = w.let(i32.sub(i32.mul(j, words.dilationX), words.left));
			const outside = i32.leS(words.width, shift);
			const lastInside = i32.divS(i32.sub(i32.sub(words.width, i32.const(1)), shift), words.strideX);
			const to = w.let(i32.select(outside, zero, smallerOnce(w, i32.add(lastInside, i32.const(1)), words.outWidth)));
			const ceiling = w.let(
				i32.divS(i32.add(i32.sub(zero, shift), i32.sub(words.strideX, i32.const(1))), words.strideX),
			);
			const from = w.let(smallerOnce(w, i32.select(i32.geS(shift, zero), zero, ceiling), to));
			const column = w.let(i32.add(i32.mul(from, words.strideX), shift));
			const y = w.variable(i32.sub(i32.mul(i, words.dilationY), words.top));
			w.loop({ from: zero, to: words.outHeight }, () => {
				w.when(
					i32.ltU(y.get, words.height),
					() => {
						const row = w.let(wordAt(plane, i32.mul(y.get, words.width)));
						visit.inside({ row, from, to, column, target });
					},
					visit.outside,
				);
				w.do(target.set(wordAt(target.get, words.outWidth)), y.set(i32.add(y.get, words.strideY)));
			});
		});
	});
}

function smallerOnce(w: Writer, a: I32, b: I32): I32 {
	return smaller(w.let(a), b);
}

function buildImageToColumns(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readWords(call);
		const planeBytes = w.let(i32.shl(i32.mul(words.height, words.width), i32.const(2)));
		const columnBytes = w.let(bytesOfColumns(words));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const plane = w.let(i32.add(words.images, i32.mul(unit, planeBytes)));
			const target = w.variable(i32.add(words.columns, i32.mul(unit, columnBytes)));
			walkRows(w, words, plane, target, {
				inside: ({ row, from, to, column }) => {
					fillZeros(w, target.get, from);
					const source = w.let(wordAt(row, column));
					const count = w.let(i32.sub(to, from));
					const first = w.let(wordAt(target.get, from));
					w.when(
						i32.eq(words.strideX, i32.const(1)),
						() => copyRow(w, first, source, count),
						() => copySpaced(w, first, source, count, words.strideX),
					);
					fillZeros(w, w.let(wordAt(target.get, to)), w.let(i32.sub(words.outWidth, to)));
				},
				outside: () => fillZeros(w, target.get, words.outWidth),
			});
		});
	});
}

function buildColumnsToImage(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readWords(call);
		const planeSize = w.let(i32.mul(words.height, words.width));
		const columnBytes = w.let(bytesOfColumns(words));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const plane = w.let(wordAt(words.images, i32.mul(unit, planeSize)));
			fillZeros(w, plane, planeSize);
			const source = w.variable(i32.add(words.columns, i32.mul(unit, columnBytes)));
			walkRows(w, words, plane, source, {
				inside: ({ row, from, to, column }) => {
					const target = w.let(wordAt(row, column));
					const count = w.let(i32.sub(to, from));
					const first = w.let(wordAt(source.get, from));
					addRow(w, target, first, count, words.strideX);
				},
				outside: () => {},
			});
		});
	});
}

function bytesOfColumns(words: Words): I32 {
	const perCell = i32.mul(words.outHeight, words.outWidth);
	return i32.shl(i32.mul(i32.mul(words.kernelHeight, words.kernelWidth), perCell), i32.const(2));
}

/** Sets `count` elements to 0. */
export function fillZeros(w: Writer, target: I32, count: I32): void {
	const i = w.variable(i32.const(0));
	w.advance(i, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
		w.do(v128.store(wordAt(target, i.get), f32x4.const(0)));
	});
	w.advance(i, { to: count }, () => w.do(f32.store(wordAt(target, i.get), f32.const(0))));
}

/** Copies `count` elements. */
export function copyRow(w: Writer, target: I32, source: I32, count: I32): void {
	const i = w.variable(i32.const(0));
	w.advance(i, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
		w.do(v128.store(wordAt(target, i.get), v128.load(wordAt(source, i.get))));
	});
	w.advance(i, { to: count }, () => w.do(f32.store(wordAt(target, i.get), f32.load(wordAt(source, i.get)))));
}

/** Copies every `step`-th of the source's elements. */
function copySpaced(w: Writer, target: I32, source: I32, count: I32, step: I32): void {
	const i = w.variable(i32.const(0));
	w.when(i32.eq(step, i32.const(2)), () =>
		w.advance(i, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
			const from = w.let(wordAt(source, i32.shl(i.get, i32.const(1))));
			w.do(v128.store(wordAt(target, i.get), shuffle32(v128.load(from), v128.load(from, 16), [0, 2, 4, 6])));
		}),
	);
	w.advance(i, { to: count }, () => {
		w.do(f32.store(wordAt(target, i.get), f32.load(wordAt(source, i32.mul(i.get, step)))));
	});
}

/** Adds `count` elements to every `step`-th of the target's. */
function addRow(w: Writer, target: I32, source: I32, count: I32, step: I32): void {
	const i = w.variable(i32.const(0));
	w.when(i32.eq(step, i32.const(1)), () => {
		w.advance(i, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
			const to = w.let(wordAt(target, i.get));
			w.do(v128.store(to, f32x4.add(v128.load(to), v128.load(wordAt(source, i.get)))));
		});
	});
	w.when(i32.eq(step, i32.const(2)), () => {
		// Elements between the sums get a zero added; the last sum's successor may lie beyond the row, so it is left out.
		w.advance(i, { to: i32.and(i32.sub(count, i32.const(1)), i32.const(-4)), step: 4 }, () => {
			const to = w.let(wordAt(target, i32.shl(i.get, i32.const(1))));
			const values = w.let(v128.load(wordAt(source, i.get)));
			const zero = f32x4.const(0);
			w.do(v128.store(to, f32x4.add(v128.load(to), shuffle32(values, zero, [0, 4, 1, 5]))));
			w.do(v128.store(to, f32x4.add(v128.load(to, 16), shuffle32(values, zero, [2, 6, 3, 7])), 16));
		});
	});
	w.advance(i, { to: count }, () => {
		const to = w.let(wordAt(target, i32.mul(i.get, step)));
		w.do(f32.store(to, f32.add(f32.load(to), f32.load(wordAt(source, i.get)))));
	});
}
