/** Layers against PyTorch's modules: values, gradients of inputs and parameters, running statistics. Fixtures: make_layers.py. */
import { RandomStream } from "../../src/core/random/index.ts";
import { BatchNorm, buildNetwork, type LayerConfig, type Module, walk } from "../../src/nn/index.ts";
import type { Tensor } from "../../src/tensor/index.ts";
import { type Call, checkAgainstOracle, type Tolerance } from "./check.ts";

/** The layer that a config describes, with the parameters of a case in the place of its own. */
function built(config: readonly LayerConfig[], x: Tensor, parameters: readonly Tensor[]): Module {
	const model = buildNetwork(config, { inputShape: x.shape.slice(1), rng: new RandomStream(1) });
	const held = [...walk(model)].filter((one) => one.kind === "tensor" && one.value.requiresGrad);
	if (held.length !== parameters.length) throw new Error(`${parameters.length} parameters given, ${held.length} in ${model.describe()}.`);
	held.forEach((one, i) => {
		if (one.kind === "tensor") one.replace(parameters[i]);
	});
	return model;
}

/** `name` or `name+activation`, as the operation of a fixture is called. */
function layer(operation: string): Call {
	const [name, ...after] = operation.split("+");
	return ([x, ...parameters], [options]) => built([{ [name]: options as object }, ...after], x, parameters).forward(x);
}

const calls = (...operations: readonly string[]): Record<string, Call> => Object.fromEntries(operations.map((one) => [one, layer(one)]));

/** Sums of up to 100 products of values of size 1 … 3, rounded in float32 in any order; a third of them by Winograd's method. */
const manyProducts: Tolerance = { relative: 2e-6, absolute: 3e-5 };

checkAgainstOracle("layers-conv", {
	calls: calls("conv1d", "conv2d", "conv2d+relu", "convTranspose1d", "convTranspose2d", "linear"),
	tolerances: {
		conv1d: manyProducts,
		conv2d: manyProducts,
		"conv2d+relu": manyProducts,
		convTranspose1d: manyProducts,
		convTranspose2d: manyProducts,
	},
});

checkAgainstOracle("layers-shape", {
	calls: calls(
		...["maxPool1d", "maxPool2d", "avgPool1d", "avgPool2d", "adaptiveAvgPool2d", "adaptiveMaxPool2d", "globalAvgPool"],
		...["flatten", "reshape", "upsample", "embedding", "embeddingBag"],
	),
	tolerances: { maxPool1d: "bits", maxPool2d: "bits", adaptiveMaxPool2d: "bits", flatten: "bits", reshape: "bits", embedding: "bits" },
});

/** The derivative of a normalisation is a difference of terms of size tens here that nearly cancel. */
const cancelling: Tolerance = { relative: 1e-5, absolute: 3e-5 };
/** Two convolutions with sums of 20 products, each normalised: what they round off is divided by a deviation below 1. */
const block: Tolerance = { relative: 2e-5, absolute: 1e-4 };
/** PyTorch computes x · α + β, we (x − mean) · α + shift: in float32 they differ by a unit in the last place of the largest term, of size 4 to 8. */
const lastPlace: Tolerance = { relative: 0, absolute: 2 ** -21 };

checkAgainstOracle("layers-norm", {
	calls: {
		...calls("batchNorm", "batchNorm+relu", "layerNorm", "groupNorm", "instanceNorm", "rmsNorm", "basicBlock"),
		batchNormSteps: ([scale, shift, ...batches], [options]) => {
			const model = built([{ batchNorm: options as object }], batches[0], [scale, shift]);
			const outputs = batches.map((x) => model.forward(x));
			model.eval();
			outputs.push(model.forward(batches[batches.length - 1]));
			return [...outputs, ...Object.values(model.buffers())];
		},
		batchNormLoaded: ([x, weight, bias, runningMean, runningVar]) => {
			const layer = new BatchNorm(x.shape[1]).eval();
			const saved = { scale: weight, shift: bias, runningMean, runningVariance: runningVar };
			const tensors = Object.entries(saved).map(([key, value]) => [
				key,
				{ dtype: value.dtype, shape: value.shape, data: value.dataSync() },
			]);
			layer.load({ tensors: Object.fromEntries(tensors), streams: {}, numbers: { "": { batchCount: 3 } } });
			return layer.forward(x).detach();
		},
	},
	tolerances: { basicBlock: block, batchNormLoaded: lastPlace },
	gradientTolerances: {
		batchNorm: cancelling,
		"batchNorm+relu": cancelling,
		batchNormSteps: cancelling,
		layerNorm: cancelling,
		groupNorm: cancelling,
		instanceNorm: cancelling,
		rmsNorm: cancelling,
		basicBlock: block,
	},
});
