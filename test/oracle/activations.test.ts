/** Activations against PyTorch, values and derivatives. Fixtures: make_functions.py. */
import { activations } from "../../src/nn/index.ts";
import type { Tensor } from "../../src/tensor/index.ts";
import { type Call, checkAgainstOracle, type Tolerance } from "./check.ts";

const shelf = activations as unknown as Record<string, (x: Tensor, options?: object) => Tensor>;
const byOptions: [string, Call][] = Object.keys(shelf).map((name) => [
	name,
	([x, ...more], args) => shelf[name](x, ...(more as object[]), ...(args as object[])),
]);

/** 1 + erf and 1 − tanh² cancel: an absolute error of a float32 rounding, times inputs of size 20. */
const cancelling: Tolerance = { relative: 2e-6, absolute: 3e-6 };

checkAgainstOracle("activations", {
	calls: Object.fromEntries(byOptions),
	tolerances: { identity: "bits", relu: "bits", relu6: "bits", step: "bits" },
	gradientTolerances: { gelu: cancelling, mish: cancelling },
});
