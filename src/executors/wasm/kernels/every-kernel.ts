/** Calls of every kernel, for tests of what holds for all of them. A new kernel does not compile until it has one here. */
import type { DType } from "../../../core/dtype.ts";
import type { ConvGeometry, Kernels, Operand, PoolWindows } from "../../../kernels/contracts.ts";
import { formula } from "../../../kernels/formula.ts";

/** An array that a call reads or writes; with standard values if `values` is left out. */
export interface ArraySpec {
	readonly shape: readonly number[];
	readonly dtype?: DType;
	readonly values?: (i: number) => number;
	/** Axes as they lie in memory; row-major if left out. */
	readonly order?: readonly number[];
}

/** A call of a kernel. */
export interface KernelCall {
	readonly reads: readonly ArraySpec[];
	readonly writes: readonly ArraySpec[];
	/** May return a result that is no array. */
	readonly run: (kernels: Kernels, reads: readonly Operand[], writes: readonly Operand[]) => unknown;
}

const weighted = formula("weighted", (x, y) => x.mul(3).sub(y));
const shifted = formula("shifted", (x) => x.add(1));
const both = formula("both", (x) => [x.add(1), x.gt(0)]);
const identity = formula("identity", (x) => x);
const plain = { bias: null, activation: null, accumulate: false };
const below = (length: number) => (i: number) => (i * 7) % length;

const stride1: ConvGeometry = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 };
const stride2: ConvGeometry = { stride: [2, 2], padding: [2, 1], dilation: [1, 2], groups: 2 };
interface Convolution {
	readonly x: readonly number[];
	readonly weight: readonly number[];
	readonly out: readonly number[];
	readonly geometry: ConvGeometry;
}

const convolutions: Record<string, Convolution> = {
	"of 3 × 3": { x: [2, 8, 14, 15], weight: [12, 8, 3, 3], out: [2, 12, 14, 15], geometry: stride1 },
	"of few channels": { x: [2, 1, 28, 28], weight: [6, 1, 3, 3], out: [2, 6, 28, 28], geometry: stride1 },
	"with stride, dilation and groups": { x: [2, 4, 19, 17], weight: [6, 2, 5, 3], out: [2, 6, 10, 8], geometry: stride2 },
	"of 1 × 1": { x: [2, 5, 9, 9], weight: [7, 5, 1, 1], out: [2, 7, 9, 9], geometry: { ...stride1, padding: [0, 0] } },
	"by depth": { x: [2, 6, 16, 16], weight: [6, 1, 3, 3], out: [2, 6, 16, 16], geometry: { ...stride1, groups: 6 } },
};

/** Windows of `size` every `step` over an axis, clipped at its end. */
function windowsOf(length: number, size: number, step: number): { start: Int32Array; end: Int32Array } {
	const start = Int32Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
	return { start, end: start.map((from) => Math.min(length, from + size)) };
}

function pooling(height: number, width: number, size: number, step: number): { windows: PoolWindows; out: [number, number] } {
	const [rows, columns] = [windowsOf(height, size, step), windowsOf(width, size, step)];
	const divisors = new Float32Array(rows.start.length * columns.start.length).fill(size * size);
	const windows = {
		rowStart: rows.start,
		rowEnd: rows.end,
		rowStep: 1,
		columnStart: columns.start,
		columnEnd: columns.end,
		columnStep: 1,
		divisors,
	};
	return { windows, out: [rows.start.length, columns.start.length] };
}

const poolings = { "2 × 2": pooling(16, 18, 2, 2), "3 × 3 that overlap": pooling(16, 18, 3, 2) };
const taking = { outer: 3, length: 11, inner: 21 };
const channels = { outer: 6, channels: 9, inner: 35 };
const perChannel: ArraySpec = { shape: [9] };
const classes = { smoothing: 0.1, ignoreIndex: -100 };

/** At least one call of every kernel. */
export const everyKernel: Record<keyof Kernels, Record<string, KernelCall>> = {
	map: {
		"of contiguous arrays": {
			reads: [{ shape: [1003] }, { shape: [1003] }],
			writes: [{ shape: [1003] }],
			run: ({ map }, reads, writes) => map(weighted, reads, writes),
		},
		"with two results of different types": {
			reads: [{ shape: [1003], dtype: "int32", values: (i) => (i % 9) - 4 }],
			writes: [
				{ shape: [1003], dtype: "int32" },
				{ shape: [1003], dtype: "bool" },
			],
			run: ({ map }, reads, writes) => map(both, reads, writes),
		},
		"of rows": {
			reads: [{ shape: [30, 37] }, { shape: [37] }],
			writes: [{ shape: [30, 37] }],
			run: ({ map }, [x, row], writes) =>
				map(weighted, [x, { ...row, shape: x.shape, strides: [0, 1], size: x.size, contiguous: false }], writes),
		},
		"of two transposed arrays": {
			reads: [
				{ shape: [30, 37], order: [1, 0] },
				{ shape: [30, 37], order: [1, 0] },
			],
			writes: [{ shape: [30, 37] }],
			run: ({ map }, reads, writes) => map(weighted, reads, writes),
		},
		"of a transposed array": {
			reads: [{ shape: [30, 37], order: [1, 0] }, { shape: [30, 37] }],
			writes: [{ shape: [30, 37] }],
			run: ({ map }, reads, writes) => map(weighted, reads, writes),
		},
	},
	reduce: {
		"of two transposed arrays over axes apart": {
			reads: [
				{ shape: [7, 11, 13], order: [2, 1, 0] },
				{ shape: [7, 11, 13], order: [1, 2, 0] },
			],
			writes: [{ shape: [11] }],
			run: ({ reduce }, reads, [out]) => reduce("sum", weighted, reads, out, [0, 2]),
		},
		"along rows": {
			reads: [{ shape: [20, 61] }],
			writes: [{ shape: [20] }],
			run: ({ reduce }, reads, [out]) => reduce("sum", identity, reads, out, [1]),
		},
		"along columns": {
			reads: [{ shape: [61, 43] }],
			writes: [{ shape: [43] }],
			run: ({ reduce }, reads, [out]) => reduce("max", identity, reads, out, [0]),
		},
		"of many": {
			reads: [{ shape: [70001] }],
			writes: [{ shape: [] }],
			run: ({ reduce }, reads, [out]) => reduce("sum", shifted, reads, out, [0]),
		},
		"of a transposed array": {
			reads: [{ shape: [30, 37], order: [1, 0] }],
			writes: [{ shape: [30] }],
			run: ({ reduce }, reads, [out]) => reduce("sum", identity, reads, out, [1]),
		},
	},
	argReduce: {
		plain: {
			reads: [{ shape: [5, 23, 17] }],
			writes: [{ shape: [5, 17], dtype: "int32" }],
			run: ({ argReduce }, [x], [out]) => argReduce("max", x, out, { outer: 5, length: 23, inner: 17 }),
		},
		"along rows": {
			reads: [{ shape: [5, 23] }],
			writes: [{ shape: [5], dtype: "int32" }],
			run: ({ argReduce }, [x], [out]) => argReduce("min", x, out, { outer: 5, length: 23, inner: 1 }),
		},
	},
	cumulativeSum: {
		plain: {
			reads: [{ shape: [5, 23, 17] }],
			writes: [{ shape: [5, 23, 17] }],
			run: ({ cumulativeSum }, [x], [out]) => cumulativeSum(x, out, { outer: 5, length: 23, inner: 17, reverse: false }),
		},
		"from the end": {
			reads: [{ shape: [5, 23] }],
			writes: [{ shape: [5, 23] }],
			run: ({ cumulativeSum }, [x], [out]) => cumulativeSum(x, out, { outer: 5, length: 23, inner: 1, reverse: true }),
		},
	},
	copy: {
		"of a contiguous array": {
			reads: [{ shape: [1003] }],
			writes: [{ shape: [1003] }],
			run: ({ copy }, [x], [out]) => copy(x, out),
		},
		"of a transposed array": {
			reads: [{ shape: [30, 37], order: [1, 0] }],
			writes: [{ shape: [30, 37] }],
			run: ({ copy }, [x], [out]) => copy(x, out),
		},
		"of permuted bytes": {
			reads: [{ shape: [5, 7, 33], dtype: "uint8", order: [1, 2, 0] }],
			writes: [{ shape: [5, 7, 33], dtype: "uint8", order: [2, 0, 1] }],
			run: ({ copy }, [x], [out]) => copy(x, out),
		},
		"of a permuted array to a permuted one of another type": {
			reads: [{ shape: [5, 7, 33], order: [1, 2, 0] }],
			writes: [{ shape: [5, 7, 33], dtype: "int32", order: [2, 0, 1] }],
			run: ({ copy }, [x], [out]) => copy(x, out),
		},
		"to another type": {
			reads: [{ shape: [30, 37] }],
			writes: [{ shape: [30, 37], dtype: "int32", order: [1, 0] }],
			run: ({ copy }, [x], [out]) => copy(x, out),
		},
	},
	matmul: {
		"of small matrices": {
			reads: [{ shape: [1, 5, 7] }, { shape: [1, 7, 9] }, { shape: [9] }],
			writes: [{ shape: [1, 5, 9] }],
			run: ({ matmul }, [a, b, bias], [out]) => matmul(a, b, out, { ...plain, bias, activation: shifted }),
		},
		plain: {
			reads: [{ shape: [1, 47, 61] }, { shape: [1, 61, 53] }, { shape: [53] }],
			writes: [{ shape: [1, 47, 53] }],
			run: ({ matmul }, [a, b, bias], [out]) => matmul(a, b, out, { ...plain, bias }),
		},
		"of transposed matrices": {
			reads: [
				{ shape: [1, 47, 261], order: [0, 2, 1] },
				{ shape: [1, 261, 83], order: [0, 2, 1] },
			],
			writes: [{ shape: [1, 47, 83] }],
			run: ({ matmul }, [a, b], [out]) => matmul(a, b, out, plain),
		},
		"of batches, accumulated": {
			reads: [{ shape: [3, 27, 33] }, { shape: [3, 33, 21] }],
			writes: [{ shape: [3, 27, 21] }],
			run: ({ matmul }, [a, b], [out]) => matmul(a, b, out, { ...plain, accumulate: true }),
		},
		"of matrices that are permuted throughout": {
			reads: [
				{ shape: [3, 27, 33], order: [2, 0, 1] },
				{ shape: [3, 33, 21], order: [1, 2, 0] },
			],
			writes: [{ shape: [3, 27, 21] }],
			run: ({ matmul }, [a, b], [out]) => matmul(a, b, out, plain),
		},
	},
	take: {
		"of rows": {
			reads: [{ shape: [3, 11, 21] }, { shape: [8], dtype: "int32", values: below(11) }],
			writes: [{ shape: [3, 8, 21] }],
			run: ({ take }, [x, indices], [out]) => take(x, indices, out, taking),
		},
		"of single elements": {
			reads: [{ shape: [3, 11] }, { shape: [8], dtype: "int32", values: below(11) }],
			writes: [{ shape: [3, 8] }],
			run: ({ take }, [x, indices], [out]) => take(x, indices, out, { ...taking, inner: 1 }),
		},
	},
	scatterAdd: {
		plain: {
			reads: [{ shape: [3, 8, 21] }, { shape: [8], dtype: "int32", values: below(5) }],
			writes: [{ shape: [3, 11, 21] }],
			run: ({ scatterAdd }, [source, indices], [out]) => scatterAdd(source, indices, out, taking),
		},
	},
	gather: {
		plain: {
			reads: [{ shape: [3, 11, 21] }, { shape: [3, 8, 21], dtype: "int32", values: below(11) }],
			writes: [{ shape: [3, 8, 21] }],
			run: ({ gather }, [x, indices], [out]) => gather(x, indices, out, { ...taking, count: 8 }),
		},
	},
	gatherGrad: {
		plain: {
			reads: [{ shape: [3, 8, 21] }, { shape: [3, 8, 21], dtype: "int32", values: below(11) }],
			writes: [{ shape: [3, 11, 21] }],
			run: ({ gatherGrad }, [source, indices], [out]) => gatherGrad(source, indices, out, { ...taking, count: 8 }),
		},
	},
	embeddingBag: {
		plain: {
			reads: [{ shape: [19, 50] }, { shape: [6, 5], dtype: "int32", values: below(19) }],
			writes: [{ shape: [6, 50] }],
			run: ({ embeddingBag }, [weight, indices], [out]) => embeddingBag(weight, indices, out, 0.5),
		},
	},
	embeddingBagGrad: {
		plain: {
			reads: [{ shape: [6, 50] }, { shape: [6, 5], dtype: "int32", values: below(19) }],
			writes: [{ shape: [19, 50] }],
			run: ({ embeddingBagGrad }, [grad, indices], [out]) => embeddingBagGrad(grad, indices, out, 0.5),
		},
	},
	findOutOfRange: {
		plain: {
			reads: [{ shape: [100], dtype: "int32", values: (i) => (i === 77 ? 50 : i % 50) }],
			writes: [],
			run: ({ findOutOfRange }, [indices]) => findOutOfRange(indices, 50),
		},
	},
	sort: {
		"of short rows": {
			reads: [{ shape: [9, 21] }],
			writes: [{ shape: [9, 21] }, { shape: [9, 21], dtype: "int32" }],
			run: ({ sort }, [x], [values, indices]) => sort(x, values, indices, { descending: false, count: 21 }),
		},
		"of long rows of bytes": {
			reads: [{ shape: [3, 101], dtype: "uint8" }],
			writes: [
				{ shape: [3, 7], dtype: "uint8" },
				{ shape: [3, 7], dtype: "int32" },
			],
			run: ({ sort }, [x], [values, indices]) => sort(x, values, indices, { descending: true, count: 7 }),
		},
	},
	softmax: {
		plain: {
			reads: [{ shape: [9, 37] }],
			writes: [{ shape: [9, 37] }],
			run: ({ softmax }, [x], [out]) => softmax(x, out, { log: false }),
		},
	},
	softmaxGrad: {
		plain: {
			reads: [{ shape: [9, 37] }, { shape: [9, 37] }],
			writes: [{ shape: [9, 37] }],
			run: ({ softmaxGrad }, [y, grad], [out]) => softmaxGrad(y, grad, out, { log: true }),
		},
	},
	crossEntropy: {
		plain: {
			reads: [{ shape: [13, 10] }, { shape: [13], dtype: "int32", values: below(10) }],
			writes: [{ shape: [13] }, { shape: [13, 10] }],
			run: ({ crossEntropy }, [logits, target], [losses, probabilities]) => crossEntropy(logits, target, losses, probabilities, classes),
		},
	},
	crossEntropyGrad: {
		plain: {
			reads: [{ shape: [13, 10] }, { shape: [13], dtype: "int32", values: below(10) }, { shape: [13] }],
			writes: [{ shape: [13, 10] }],
			run: ({ crossEntropyGrad }, [probabilities, target, grad], [out]) => crossEntropyGrad(probabilities, target, grad, out, classes),
		},
	},
	channelStatistics: {
		plain: {
			reads: [{ shape: [6, 9, 35] }],
			writes: [perChannel, perChannel],
			run: ({ channelStatistics }, [x], [mean, variance]) => channelStatistics(x, mean, variance, channels),
		},
	},
	channelAffine: {
		plain: {
			reads: [{ shape: [6, 9, 35] }, perChannel, perChannel, perChannel],
			writes: [{ shape: [6, 9, 35] }],
			run: ({ channelAffine }, [x, mean, scale, shift], [out]) =>
				channelAffine(x, out, { mean, scale, shift }, { layout: channels, activation: shifted }),
		},
	},
	channelGradSums: {
		plain: {
			reads: [{ shape: [6, 9, 35] }, { shape: [6, 9, 35] }, perChannel, perChannel],
			writes: [perChannel, perChannel],
			run: ({ channelGradSums }, [x, gradOut, mean, inverseStd], [grad, gradX]) =>
				channelGradSums(x, gradOut, { mean, inverseStd }, { grad, gradX }, channels),
		},
	},
	channelCombine: {
		plain: {
			reads: [{ shape: [6, 9, 35] }, { shape: [6, 9, 35] }, perChannel, perChannel, perChannel],
			writes: [{ shape: [6, 9, 35] }],
			run: ({ channelCombine }, [gradOut, x, a, b, c], [out]) => channelCombine(gradOut, x, out, { a, b, c }, channels),
		},
	},
	random: {
		uniform: {
			reads: [],
			writes: [{ shape: [1003] }],
			run: ({ random }, _, [out]) => random({ kind: "uniform", low: -1, high: 2 }, { key: [1, 2], counter: [3, 4, 5, 6] }, out),
		},
	},
	conv2d: forEach(convolutions, ({ x, weight, out, geometry }) => ({
		reads: [{ shape: x }, { shape: weight }, { shape: [out[1]] }],
		writes: [{ shape: out }],
		run: ({ conv2d }, [image, w, bias], [result]) => conv2d(image, w, result, { bias, activation: shifted, geometry }),
	})),
	conv2dGradInput: forEach(convolutions, ({ x, weight, out, geometry }) => ({
		reads: [{ shape: out }, { shape: weight }],
		writes: [{ shape: x }],
		run: ({ conv2dGradInput }, [grad, w], [result]) => conv2dGradInput(grad, w, result, geometry),
	})),
	conv2dGradWeight: forEach(convolutions, ({ x, weight, out, geometry }) => ({
		reads: [{ shape: x }, { shape: out }],
		writes: [{ shape: weight }],
		run: ({ conv2dGradWeight }, [image, grad], [result]) => conv2dGradWeight(image, grad, result, geometry),
	})),
	maxPool: forEach(poolings, ({ windows, out }) => ({
		reads: [{ shape: [5, 16, 18] }],
		writes: [{ shape: [5, ...out] }, { shape: [5, ...out], dtype: "int32" }],
		run: ({ maxPool }, [x], [result, indices]) => maxPool(x, result, indices, windows),
	})),
	maxPoolGrad: forEach(poolings, ({ out }) => ({
		reads: [{ shape: [5, ...out] }, { shape: [5, ...out], dtype: "int32", values: (i) => ((i % (out[0] * out[1])) * 2) % (16 * 18) }],
		writes: [{ shape: [5, 16, 18] }],
		run: ({ maxPoolGrad }, [grad, indices], [result]) => maxPoolGrad(grad, indices, result),
	})),
	averagePool: forEach(poolings, ({ windows, out }) => ({
		reads: [{ shape: [5, 16, 18] }],
		writes: [{ shape: [5, ...out] }],
		run: ({ averagePool }, [x], [result]) => averagePool(x, result, windows),
	})),
	averagePoolGrad: forEach(poolings, ({ windows, out }) => ({
		reads: [{ shape: [5, ...out] }],
		writes: [{ shape: [5, 16, 18] }],
		run: ({ averagePoolGrad }, [grad], [result]) => averagePoolGrad(grad, result, windows),
	})),
};

/** A call for each row of a table. */
function forEach<R>(rows: Readonly<Record<string, R>>, make: (row: R) => KernelCall): Record<string, KernelCall> {
	return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, make(row)]));
}
