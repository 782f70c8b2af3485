/** Gradus: training of neural networks in TypeScript. */
import { bestExecutor, describeExecutor, type ExecutorInfo } from "./executors/index.ts";
import { currentExecutor, setExecutorFactory } from "./tensor/context.ts";

export * from "./core/random/index.ts";
export * from "./executors/index.ts";
export type { Executor, ExecutorFacts, MemoryUse } from "./kernels/contracts.ts";
export { type Formula, formula, Scalar, type ScalarLike } from "./kernels/formula.ts";
export { scalars } from "./kernels/scalar-functions.ts";
export * from "./optim/index.ts";
export * from "./tensor/index.ts";

setExecutorFactory(bestExecutor);

/** What executor is in use, what was found on this machine, and why it was chosen. */
export function executorInfo(): ExecutorInfo {
	return describeExecutor(currentExecutor());
}
