/** Every layer of the shelf with sample inputs: one row a layer, for tests that hold for all of them. */
import * as nn from "../src/nn/index.ts";
import type { LayerSubject } from "../src/testing/index.ts";
import { sequenceSamples } from "./sequence-samples.ts";

/** Convolutions by Winograd's method round about ten times as much as plain sums. */
const winograd = 1e-4;
/** The derivative of a normalisation is a difference of terms that nearly cancel. */
const cancelling = 1e-4;

const image = [2, 4, 5, 4];

/** By the layer's name in a config; several of one name are told apart by what follows it. */
export const layerSamples: Readonly<Record<string, LayerSubject>> = {
	linear: {
		make: (rng) => new nn.Linear(3, 2, { rng }),
		inputShapes: [
			[4, 3],
			[2, 3, 3],
		],
		badInputs: [[4, 2]],
	},
	conv1d: {
		make: (rng) => new nn.Conv1d(2, 3, { kernel: 3, padding: "same", dilation: 2, rng }),
		inputShapes: [[2, 2, 5]],
		badInputs: [
			[2, 3, 5],
			[2, 5],
		],
	},
	conv2d: {
		make: (rng) => new nn.Conv2d(4, 2, { kernel: [3, 2], stride: [2, 1], padding: [1, 0], rng }),
		inputShapes: [image],
		badInputs: [
			[2, 3, 5, 4],
			[4, 5, 4],
			[2, 4, 1, 1],
		],
	},
	"conv2d 3×3": {
		make: (rng) => new nn.Conv2d(2, 3, { kernel: 3, padding: 1, bias: false, rng }),
		inputShapes: [[2, 2, 4, 4]],
		tolerance: winograd,
	},
	"conv2d depthwise": { make: (rng) => new nn.Conv2d(4, 4, { kernel: 3, padding: "same", groups: 4, rng }), inputShapes: [image] },
	"conv2d in groups": { make: (rng) => new nn.Conv2d(4, 6, { kernel: 2, dilation: 2, groups: 2, rng }), inputShapes: [image] },
	convTranspose1d: {
		make: (rng) => new nn.ConvTranspose1d(2, 3, { kernel: 3, stride: 2, outputPadding: 1, rng }),
		inputShapes: [[2, 2, 4]],
		badInputs: [
			[2, 3, 4],
			[2, 2, 0],
		],
	},
	convTranspose2d: {
		make: (rng) => new nn.ConvTranspose2d(4, 2, { kernel: 3, stride: 2, padding: 1, groups: 2, rng }),
		inputShapes: [[2, 4, 3, 2]],
		badInputs: [
			[2, 3, 3, 2],
			[4, 3, 2],
		],
	},
	maxPool1d: {
		make: () => new nn.MaxPool1d(2),
		inputShapes: [[2, 3, 7]],
		badInputs: [
			[2, 7],
			[2, 3, 1],
		],
	},
	maxPool2d: { make: () => new nn.MaxPool2d([3, 2], { stride: 2, padding: 1 }), inputShapes: [image], badInputs: [[5, 4]] },
	avgPool1d: { make: () => new nn.AvgPool1d(3, { stride: 2, padding: 1 }), inputShapes: [[2, 3, 7]], badInputs: [[2, 7]] },
	avgPool2d: { make: () => new nn.AvgPool2d(2, { ceilMode: true, countIncludePad: false }), inputShapes: [image], badInputs: [[2, 4, 5]] },
	adaptiveAvgPool2d: { make: () => new nn.AdaptiveAvgPool2d([3, 2]), inputShapes: [image, [1, 2, 2, 3]], badInputs: [[4, 5, 4]] },
	adaptiveMaxPool2d: { make: () => new nn.AdaptiveMaxPool2d(2), inputShapes: [image, [1, 2, 3, 3]], badInputs: [[4, 5, 4]] },
	globalAvgPool: { make: () => new nn.GlobalAvgPool(), inputShapes: [image, [2, 3, 4]], badInputs: [[2, 3]] },
	flatten: { make: () => new nn.Flatten(), inputShapes: [image, [2, 3]], badInputs: [[3]] },
	reshape: {
		make: () => new nn.Reshape([2, -1]),
		inputShapes: [
			[3, 4],
			[2, 2, 3],
		],
		badInputs: [[2, 3]],
	},
	embedding: {
		make: (rng) => new nn.Embedding(5, 3, { rng }),
		inputShapes: [[2, 4], [3]],
		inputKind: "tokens",
	},
	"embedding of too large tokens": {
		make: (rng) => new nn.Embedding(2, 3, { rng }),
		inputShapes: [[0]],
		inputKind: "tokens",
		badInputs: [[4]],
	},
	embeddingBag: {
		make: (rng) => new nn.EmbeddingBag(5, 3, { rng }),
		inputShapes: [[2, 4]],
		inputKind: "tokens",
		badInputs: [[4]],
	},
	"embeddingBag, sum": { make: (rng) => new nn.EmbeddingBag(5, 3, { rng, mode: "sum" }), inputShapes: [[3, 2]], inputKind: "tokens" },
	upsample: { make: () => new nn.Upsample([2, 3]), inputShapes: [[2, 2, 3, 2]], badInputs: [[2, 3, 2]] },
	"upsample, bilinear": { make: () => new nn.Upsample(2, { mode: "bilinear" }), inputShapes: [[2, 2, 3, 2]], badInputs: [[2, 3, 2]] },
	residual: {
		make: (rng) => new nn.Residual(new nn.Linear(3, 3, { rng }), { activation: "tanh" }),
		inputShapes: [[4, 3]],
		badInputs: [[4, 2]],
	},
	"residual with a projection": {
		make: (rng) => new nn.Residual(new nn.Linear(3, 2, { rng }), { shortcut: new nn.Linear(3, 2, { rng, bias: false }) }),
		inputShapes: [[4, 3]],
	},
	"residual with drop-path": {
		make: (rng) => new nn.Residual(new nn.Linear(3, 3, { rng }), { dropPath: 0.5, rng, activation: "relu" }),
		inputShapes: [[8, 3]],
		stochastic: true,
	},
	basicBlock: {
		make: (rng) => new nn.BasicBlock(2, 3, { stride: 2, rng, activation: () => nn.activation("tanh") }),
		inputShapes: [[2, 2, 4, 4]],
		badInputs: [[2, 3, 4, 4]],
		tolerance: 5e-4, // two convolutions by Winograd's method, each followed by a normalisation
	},
	"basicBlock, identity": { make: (rng) => new nn.BasicBlock(2, 2, { rng }), inputShapes: [[2, 2, 4, 3]], tolerance: 5e-4 },
	dropout: { make: (rng) => new nn.Dropout({ p: 0.5, rng }), inputShapes: [[8, 8]], stochastic: true },
	"dropout, classic": { make: (rng) => new nn.Dropout({ p: 0.3, mode: "classic", rng }), inputShapes: [[8, 8]], stochastic: true },
	spatialDropout: {
		make: (rng) => new nn.SpatialDropout({ p: 0.4, rng }),
		inputShapes: [[4, 8, 3]],
		stochastic: true,
		badInputs: [[4, 8]],
	},
	alphaDropout: { make: (rng) => new nn.AlphaDropout({ p: 0.3, rng }), inputShapes: [[8, 8]], stochastic: true },
	dropPath: { make: (rng) => new nn.DropPath({ p: 0.4, rng }), inputShapes: [[16, 3]], stochastic: true, badInputs: [[]] },
	batchNorm: {
		make: () => new nn.BatchNorm(3),
		inputShapes: [
			[5, 3],
			[2, 3, 2, 2],
		],
		badInputs: [[1, 3], [5, 2], [3]],
		tolerance: cancelling,
	},
	"batchNorm, cumulative, not affine": {
		make: () => new nn.BatchNorm(3, { momentum: null, affine: false }),
		inputShapes: [[5, 3]],
		tolerance: cancelling,
	},
	layerNorm: {
		make: () => new nn.LayerNorm(4),
		inputShapes: [
			[3, 4],
			[2, 3, 4],
		],
		badInputs: [[3, 5]],
		tolerance: cancelling,
	},
	"layerNorm over two axes": {
		make: () => new nn.LayerNorm([2, 3]),
		inputShapes: [[3, 2, 3]],
		badInputs: [[3, 3, 2]],
		tolerance: cancelling,
	},
	groupNorm: { make: () => new nn.GroupNorm(2, 4), inputShapes: [image, [3, 4]], badInputs: [[2, 3, 5], [4]], tolerance: cancelling },
	instanceNorm: {
		make: () => new nn.InstanceNorm(4, { affine: true }),
		inputShapes: [image],
		badInputs: [
			[2, 4, 1],
			[2, 3, 5],
			[2, 4],
		],
		tolerance: cancelling,
	},
	rmsNorm: {
		make: () => new nn.RMSNorm(4),
		inputShapes: [
			[3, 4],
			[2, 3, 4],
		],
		badInputs: [[3, 5]],
	},
	"rmsNorm, not affine": { make: () => new nn.RMSNorm(4, { affine: false }), inputShapes: [[3, 4]] },
	...sequenceSamples,
};
