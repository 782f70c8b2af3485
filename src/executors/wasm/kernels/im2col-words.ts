/** The arguments that the kernels between images and columns share. */
import { i32 } from "../assembler.ts";
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

/** Bytes of one plane's columns. */
export function bytesOfColumns(words: Im2colWords): I32 {
	const perCell = i32.mul(words.outHeight, words.outWidth);
	return i32.shl(i32.mul(i32.mul(words.kernelHeight, words.kernelWidth), perCell), i32.const(2));
}
