/** Starts the workers of a thread pool with what the platform has: node:worker_threads. */
import { ExecutorError } from "../../core/errors.ts";
import type { WorkerStart } from "./threads.protocol.ts";

/** A running worker. */
export interface WorkerHandle {
	/** Ends it at once; resolves when it is gone. */
	terminate(): Promise<unknown>;
}

/**
 * Starts one worker; resolves when it waits for jobs. It does not keep the process alive.
 *
 * @throws ExecutorError where there are no worker threads
 */
export function spawnWorker(start: WorkerStart): Promise<WorkerHandle> {
	// Not an import: that would keep browsers and bundlers from loading the file.
	const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
	if (threads === undefined) {
		throw new ExecutorError("threads: this platform has no node:worker_threads.\n  Try: one thread.");
	}
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const worker = new threads.Worker(new URL(`./threads.worker.${extension}`, import.meta.url), { execArgv: [], name: "gradus" });
	return new Promise((resolve, reject) => {
		worker.on("error", (error) => reject(new ExecutorError(`threads: a worker failed: ${error.message}`, { cause: error })));
		worker.once("exit", (code) => reject(new ExecutorError(`threads: a worker ended with code ${code} before it was ready.`)));
		worker.once("message", () => {
			worker.unref();
			resolve(worker);
		});
		worker.postMessage(start);
	});
}
