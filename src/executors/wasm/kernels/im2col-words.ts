/** The arguments that the kernels between images and columns share. */
import { i32 } from "../assembler.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import type { Call, I32 } from "./writer.ts";

/** Words of the argument block, in order. */
export const IM2COL_WORDS = [
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

/** The words as a kernel reads them. */
export type Im2colWords = Record<(typeof IM2COL_WORDS)[number], I32>;

/** Reads all of them. */
export function readIm2colWords(call: Call): Im2colWords {
	return Object.fromEntries(IM2COL_WORDS.map((name, index) => [name, call.word(index)])) as Im2colWords;
}

/** The words of code that is made for one convolution: all but the addresses are constants. */
export function fixedIm2colWords(call: Call, s: ConvSizes): Im2colWords {
	const [images, columns, ...rest] = IM2COL_WORDS;
	const values = im2colSizes(s);
	return Object.fromEntries([
		...[images, columns].map((name, index) => [name, call.word(index)]),
		...rest.map((name, index) => [name, i32.const(values[index])]),
	]) as Im2colWords;
}

/** The words after the addresses. */
export function im2colSizes(s: ConvSizes): number[] {
	const sizes = [s.height, s.width, s.outHeight, s.outWidth, s.kernelHeight, s.kernelWidth];
	return [...sizes, ...s.stride, ...s.padding, ...s.dilation];
}

/** Bytes of one plane's columns. */
export function bytesOfColumns(words: Im2colWords): I32 {
	const perCell = i32.mul(words.outHeight, words.outWidth);
	return i32.shl(i32.mul(i32.mul(words.kernelHeight, words.kernelWidth), perCell), i32.const(2));
}
