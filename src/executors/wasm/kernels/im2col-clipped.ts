/**
 * Columns of planes of any size, row by row, each row clipped to the image: for planes too large for the way of `im2col-padded.ts`.
 */
import { f32, f32x4, i32, type Local, type ModuleBuilder, v128 } from "../assembler.ts";
import { bytesOfColumns, type Im2colWords, readIm2colWords } from "./im2col-words.ts";
import { copyRow } from "./padded-plane.ts";
import { type I32, smaller, type Writer, wordAt, writeKernel } from "./writer.ts";

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
	words: Im2colWords,
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
			const ceiling = w.let(i32.divS(i32.add(i32.sub(zero, shift), i32.sub(words.strideX, i32.const(1))), words.strideX));
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

/** Adds the kernel that lays planes out as columns. */
export function clippedImageToColumns(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readIm2colWords(call);
		const planeBytes = w.let(i32.shl(i32.mul(words.height, words.width), i32.const(2)));
		const columnBytes = w.let(bytesOfColumns(words));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const plane = w.let(i32.add(words.images, i32.mul(unit, planeBytes)));
			const target = w.variable(i32.add(words.columns, i32.mul(unit, columnBytes)));
			walkRows(w, words, plane, target, {
				inside: ({ row, from, to, column }) => {
					w.clear(target.get, from);
					const source = w.let(wordAt(row, column));
					const count = w.let(i32.sub(to, from));
					const first = w.let(wordAt(target.get, from));
					w.when(
						i32.eq(words.strideX, i32.const(1)),
						() => copyRow(w, first, source, count),
						() => copySpaced(w, first, source, count, words.strideX),
					);
					w.clear(w.let(wordAt(target.get, to)), w.let(i32.sub(words.outWidth, to)));
				},
				outside: () => w.clear(target.get, words.outWidth),
			});
		});
	});
}

/** Adds the kernel that sums columns into planes. */
export function clippedColumnsToImage(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readIm2colWords(call);
		const planeSize = w.let(i32.mul(words.height, words.width));
		const columnBytes = w.let(bytesOfColumns(words));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const plane = w.let(wordAt(words.images, i32.mul(unit, planeSize)));
			w.clear(plane, planeSize);
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

/** Copies every `step`-th of the source's elements. */
function copySpaced(w: Writer, target: I32, source: I32, count: I32, step: I32): void {
	const i = w.variable(i32.const(0));
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
	w.advance(i, { to: count }, () => {
		const to = w.let(wordAt(target, i32.mul(i.get, step)));
		w.do(f32.store(to, f32.add(f32.load(to), f32.load(wordAt(source, i.get)))));
	});
}
