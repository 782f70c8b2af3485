/** The schedules of the shelf. A new one is a file here, a test and a line below. */
export { type ChainOptions, chain } from "./chain.ts";
export { type ConstantOptions, constant } from "./constant.ts";
export { type CosineOptions, cosine } from "./cosine.ts";
export { type CosineRestartsOptions, cosineRestarts } from "./cosine-restarts.ts";
export { type CyclicOptions, cyclic } from "./cyclic.ts";
export { type ExponentialOptions, exponential } from "./exponential.ts";
export { type InverseTimeOptions, inverseTime } from "./inverse-time.ts";
export { type LambdaOptions, lambda } from "./lambda.ts";
export { type LinearWarmupOptions, linearWarmup } from "./linear-warmup.ts";
export { type MultiStepOptions, multiStep } from "./multi-step.ts";
export { type MultiplicativeOptions, multiplicative } from "./multiplicative.ts";
export { type OneCycleOptions, oneCycle } from "./one-cycle.ts";
export { type PolynomialOptions, polynomial } from "./polynomial.ts";
export { type ReduceOnPlateauOptions, reduceOnPlateau } from "./reduce-on-plateau.ts";
export { type SequenceOptions, sequence } from "./sequence.ts";
export { type StepOptions, step } from "./step.ts";
