/** Operations on one tensor; each is a free function and a method of `Tensor`. A new one is a file here and a line below. */
export { backward } from "../backward.ts";
export { toExecutor } from "../create.ts";
export { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveMaxPool1d, adaptiveMaxPool2d, upsampleNearest2d } from "./adaptive-pool.ts";
export * from "./arithmetic.ts";
export { type BatchNormOptions, batchNorm } from "./batch-norm.ts";
export * from "./comparison.ts";
export { type ConvOptions, conv1d, conv2d, type Pair } from "./conv.ts";
export { type ConvTransposeOptions, convTranspose1d, convTranspose2d } from "./conv-transpose.ts";
export { to } from "./convert.ts";
export { type ClassLossOptions, type CrossEntropyOptions, crossEntropy, nllLoss } from "./cross-entropy.ts";
export { type CumsumOptions, cumsum, diff } from "./cumulative.ts";
export { diagonal } from "./diagonal.ts";
export { type DropoutOptions, dropout } from "./dropout.ts";
export { type EmbeddingBagOptions, embeddingBag } from "./embedding-bag.ts";
export * from "./exponential.ts";
export { type ArgOptions, argMax, argMin } from "./extreme-index.ts";
export { gather, type ScatterOptions, scatter, scatterAdd } from "./gather.ts";
export { chunk, split, unstack } from "./join.ts";
export { groupNorm, instanceNorm, layerNorm, type NormalizationOptions } from "./layer-norm.ts";
export { logSumExp } from "./log-sum-exp.ts";
export { linear, matmul } from "./matmul.ts";
export { booleanMask, nonZero } from "./nonzero.ts";
export { type NormOptions, norm } from "./norm.ts";
export { type OneHotOptions, oneHot } from "./one-hot.ts";
export { type Padding, type PadOptions, pad } from "./pad.ts";
export {
	type AvgPoolOptions,
	avgPool1d,
	avgPool2d,
	globalAvgPool1d,
	globalAvgPool2d,
	type MaxPoolOptions,
	maxPool1d,
	maxPool2d,
} from "./pool.ts";
export { pow, reciprocal, rsqrt } from "./power.ts";
export { prod } from "./prod.ts";
export { max, mean, min, sum } from "./reduce.ts";
export { binaryCrossEntropyWithLogits, type LossOptions, meanSquaredError } from "./regression-losses.ts";
export { repeat, roll, tile } from "./repeat.ts";
export { type RmsNormOptions, rmsNorm } from "./rms-norm.ts";
export * from "./rounding.ts";
export { clip, where } from "./select.ts";
export { at, type Index, narrow, type Range, select, slice } from "./slice.ts";
export { logSoftmax, softmax } from "./softmax.ts";
export { argSort, type Sorted, type SortOptions, sort, type TopKOptions, topK } from "./sort.ts";
export { std, type VarianceOptions, variance } from "./statistics.ts";
export { embedding, indexAdd, take } from "./take.ts";
export { tril, triu } from "./triangle.ts";
export * from "./trigonometry.ts";
export { all, any, countNonZero, type TruthOptions } from "./truth.ts";
export { upsampleBilinear2d } from "./upsample-bilinear.ts";
export * from "./views.ts";
