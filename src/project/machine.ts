/** The executor that a config asks for. */
import { availableParallelism } from "node:os";
import type { RunConfig } from "../config/run-config.ts";
import { bestExecutor, createNativeExecutor, createReferenceExecutor, createWasmExecutor } from "../executors/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { PreparedData } from "./data/opened.ts";

/** Threads beyond this bring little to networks of this size. */
const MOST_THREADS = 8;

/** Values of one example from which on a training step is worth sharing. */
const LEAST_SHARED_INPUT = 256;

/**
 * Makes the executor of a run. Threads change no result of WASM and machine code; a BLAS may round differently with another number of
 * them, so the number is written into the run's config.
 */
export async function makeExecutor(machine: RunConfig["machine"], data?: PreparedData): Promise<Executor> {
	const executor = chosen(machine);
	const threads = machine.threads ?? suitableThreads(data);
	if (threads > 1) await executor.setThreads?.(threads);
	return executor;
}

function chosen({ executor, deterministic }: RunConfig["machine"]): Executor {
	if (deterministic) return executor === "reference" ? createReferenceExecutor() : createWasmExecutor({ deterministic: true });
	switch (executor) {
		case "auto":
			return bestExecutor();
		case "native":
			return createNativeExecutor();
		case "wasm":
			return createWasmExecutor();
		case "reference":
			return createReferenceExecutor();
		default:
			throw executor satisfies never;
	}
}

/** All cores for images and other wide inputs; small networks lose by sharing. */
function suitableThreads(data: PreparedData | undefined): number {
	const size = data?.train.inputShape.reduce((product, length) => product * length, 1) ?? 0;
	return size >= LEAST_SHARED_INPUT ? Math.min(MOST_THREADS, availableParallelism()) : 1;
}
