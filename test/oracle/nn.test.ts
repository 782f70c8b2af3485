/** Operations of networks against PyTorch. Fixtures: make_nn.py. */
import { call, type Formula, formula } from "../../src/kernels/formula.ts";
import * as s from "../../src/kernels/scalars/index.ts";
import * as g from "../../src/tensor/index.ts";
import { type Call, checkAgainstOracle, type Tolerance } from "./check.ts";

const relu = formula("relu", (x) => call(s.relu, x));

interface FusedOptions {
	readonly activation?: string;
}

/** Fixtures name the activation; Gradus takes its formula. */
function withFormula(options: unknown): { activation?: Formula } {
	const { activation, ...rest } = options as FusedOptions;
	return activation === "relu" ? { ...rest, activation: relu } : rest;
}

/** The third tensor is the bias, if there is one. */
function convolution(operation: (x: g.Tensor, weight: g.Tensor, options: object) => g.Tensor): Call {
	return ([x, weight, bias], [options]) => operation(x, weight, { ...withFormula(options), bias });
}

/** Sums of up to 100 products of values of size 1 … 3, rounded in float32 in any order. */
const manyProducts: Tolerance = { relative: 2e-6, absolute: 1e-5 };
/** Results of size 10 by Winograd's F(4 × 4, 3 × 3): its transforms multiply the rounding of a plain sum by about ten (Lavin & Gray 2016). */
const savedProducts: Tolerance = { relative: 2e-6, absolute: 6e-5 };

checkAgainstOracle("convolutions", {
	calls: {
		conv2d: convolution(g.conv2d),
		conv2dLarge: convolution(g.conv2d),
		conv1d: convolution(g.conv1d),
		convTranspose2d: convolution(g.convTranspose2d),
		convTranspose1d: convolution(g.convTranspose1d),
	},
	tolerances: {
		conv2d: manyProducts,
		conv2dLarge: savedProducts,
		conv1d: manyProducts,
		convTranspose2d: manyProducts,
		convTranspose1d: manyProducts,
	},
});

checkAgainstOracle("poolings", {
	tolerances: { maxPool2d: "bits", maxPool1d: "bits", adaptiveMaxPool2d: "bits", adaptiveMaxPool1d: "bits" },
});

/**
 * The derivative of a normalisation is a difference of terms that nearly cancel, each of the size of scale / std · Σ|grad| · x / std:
 * tens here, so float32 leaves some 1e-5.
 */
const cancelling: Tolerance = { relative: 1e-5, absolute: 3e-5 };
/** Values 300 away from 0 with deviation 1: their own float32 grid is 3e-5 wide. */
const farFromZero: Tolerance = { relative: 1e-5, absolute: 1e-4 };

checkAgainstOracle("normalisations", {
	calls: {
		batchNorm: ([x, scale, shift, runningMean, runningVariance], [options]) => {
			const y = g.batchNorm(x, { scale, shift, runningMean, runningVariance, ...(options as g.BatchNormOptions) });
			return [y, runningMean, runningVariance];
		},
		batchNormPlain: ([x]) => g.batchNorm(x, { training: true }),
		batchNormRelu: ([x, scale, shift]) => g.batchNorm(x, { scale, shift, training: true, activation: relu }),
		layerNorm: ([x, scale, shift]) => g.layerNorm(x, { scale, shift }),
		layerNormPlain: ([x], [options]) => g.layerNorm(x, options as object),
		groupNorm: ([x, scale, shift], [groups]) => g.groupNorm(x, groups as number, { scale, shift }),
		instanceNorm: ([x, scale, shift]) => g.instanceNorm(x, { scale, shift }),
	},
	tolerances: { batchNormPlain: farFromZero },
	gradientTolerances: {
		batchNorm: cancelling,
		batchNormPlain: farFromZero,
		batchNormRelu: cancelling,
		layerNorm: cancelling,
		layerNormPlain: cancelling,
		groupNorm: cancelling,
		instanceNorm: cancelling,
	},
});

checkAgainstOracle("losses", {
	calls: {
		crossEntropyWeighted: ([logits, target, classWeights], [options]) =>
			g.crossEntropy(logits, target, { ...(options as g.CrossEntropyOptions), classWeights }),
	},
});
