/**
 * What every executor can be asked to do: the kernel families, their operands and their meaning.
 * An executor that lacks a kernel says so with `unsupported`; leaving one out does not compile.
 */
import type { DType, TypedArray } from "../core/dtype.ts";
import type { Distribution, RandomPosition } from "../core/random/distribution.ts";
import type { Formula } from "./formula.ts";

/** A piece of an executor's memory; only the executor that made it knows what is inside. */
export interface Block {
	/** Length in bytes. */
	readonly bytes: number;
}

/** An array that a kernel reads or writes: a block seen through shape, strides and offset (both in elements). */
export interface Operand {
	readonly block: Block;
	readonly dtype: DType;
	readonly shape: readonly number[];
	readonly strides: readonly number[];
	readonly offset: number;
	readonly size: number;
	/** Elements lie row-major without gaps. */
	readonly contiguous: boolean;
}

/** How `reduce` joins values. */
export type ReduceKind = "sum" | "prod" | "max" | "min";

/** Geometry of a two-dimensional convolution over NCHW images with weights `[out, in / groups, kernelHeight, kernelWidth]`. */
export interface ConvGeometry {
	readonly stride: readonly [number, number];
	/** Zeros added on each side: [top, left]; bottom and right follow from the output's size. */
	readonly padding: readonly [number, number];
	readonly dilation: readonly [number, number];
	readonly groups: number;
}

/**
 * Windows of a pooling over the last two axes: output cell (i, j) covers rows `rowStart[i] … rowEnd[i] − 1` in steps of `rowStep`,
 * columns likewise. Regular, dilated, adaptive and global pooling are all of this form; starts and ends are already clipped to the image.
 */
export interface PoolWindows {
	readonly rowStart: Int32Array;
	readonly rowEnd: Int32Array;
	readonly rowStep: number;
	readonly columnStart: Int32Array;
	readonly columnEnd: Int32Array;
	readonly columnStep: number;
	/** Divisor of each output cell of an average, row-major `[outHeight × outWidth]`; not read by max pooling. */
	readonly divisors: Float32Array;
}

export type { Distribution, RandomPosition };

/** A shape of batch statistics: x seen as `[outer, channels, inner]`. */
export interface ChannelLayout {
	readonly outer: number;
	readonly channels: number;
	readonly inner: number;
}

/**
 * The kernels. Outputs are always contiguous unless said otherwise; inputs of `map` and `copy` may have any strides, others are
 * contiguous unless said otherwise. Kernels never check shapes: callers have.
 */
export interface Kernels {
	/**
	 * outputs[o][i] = formula.outputs[o](inputs at i). Inputs are already broadcast: each has the outputs' shape, with stride 0
	 * where stretched. An output may be the same memory as an input of the same layout.
	 */
	map(formula: Formula, inputs: readonly Operand[], outputs: readonly Operand[]): void;
	/**
	 * out = reduction of formula(inputs) over `axes` (ascending). Inputs as in `map`, with a common shape. Sums are formed in a
	 * fixed order that keeps the error small. Empty sums are 0, empty products 1; max and min pass NaN on.
	 */
	reduce(kind: ReduceKind, formula: Formula, inputs: readonly Operand[], out: Operand, axes: readonly number[]): void;
	/** out[outer, inner] = index along the middle axis of x `[outer, length, inner]` of the (first) largest or smallest value; NaN wins. int32. */
	argReduce(kind: "max" | "min", x: Operand, out: Operand, layout: { outer: number; length: number; inner: number }): void;
	/** Running sums along the middle axis of x `[outer, length, inner]`. */
	cumulativeSum(x: Operand, out: Operand, layout: { outer: number; length: number; inner: number; reverse: boolean }): void;
	/** out = x, any strides on both sides, same shape, types converted as in C (float to int truncates; to bool: not 0). */
	copy(x: Operand, out: Operand): void;
	/**
	 * out[b] = a[b] · b[b] (+ bias per column) for a `[batch, m, k]`, b `[batch, k, n]` with any strides (0 along a stretched batch),
	 * bias `[n]` or null, then the activation, a formula of one input; with `accumulate` the product is added to what out holds.
	 */
	matmul(a: Operand, b: Operand, out: Operand, options: { bias: Operand | null; activation: Formula | null; accumulate: boolean }): void;
	/** out = activation(conv2d(x, weight) + bias per channel). */
	conv2d(
		x: Operand,
		weight: Operand,
		out: Operand,
		options: { bias: Operand | null; activation: Formula | null; geometry: ConvGeometry },
	): void;
	/** gradX = derivative of conv2d in x applied to gradOut; also the forward of a transposed convolution. */
	conv2dGradInput(gradOut: Operand, weight: Operand, gradX: Operand, geometry: ConvGeometry): void;
	/** gradWeight = derivative of conv2d in the weight applied to gradOut. */
	conv2dGradWeight(x: Operand, gradOut: Operand, gradWeight: Operand, geometry: ConvGeometry): void;
	/** Largest value of each window of x `[planes, height, width]`, and its index in the plane (int32). NaN wins. */
	maxPool(x: Operand, out: Operand, indices: Operand, windows: PoolWindows): void;
	/** gradX[plane, indices] += gradOut, gradX cleared first. */
	maxPoolGrad(gradOut: Operand, indices: Operand, gradX: Operand): void;
	/** Sum of each window over its divisor. */
	averagePool(x: Operand, out: Operand, windows: PoolWindows): void;
	/** Its derivative: gradX is cleared, then each window receives gradOut / divisor. */
	averagePoolGrad(gradOut: Operand, gradX: Operand, windows: PoolWindows): void;
	/** out[o, i, :] = x[o, indices[i], :] for x `[outer, length, inner]`, indices int32 `[count]`, already checked to lie in 0 … length − 1. */
	take(x: Operand, indices: Operand, out: Operand, layout: { outer: number; length: number; inner: number }): void;
	/** out[o, indices[i], :] += source[o, i, :]; in the order of i. */
	scatterAdd(source: Operand, indices: Operand, out: Operand, layout: { outer: number; length: number; inner: number }): void;
	/** out[o, i, n] = x[o, indices[o, i, n], n] for x `[outer, length, inner]`, indices and out `[outer, count, inner]`. */
	gather(x: Operand, indices: Operand, out: Operand, layout: { outer: number; length: number; inner: number; count: number }): void;
	/** out[o, indices[o, i, n], n] += source[o, i, n]. */
	gatherGrad(
		source: Operand,
		indices: Operand,
		out: Operand,
		layout: { outer: number; length: number; inner: number; count: number },
	): void;
	/** out[b] = Σ_t weight[indices[b, t]] · scale; weight `[rows, dim]`, indices `[batch, bag]`, already checked. */
	embeddingBag(weight: Operand, indices: Operand, out: Operand, scale: number): void;
	/** gradWeight[indices[b, t]] += gradOut[b] · scale. */
	embeddingBagGrad(gradOut: Operand, indices: Operand, gradWeight: Operand, scale: number): void;
	/** First element of int32 `indices` outside 0 … length − 1 as a flat position, or −1. */
	findOutOfRange(indices: Operand, length: number): number;
	/** Sorts the last axis, stable, NaN last (as largest); indices int32. `count` leading results are kept. */
	sort(x: Operand, values: Operand, indices: Operand, options: { descending: boolean; count: number }): void;
	/** Over the last axis: exp(x − max) / Σ, or its logarithm. */
	softmax(x: Operand, out: Operand, options: { log: boolean }): void;
	/** gradX of softmax or log-softmax from its output y. */
	softmaxGrad(y: Operand, gradOut: Operand, gradX: Operand, options: { log: boolean }): void;
	/**
	 * losses[i] = −Σ_c t_c · logSoftmax(logits[i])_c with t = (1 − smoothing) · one-hot(target[i]) + smoothing / classes;
	 * a target equal to `ignoreIndex` gives 0. logits `[rows, classes]`, target int32 `[rows]`. Also writes the probabilities.
	 */
	crossEntropy(
		logits: Operand,
		target: Operand,
		losses: Operand,
		probabilities: Operand,
		options: { smoothing: number; ignoreIndex: number },
	): void;
	/** gradLogits[i] = (probabilities[i] − t) · gradLosses[i]; gradLosses has stride 0 or 1. */
	crossEntropyGrad(
		probabilities: Operand,
		target: Operand,
		gradLosses: Operand,
		gradLogits: Operand,
		options: { smoothing: number; ignoreIndex: number },
	): void;
	/** Mean and biased variance of each channel of x, in a numerically safe way. */
	channelStatistics(x: Operand, mean: Operand, variance: Operand, layout: ChannelLayout): void;
	/** out = activation((x − mean) · scale + shift) per channel. */
	channelAffine(
		x: Operand,
		out: Operand,
		parameters: { mean: Operand; scale: Operand; shift: Operand | null },
		options: { layout: ChannelLayout; activation: Formula | null },
	): void;
	/** sumGrad[c] = Σ gradOut, sumGradX[c] = Σ gradOut · (x − mean) · inverseStd. */
	channelGradSums(
		x: Operand,
		gradOut: Operand,
		statistics: { mean: Operand; inverseStd: Operand },
		sums: { grad: Operand; gradX: Operand },
		layout: ChannelLayout,
	): void;
	/** gradX = a[c] · gradOut + b[c] · x + c[c], the last step of a batch normalisation's derivative. */
	channelCombine(
		gradOut: Operand,
		x: Operand,
		gradX: Operand,
		coefficients: { a: Operand; b: Operand; c: Operand },
		layout: ChannelLayout,
	): void;
	/** Fills out (float32) with draws; same bits on every executor. */
	random(distribution: Distribution, position: RandomPosition, out: Operand): void;
}

/** A kernel that an executor does not have, and why. */
export interface Unsupported {
	readonly unsupported: string;
}

/** An executor's answer for every kernel. */
export type KernelTable = { readonly [K in keyof Kernels]: Kernels[K] | Unsupported };

/** What an executor says of itself. */
export interface ExecutorFacts {
	/** `reference`, `wasm`, `native`. */
	readonly name: string;
	/** Threads that share the work. */
	readonly threads: number;
	/** What was found and chosen, in words and figures. */
	readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** Memory in use on an executor, in bytes. */
export interface MemoryUse {
	readonly used: number;
	readonly reserved: number;
	readonly limit: number;
	readonly blockCount: number;
}

/** Runs kernels and owns the memory they work on. */
export interface Executor {
	readonly kernels: Kernels;
	/** Element types it can hold. */
	readonly dtypes: readonly DType[];
	facts(): ExecutorFacts;
	memory(): MemoryUse;
	/** A block for `length` elements, content undefined. */
	allocate(dtype: DType, length: number): Block;
	release(block: Block): void;
	/** Copies `source` to the block, from element `offset` on. */
	write(block: Block, dtype: DType, offset: number, source: ArrayLike<number>): void;
	/** A copy of `length` elements from `offset` on. */
	read(block: Block, dtype: DType, offset: number, length: number): Promise<TypedArray>;
	/** The same at once; `null` on executors that cannot. */
	readonly readSync: ((block: Block, dtype: DType, offset: number, length: number) => TypedArray) | null;
	/** Sets the number of threads; returns when they run. */
	setThreads?(count: number): Promise<void> | void;
	/** Ends threads. The memory goes with the last reference to the executor. */
	close(): void | Promise<void>;
}
