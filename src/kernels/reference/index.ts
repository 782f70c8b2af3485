/** The reference kernels: slow, obvious, in float64. Every other executor is checked against them. */
import type { Kernels } from "../contracts.ts";
import { channelAffine, channelCombine, channelGradSums, channelStatistics } from "./channels.ts";
import { conv2d, conv2dGradInput, conv2dGradWeight } from "./convolution.ts";
import { copy } from "./copy.ts";
import { embeddingBag, embeddingBagGrad, findOutOfRange, gather, gatherGrad, scatterAdd, take } from "./indexing.ts";
import { map } from "./map.ts";
import { matmul } from "./matmul.ts";
import { averagePool, averagePoolGrad, maxPool, maxPoolGrad } from "./pooling.ts";
import { random } from "./random.ts";
import { reduce } from "./reduce.ts";
import { argReduce, cumulativeSum } from "./scan.ts";
import { crossEntropy, crossEntropyGrad, softmax, softmaxGrad } from "./softmax.ts";
import { sort } from "./sort.ts";

export { arrayOver, makeBuffer, type ReferenceBlock } from "./view.ts";

/** One implementation of every contract, on blocks of the reference executor. */
export const referenceKernels = {
	map,
	reduce,
	argReduce,
	cumulativeSum,
	copy,
	matmul,
	conv2d,
	conv2dGradInput,
	conv2dGradWeight,
	maxPool,
	maxPoolGrad,
	averagePool,
	averagePoolGrad,
	take,
	scatterAdd,
	gather,
	gatherGrad,
	embeddingBag,
	embeddingBagGrad,
	findOutOfRange,
	sort,
	softmax,
	softmaxGrad,
	crossEntropy,
	crossEntropyGrad,
	channelStatistics,
	channelAffine,
	channelGradSums,
	channelCombine,
	random,
} satisfies Kernels;
