/**
 * What is in force while code runs: the executor for new tensors, the open scopes, and whether operations are recorded.
 * This is the only state that the library holds for a whole thread; everything else belongs to objects that users make.
 */
import { bestExecutor, describeExecutor, type ExecutorInfo } from "../executors/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { Tensor } from "./tensor.ts";

/** An open scope: the tensors that die at its end. */
export interface OpenScope {
	readonly name: string;
	readonly tensors: Tensor[];
}

interface Context {
	executor: Executor | null;
	scope: OpenScope | null;
	recording: boolean;
}

/** The context of this thread. */
export const context: Context = { executor: null, scope: null, recording: true };

/** The executor on which new tensors are made: the one set, else the best that this machine has, found at first use. */
export function currentExecutor(): Executor {
	context.executor ??= bestExecutor();
	return context.executor;
}

/** Sets the executor for new tensors; existing tensors stay where they are. Returns the one before, if any. */
export function setExecutor(executor: Executor): Executor | null {
	const before = context.executor;
	context.executor = executor;
	return before;
}

/** Runs `fn` with another executor for new tensors. */
export function withExecutor<R>(executor: Executor, fn: () => R): R {
	const before = context.executor;
	context.executor = executor;
	try {
		return fn();
	} finally {
		context.executor = before;
	}
}

/** What executor is in use, what was found on this machine, and why it was chosen. */
export function executorInfo(): ExecutorInfo {
	return describeExecutor(currentExecutor());
}
