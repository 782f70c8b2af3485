/** Gradus: training of neural networks in TypeScript. */
export * from "./core/random/index.ts";
export * from "./executors/index.ts";
export type { Executor, ExecutorFacts, MemoryUse } from "./kernels/contracts.ts";
export { type Formula, formula, Scalar, type ScalarLike } from "./kernels/formula.ts";
export { scalars } from "./kernels/scalar-functions.ts";
export * from "./nn/index.ts";
export * from "./optim/index.ts";
export * from "./tensor/index.ts";
