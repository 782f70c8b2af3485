/**
 * Columns of planes by way of a padded plane in the thread's scratch: there every window lies inside, so that rows are copied
 * or added whole.
 */
import { f32, f32x4, i32, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import { bytesOfColumns, fixedIm2colWords, type Im2colWords } from "./im2col-words.ts";
import { copyIn, copyOut, LONGEST_STRAIGHT_COPY, type PaddedPlane, paddedPlane, straightRow } from "./padded-plane.ts";
import { type I32, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

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
export function paddedImageToColumns(module: ModuleBuilder, s: ConvSizes, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = fixedIm2colWords(call, s);
		const padded = fixedPlane(w, words, { s, scratch: module.scratch });
		w.clear(padded.address, padded.size);
		w.loop({ from: call.start, to: call.end }, (unit) => {
			copyIn(w, padded, wordAt(words.images, i32.mul(unit, i32.const(s.plane))), words.width);
			const columns = w.let(i32.add(words.columns, i32.mul(unit, bytesOfColumns(words))));
			eachRow(w, words, { padded, columns }, (row, pixels) => copySpaced(w, row, pixels, s));
		});
	});
}

/** Adds the kernel that sums columns into planes. */
export function paddedColumnsToImage(module: ModuleBuilder, s: ConvSizes, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = fixedIm2colWords(call, s);
		const padded = fixedPlane(w, words, { s, scratch: module.scratch });
		w.loop({ from: call.start, to: call.end }, (unit) => {
			w.clear(padded.address, padded.size);
			const columns = w.let(i32.add(words.columns, i32.mul(unit, bytesOfColumns(words))));
			eachRow(w, words, { padded, columns }, (row, pixels) => addSpaced(w, pixels, row, s));
			copyOut(w, padded, wordAt(words.images, i32.mul(unit, i32.const(s.plane))), words);
		});
	});
}

function fixedPlane(w: Writer, words: Im2colWords, { s, scratch }: { s: ConvSizes; scratch: I32 }): PaddedPlane {
	const width = (s.outWidth - 1) * s.stride[1] + (s.kernelWidth - 1) * s.dilation[1] + 1;
	return { ...paddedPlane(w, words, scratch), columns: Math.min(s.width, width - s.padding[1]) };
}

/** Visits a row's pieces: straight code if it is short. Addresses move on with the piece, by bytes of the row and of its pixels. */
function eachPiece(
	w: Writer,
	{ row, pixels, s }: { row: I32; pixels: I32; s: ConvSizes },
	visit: { four(row: I32, pixels: I32, at: number): void; one(row: I32, pixels: I32, at: number): void },
): void {
	const { outWidth } = s;
	if (outWidth <= LONGEST_STRAIGHT_COPY) {
		straightRow(outWidth, { four: (at) => visit.four(row, pixels, at), one: (at) => visit.one(row, pixels, at) });
		return;
	}
	const i = w.variable(i32.const(0));
	const there = (step: "four" | "one"): void => {
		const [to, from] = [w.let(wordAt(row, i.get)), w.let(wordAt(pixels, i32.mul(i.get, i32.const(s.stride[1]))))];
		visit[step](to, from, 0);
	};
	w.advance(i, { to: i32.const(outWidth - (outWidth % 4)), step: 4 }, () => there("four"));
	w.advance(i, { to: i32.const(outWidth) }, () => there("one"));
}

/** A row of columns from every `stride`-th pixel. */
function copySpaced(w: Writer, row: I32, pixels: I32, s: ConvSizes): void {
	const stride = s.stride[1];
	const one = (to: I32, from: I32, at: number): void => w.do(f32.store(to, f32.load(from, 4 * at * stride), 4 * at));
	eachPiece(
		w,
		{ row, pixels, s },
		{
			four: (to, from, at) => {
				if (stride === 1) w.do(v128.store(to, v128.load(from, 4 * at), 4 * at));
				else if (stride === 2) w.do(v128.store(to, shuffle32(v128.load(from, 8 * at), v128.load(from, 8 * at + 16), [0, 2, 4, 6]), 4 * at));
				else for (const lane of [0, 1, 2, 3]) one(to, from, at + lane);
			},
			one,
		},
	);
}

/** Every `stride`-th pixel += row. The vectors of stride 2 add zeros between, into the slack after the last row's end if need be. */
function addSpaced(w: Writer, pixels: I32, row: I32, s: ConvSizes): void {
	const stride = s.stride[1];
	const one = (from: I32, to: I32, at: number): void => {
		w.do(f32.store(to, f32.add(f32.load(to, 4 * at * stride), f32.load(from, 4 * at)), 4 * at * stride));
	};
	const add = (to: I32, values: V128, offset: number): void => w.do(v128.store(to, f32x4.add(v128.load(to, offset), values), offset));
	eachPiece(
		w,
		{ row, pixels, s },
		{
			four: (from, to, at) => {
				const values = w.let(v128.load(from, 4 * at));
				const zero = f32x4.const(0);
				if (stride === 1) add(to, values, 4 * at);
				else if (stride === 2) {
					add(to, shuffle32(values, zero, [0, 4, 1, 5]), 8 * at);
					add(to, shuffle32(values, zero, [2, 6, 3, 7]), 8 * at + 16);
				} else for (const lane of [0, 1, 2, 3]) one(from, to, at + lane);
			},
			one,
		},
	);
}
