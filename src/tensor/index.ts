/** Tensors, their operations, derivatives and scopes. */
import "./attach.ts";

export type { DType, TypedArray } from "../core/dtype.ts";
export * from "../core/errors.ts";
export { type BackwardOptions, gradients, valueAndGrad } from "./backward.ts";
export { type CheckpointOptions, checkpoint } from "./checkpoint.ts";
export { currentExecutor, executorInfo, setExecutor, withExecutor } from "./context.ts";
export * from "./create.ts";
export { type CustomBackward, type CustomOperation, customOp } from "./custom.ts";
export { applyFormula, elementwise, type TensorOrNumber } from "./ops/elementwise.ts";
export * from "./ops/functions.ts";
export * from "./ops/methods.ts";
export { type NamedTensors, ParameterBlock, type ParameterRange, parameters } from "./parameters.ts";
export { randomBernoulli, randomNormal, randomPermutation, randomTruncatedNormal, randomUniform } from "./random.ts";
export { scope } from "./scope.ts";
export { enableGrad, noGrad } from "./tape.ts";
export { type NestedNumbers, Tensor } from "./tensor.ts";
