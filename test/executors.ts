/** The executors that this machine has: tests of operations run on each of them. A new executor is a line here. */
import { createReferenceExecutor } from "../src/executors/reference/index.ts";
import type { Executor } from "../src/kernels/contracts.ts";

/** An executor under its name. */
export interface TestExecutor {
	readonly name: string;
	readonly executor: Executor;
}

/** Every executor that could be made, the reference first. */
export const executors: readonly TestExecutor[] = [{ name: "reference", executor: createReferenceExecutor() }];
