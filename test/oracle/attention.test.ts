/** Multi-head attention and transformer blocks against PyTorch: values and gradients in all parameters. Fixtures: make_attention.py. */
import { RandomStream } from "../../src/core/random/index.ts";
import { MultiHeadAttention, TransformerEncoderLayer } from "../../src/nn/index.ts";
import type { Tensor } from "../../src/tensor/index.ts";
import { type Call, checkAgainstOracle, type Tolerance } from "./check.ts";
import { setParameters } from "./set-parameters.ts";

const rng = new RandomStream(1);

/** PyTorch's truths say what is ignored, ours what may be seen. */
function turned(names: readonly string[], truths: readonly Tensor[]): Record<string, Tensor> {
	return Object.fromEntries(names.map((name, i) => [name, truths[i].logicalNot()]));
}

function projections(parameters: readonly Tensor[], bias: boolean, prefix = ""): Record<string, Tensor> {
	const parts = bias ? ["weight", "bias"] : ["weight"];
	const paths = ["query", "key", "value", "output"].flatMap((name) => parts.map((part) => `${prefix}${name}.${part}`));
	return Object.fromEntries(paths.map((path, i) => [path, parameters[i]]));
}

const multiHeadAttention: Call = ([x, ...rest], [given]) => {
	const { heads, bias, cross, masks } = given as { heads: number; bias: boolean; cross: boolean; masks: readonly string[] };
	const [key, value] = cross ? rest : [];
	const parameters = rest.slice(cross ? 2 : 0);
	const sizes = cross ? { keyFeatures: key.shape[2], valueFeatures: value.shape[2] } : {};
	const model = new MultiHeadAttention(x.shape[2], { heads, bias, rng, ...sizes });
	const count = bias ? 8 : 4;
	setParameters(model, projections(parameters.slice(0, count), bias));
	const run = model.run(x, { key, value, ...turned(masks, parameters.slice(count)) });
	return [run.output, run.weights];
};

const transformerEncoderLayer: Call = ([x, ...rest], [given]) => {
	const { masks, ...options } = given as { heads: number; hidden: number; masks: readonly string[] };
	const model = new TransformerEncoderLayer(x.shape[2], { ...options, dropout: 0, rng });
	const names = ["feedForward.0.weight", "feedForward.0.bias", "feedForward.3.weight", "feedForward.3.bias"];
	const norms = ["attentionNorm.scale", "attentionNorm.shift", "feedForwardNorm.scale", "feedForwardNorm.shift"];
	const others = Object.fromEntries([...names, ...norms].map((path, i) => [path, rest[8 + i]]));
	setParameters(model, { ...projections(rest.slice(0, 8), true, "attention."), ...others });
	return model.forward(x, turned(masks, rest.slice(16)));
};

/** Four products and a softmax one after the other on values of size 1 … 5. */
const chained: Tolerance = { relative: 5e-6, absolute: 5e-6 };
/** Sums of such values over 8 steps, also through normalisations, whose derivative is a difference of nearly equal terms. */
const chainedSums: Tolerance = { relative: 1e-5, absolute: 3e-5 };

checkAgainstOracle("attention", {
	calls: { multiHeadAttention, transformerEncoderLayer },
	tolerances: { multiHeadAttention: chained, transformerEncoderLayer: chained },
	gradientTolerances: { multiHeadAttention: chainedSums, transformerEncoderLayer: chainedSums },
});
