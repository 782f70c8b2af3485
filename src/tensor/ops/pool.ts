/** Pooling of images and sequences: maxima and averages over regular windows. */
import { expectTensor, type Tensor } from "../tensor.ts";
import { expectAxes, type Pair, toPair } from "./checks.ts";
import { composed } from "./composed.ts";
import { asImage, fromImage } from "./conv.ts";
import { expectFloating } from "./elementwise.ts";
import { regularWindows } from "./pool-windows.ts";
import { averageOverWindows, maxOverWindows } from "./pooling.ts";
import { mean } from "./reduce.ts";

/** Options of max pooling; `P` is a number or one for each axis. */
export interface MaxPoolOptions<P = Pair> {
	/** Steps between neighbouring windows, ≥ 1. Default: the kernel, so that windows do not overlap. */
	readonly stride?: P;
	/** Cells on each side that no maximum sees, 0 to half the kernel. Default 0. */
	readonly padding?: P;
	/** Distance between a window's cells, ≥ 1. Default 1. */
	readonly dilation?: P;
	/** Whether a last window that does not fit whole is kept. Default false. */
	readonly ceilMode?: boolean;
}

/** Options of average pooling. */
export interface AvgPoolOptions<P = Pair> extends Omit<MaxPoolOptions<P>, "dilation"> {
	/** Whether zeros of the padding count in the divisor. Default true. */
	readonly countIncludePad?: boolean;
}

/** What a pooling of two axes is called with, all numbers known. */
interface Pooling {
	readonly where: string;
	readonly kernel: readonly [number, number];
	readonly stride: readonly [number, number];
	readonly padding: readonly [number, number];
	readonly dilation: readonly [number, number];
	readonly ceilMode: boolean;
	readonly countIncludePad: boolean;
}

/**
 * Largest value of each window. NaN wins; the gradient goes to the first of equal values.
 *
 * @param x - `[n, channels, height, width]`
 * @param kernel - rows and columns of a window
 * @returns `[n, channels, outHeight, outWidth]`
 * @throws ShapeError if a window is larger than the padded input
 */
export function maxPool2d(x: Tensor, kernel: Pair, options: MaxPoolOptions = {}): Tensor {
	checkImage(x, "maxPool2d");
	const windows = windowsFor(x, pooling2d("maxPool2d", kernel, options));
	return composed([x], () => maxOverWindows(x, windows));
}

/**
 * Mean of each window.
 *
 * @param x - `[n, channels, height, width]`
 * @param kernel - rows and columns of a window
 * @returns `[n, channels, outHeight, outWidth]`
 * @throws ShapeError if a window is larger than the padded input
 */
export function avgPool2d(x: Tensor, kernel: Pair, options: AvgPoolOptions = {}): Tensor {
	checkImage(x, "avgPool2d");
	const windows = windowsFor(x, pooling2d("avgPool2d", kernel, options));
	return composed([x], () => averageOverWindows(x, windows));
}

/**
 * Largest value of each window of a sequence.
 *
 * @param x - `[n, channels, length]`
 * @returns `[n, channels, outLength]`
 * @throws ShapeError if a window is longer than the padded input
 */
export function maxPool1d(x: Tensor, kernel: number, options: MaxPoolOptions<number> = {}): Tensor {
	checkSequence(x, "maxPool1d");
	return composed([x], () => {
		const image = asImage(x);
		return fromImage(maxOverWindows(image, windowsFor(image, pooling1d("maxPool1d", kernel, options))));
	});
}

/**
 * Mean of each window of a sequence.
 *
 * @param x - `[n, channels, length]`
 * @returns `[n, channels, outLength]`
 * @throws ShapeError if a window is longer than the padded input
 */
export function avgPool1d(x: Tensor, kernel: number, options: AvgPoolOptions<number> = {}): Tensor {
	checkSequence(x, "avgPool1d");
	return composed([x], () => {
		const image = asImage(x);
		return fromImage(averageOverWindows(image, windowsFor(image, pooling1d("avgPool1d", kernel, options))));
	});
}

/** Mean over each image: `[n, channels, height, width]` → `[n, channels]`. */
export function globalAvgPool2d(x: Tensor): Tensor {
	checkImage(x, "globalAvgPool2d");
	return mean(x, [2, 3]);
}

/** Mean over each sequence: `[n, channels, length]` → `[n, channels]`. */
export function globalAvgPool1d(x: Tensor): Tensor {
	checkSequence(x, "globalAvgPool1d");
	return mean(x, 2);
}

function pooling2d(where: string, kernel: Pair, options: MaxPoolOptions & AvgPoolOptions): Pooling {
	const size = toPair(kernel, where, "the kernel", 1);
	return {
		where,
		kernel: size,
		stride: toPair(options.stride ?? size, where, "stride", 1),
		padding: toPair(options.padding ?? 0, where, "padding", 0),
		dilation: toPair(options.dilation ?? 1, where, "dilation", 1),
		ceilMode: options.ceilMode ?? false,
		countIncludePad: options.countIncludePad ?? true,
	};
}

function pooling1d(where: string, kernel: number, options: MaxPoolOptions<number> & AvgPoolOptions<number>): Pooling {
	const { stride = kernel, padding = 0, dilation = 1, ceilMode, countIncludePad } = options;
	return pooling2d(where, [1, kernel], { stride: [1, stride], padding: [0, padding], dilation: [1, dilation], ceilMode, countIncludePad });
}

function windowsFor(x: Tensor, { where, kernel, stride, padding, dilation, ...rules }: Pooling): ReturnType<typeof regularWindows> {
	const axis = (i: 0 | 1) => ({ length: x.shape[i + 2], kernel: kernel[i], stride: stride[i], padding: padding[i], dilation: dilation[i] });
	return regularWindows(where, axis(0), axis(1), rules);
}

/** Checks a batch of images. */
export function checkImage(x: Tensor, where: string): void {
	expectTensor(x, where);
	expectFloating(x, where);
	expectAxes(x, where, "input", ["n", "channels", "height", "width"]);
}

/** Checks a batch of sequences. */
export function checkSequence(x: Tensor, where: string): void {
	expectTensor(x, where);
	expectFloating(x, where);
	expectAxes(x, where, "input", ["n", "channels", "length"]);
}
