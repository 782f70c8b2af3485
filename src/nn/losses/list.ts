/** The losses of the shelf. A new one is a file here, a test and a line below. */
export { binaryCrossEntropy } from "./binary-cross-entropy.ts";
export { type BinaryCrossEntropyOptions, binaryCrossEntropyWithLogits } from "./binary-cross-entropy-with-logits.ts";
export { type ClassOptions, type CrossEntropyLossOptions, crossEntropy } from "./cross-entropy.ts";
export { type FocalOptions, focal } from "./focal.ts";
export { type HingeOptions, hinge } from "./hinge.ts";
export { type HuberOptions, huber } from "./huber.ts";
export { type KLDivergenceOptions, klDivergence } from "./kl-divergence.ts";
export { logCosh } from "./log-cosh.ts";
export { meanAbsoluteError } from "./mean-absolute-error.ts";
export { meanSquaredError, type SquaredErrorOptions } from "./mean-squared-error.ts";
export { type MultiMarginOptions, multiMargin } from "./multi-margin.ts";
export { negativeLogLikelihood } from "./negative-log-likelihood.ts";
export { rootMeanSquaredError } from "./root-mean-squared-error.ts";
