/** Losses against PyTorch, values and derivatives, and against closed forms that make_functions.py writes out. */
import { losses } from "../../src/nn/index.ts";
import type { Tensor } from "../../src/tensor/index.ts";
import { type Call, checkAgainstOracle, type Tolerance } from "./check.ts";

type AnyLoss = (prediction: Tensor, target: Tensor, options?: object) => Tensor;
const shelf = losses as unknown as Record<string, AnyLoss>;
const plain: [string, Call][] = Object.keys(shelf).map((name) => [name, ([x, t], [options]) => shelf[name](x, t, options as object)]);

/** Tensors after prediction and target, as options. */
function withTensors(name: string, ...names: string[]): Call {
	return ([x, t, ...more], [options]) =>
		shelf[name](x, t, { ...(options as object), ...Object.fromEntries(names.map((option, i) => [option, more[i]])) });
}

/** p (1 − p) and log1p of values near 1, each a rounding, over the smallest variance of 0.02. */
const certain: Tolerance = { relative: 4e-6, absolute: 2e-6 };

checkAgainstOracle("loss_functions", {
	calls: {
		...Object.fromEntries(plain),
		binaryCrossEntropyWeighted: withTensors("binaryCrossEntropyWithLogits", "posWeight"),
		binaryCrossEntropySampled: withTensors("binaryCrossEntropyWithLogits", "sampleWeights"),
		crossEntropyWeighted: withTensors("crossEntropy", "classWeights"),
		crossEntropySampled: withTensors("crossEntropy", "classWeights", "sampleWeights"),
		negativeLogLikelihoodWeighted: withTensors("negativeLogLikelihood", "classWeights"),
	},
	gradientTolerances: { binaryCrossEntropy: certain },
});
