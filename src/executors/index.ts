/** Which executors there are, and which one is chosen when nobody says. */
import type { Executor, ExecutorFacts } from "../kernels/contracts.ts";
import { findNative, type NativeSearch, nativeExecutor } from "./native/index.ts";
import { createWasmExecutor } from "./wasm/index.ts";

export { createNativeExecutor, type NativeExecutorOptions } from "./native/index.ts";
export { createReferenceExecutor, type ReferenceExecutorOptions } from "./reference/index.ts";
export { createWasmExecutor, type WasmExecutorOptions } from "./wasm/index.ts";

/** The fastest executor that this machine has: native where there is machine code for it or a BLAS, else WASM. */
export function bestExecutor(): Executor {
	const search = findNative();
	return search.kind === "missing" ? createWasmExecutor() : nativeExecutor(search);
}

/** Whether this machine has what the native executor needs: machine code for it, or a BLAS. */
export function hasNativeExecutor(): boolean {
	return findNative().kind !== "missing";
}

/** What was found on this machine, what was chosen, and why. */
export interface ExecutorInfo {
	/** The executor in use, as it describes itself. */
	readonly chosen: ExecutorFacts;
	/** Why this one. */
	readonly reason: string;
	/** What was looked for, one line each. */
	readonly found: readonly string[];
}

/** Describes an executor and the search that led to it. */
export function describeExecutor(executor: Executor): ExecutorInfo {
	const search = findNative();
	const chosen = executor.facts();
	return { chosen, reason: isBest(chosen, search) ? bestReasons[search.kind] : "it was asked for", found: linesOf(search) };
}

/** Why the executor that follows from a search is the best. */
const bestReasons: Readonly<Record<NativeSearch["kind"], string>> = {
	"machine code": "machine code made for this processor is faster than WASM's",
	blas: "a BLAS was found, and its matrix products are faster than WASM's",
	missing: "neither machine code nor a BLAS can be used here",
};

/** Whether an executor is the one that follows from a search. */
function isBest({ name, details }: ExecutorFacts, search: NativeSearch): boolean {
	switch (search.kind) {
		case "machine code":
			return name === "native" && details.instructions === search.code.instructions;
		case "blas":
			return name === "native" && details.path === search.blas.facts.path;
		case "missing":
			return name === "wasm";
		default:
			throw search satisfies never;
	}
}

function linesOf(search: NativeSearch): readonly string[] {
	switch (search.kind) {
		case "machine code":
			return [`machine code with ${search.code.instructions}`];
		case "blas":
			return [`${search.blas.facts.name} at ${search.blas.facts.path}`];
		case "missing":
			return search.tried.map((line) => `not found: ${line}`);
		default:
			throw search satisfies never;
	}
}
