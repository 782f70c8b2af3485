/**
 * Columns of planes by way of a padded plane in the thread's scratch: there every window lies inside, so that rows are copied
 * or added whole.
 */
import { f32, f32x4, i32, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { bytesOfColumns, type Im2colWords, readIm2colWords } from "./im2col-words.ts";
import { copyIn, copyOut, copyRow, fillZeros, type PaddedPlane, paddedPlane } from "./padded-plane.ts";
import { type I32, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Visits every row of a plane's columns: its address among the columns and that of its first pixel in the padded plane. */
function eachRow(w: Writer, words: Im2colWords, at: { padded: PaddedPlane; columns: I32 }, visit: (row: I32, pixels: I32) => void): void {
	const row = w.variable(at.columns);
	const rowStep = w.let(i32.shl(i32.mul(at.padded.pitch, words.strideY), i32.const(2)));
	w.loop({ from: i32.const(0), to: words.kernelHeight }, (i) => {
		w.loop({ from: i32.const(0), to: words.kernelWidth }, (j) => {
			const offset = i32.add(i32.mul(i32.mul(i, words.dilationY), at.padded.pitch), i32.mul(j, words.dilationX));
			const pixels = w.variable(wordAt(at.padded.address, offset));
			w.loop({ from: i32.const(0), to: words.outHeight }, () => {
				visit(row.get, pixels.get);
				w.do(row.set(wordAt(row.get, words.outWidth)), pixels.set(i32.add(pixels.get, rowStep)));
			});
		});
	});
}

/** Adds the kernel that lays planes out as columns. */
export function paddedImageToColumns(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readIm2colWords(call);
		const padded = paddedPlane(w, words, module.scratch);
		const columnBytes = w.let(bytesOfColumns(words));
		const size = w.let(i32.mul(words.height, words.width));
		fillZeros(w, padded.address, padded.size);
		w.loop({ from: call.start, to: call.end }, (unit) => {
			copyIn(w, padded, wordAt(words.images, i32.mul(unit, size)), words.width);
			const columns = w.let(i32.add(words.columns, i32.mul(unit, columnBytes)));
			w.when(
				i32.eq(words.strideX, i32.const(1)),
				() => eachRow(w, words, { padded, columns }, (row, pixels) => copyRow(w, row, pixels, words.outWidth)),
				() => eachRow(w, words, { padded, columns }, (row, pixels) => copySpaced(w, row, pixels, words)),
			);
		});
	});
}

/** Adds the kernel that sums columns into planes. */
export function paddedColumnsToImage(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readIm2colWords(call);
		const padded = paddedPlane(w, words, module.scratch);
		const columnBytes = w.let(bytesOfColumns(words));
		const size = w.let(i32.mul(words.height, words.width));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			fillZeros(w, padded.address, padded.size);
			const columns = w.let(i32.add(words.columns, i32.mul(unit, columnBytes)));
			w.when(
				i32.eq(words.strideX, i32.const(1)),
				() => eachRow(w, words, { padded, columns }, (row, pixels) => addRow(w, pixels, row, words.outWidth)),
				() => eachRow(w, words, { padded, columns }, (row, pixels) => addSpaced(w, pixels, row, words)),
			);
			copyOut(w, padded, wordAt(words.images, i32.mul(unit, size)), words);
		});
	});
}

/** A row of columns from every `strideX`-th pixel. */
function copySpaced(w: Writer, row: I32, pixels: I32, words: Im2colWords): void {
	const i = w.variable(i32.const(0));
	w.when(i32.eq(words.strideX, i32.const(2)), () =>
		w.advance(i, { to: i32.and(words.outWidth, i32.const(-4)), step: 4 }, () => {
			const from = w.let(wordAt(pixels, i32.shl(i.get, i32.const(1))));
			w.do(v128.store(wordAt(row, i.get), shuffle32(v128.load(from), v128.load(from, 16), [0, 2, 4, 6])));
		}),
	);
	w.advance(i, { to: words.outWidth }, () => {
		w.do(f32.store(wordAt(row, i.get), f32.load(wordAt(pixels, i32.mul(i.get, words.strideX)))));
	});
}

/** pixels += row */
function addRow(w: Writer, pixels: I32, row: I32, count: I32): void {
	const i = w.variable(i32.const(0));
	w.advance(i, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
		const to = w.let(wordAt(pixels, i.get));
		w.do(v128.store(to, f32x4.add(v128.load(to), v128.load(wordAt(row, i.get)))));
	});
	w.advance(i, { to: count }, () => {
		const to = w.let(wordAt(pixels, i.get));
		w.do(f32.store(to, f32.add(f32.load(to), f32.load(wordAt(row, i.get)))));
	});
}

/** Every `strideX`-th pixel += row. The vectors of stride 2 add zeros between, into the slack after the last row's end if need be. */
function addSpaced(w: Writer, pixels: I32, row: I32, words: Im2colWords): void {
	const i = w.variable(i32.const(0));
	w.when(i32.eq(words.strideX, i32.const(2)), () =>
		w.advance(i, { to: i32.and(words.outWidth, i32.const(-4)), step: 4 }, () => {
			const to = w.let(wordAt(pixels, i32.shl(i.get, i32.const(1))));
			const values = w.let(v128.load(wordAt(row, i.get)));
			const zero = f32x4.const(0);
			w.do(v128.store(to, f32x4.add(v128.load(to), shuffle32(values, zero, [0, 4, 1, 5]))));
			w.do(v128.store(to, f32x4.add(v128.load(to, 16), shuffle32(values, zero, [2, 6, 3, 7])), 16));
		}),
	);
	w.advance(i, { to: words.outWidth }, () => {
		const to = w.let(wordAt(pixels, i32.mul(i.get, words.strideX)));
		w.do(f32.store(to, f32.add(f32.load(to), f32.load(wordAt(row, i.get)))));
	});
}
