/**
 * Threads that share the work of a kernel. Units are handed out in pieces of `grain` to whoever comes first; what a unit computes
 * does not depend on who computes it, so neither do results.
 */
import { ArgumentError, ExecutorError } from "../../core/errors.ts";
import type { Heap } from "./heap.ts";
import type { Kernel } from "./host.ts";
import type { KernelCode } from "./instantiate.ts";
import * as protocol from "./threads.protocol.ts";
import { spawnWorker, type WorkerHandle } from "./threads.spawn.ts";

/** How a pool is started. */
export interface ThreadPoolOptions {
	/** Heap on shared memory. */
	readonly heap: Heap;
	/** How many threads share the work, the calling one included: 1 … 256. */
	readonly threadCount: number;
	/** Scratch space of each worker. */
	readonly scratchBytes: number;
}

const LARGEST_THREAD_COUNT = 256;
/** How long the caller looks for workers to finish before it lets other threads have its core. */
const SPIN_MS = 0.2;
const PAUSE_MS = 0.05;
const LOOKS_PER_CLOCK = 50;

const { ACTIVE, JOB, NEXT, SLEEPING } = protocol;

/** Worker threads on a shared heap; the thread that calls `run` works along. */
export class ThreadPool {
	readonly threadCount: number;
	readonly #heap: Heap;
	readonly #control: Int32Array;
	/** Blocks of the heap to give back at the end. */
	readonly #blocks: number[];
	readonly #workers: readonly WorkerHandle[];
	readonly #codeAddresses = new Map<number, number>();
	readonly #mayPause = canPause();
	#job = 0;
	#closed = false;

	private constructor(heap: Heap, control: Int32Array, blocks: number[], workers: readonly WorkerHandle[]) {
		this.#heap = heap;
		this.#control = control;
		this.#blocks = blocks;
		this.#workers = workers;
		this.threadCount = workers.length + 1;
	}

	/**
	 * Starts the workers; resolves when all of them wait for work.
	 *
	 * @throws ArgumentError if `threadCount` is no integer from 1 to 256
	 * @throws ExecutorError if the heap is not shared or the platform has no threads
	 * @throws OutOfMemoryError if there is no room for the scratch areas
	 */
	static async start({ heap, threadCount, scratchBytes }: ThreadPoolOptions): Promise<ThreadPool> {
		if (!Number.isInteger(threadCount) || threadCount < 1 || threadCount > LARGEST_THREAD_COUNT) {
			throw new ArgumentError(`threads: expected an integer from 1 to ${LARGEST_THREAD_COUNT}, received ${String(threadCount)}.`);
		}
		const { memory } = heap;
		if (memory.buffer instanceof ArrayBuffer) {
			throw new ExecutorError("threads: the heap of this executor is not shared memory.\n  Try: one thread.");
		}
		const blocks: number[] = [];
		const allocate = (bytes: number): number => {
			const address = heap.allocate(bytes);
			blocks.push(address);
			return address;
		};
		const spawned: Promise<WorkerHandle>[] = [];
		try {
			const controlAddress = allocate(4 * protocol.CONTROL_WORDS);
			const control = protocol.controlView(memory, controlAddress).fill(0);
			for (let i = 1; i < threadCount; i++) {
				spawned.push(spawnWorker({ memory, controlAddress, scratchAddress: allocate(scratchBytes) }));
			}
			return new ThreadPool(heap, control, blocks, await Promise.all(spawned));
		} catch (error) {
			const started = await Promise.allSettled(spawned);
			await Promise.all(started.map((worker) => (worker.status === "fulfilled" ? worker.value.terminate() : null)));
			for (const address of blocks) heap.release(address);
			throw error;
		}
	}

	/**
	 * Does units 0 … unitCount − 1 of a kernel, in pieces of `grain`, with the arguments at `argsAddress`; returns when all are done.
	 *
	 * @throws ExecutorError if the kernel failed on a worker
	 */
	run(kernel: Kernel, unitCount: number, grain: number, argsAddress: number): void {
		this.#open(kernel, unitCount, grain, argsAddress);
		try {
			protocol.workThrough(this.#control, kernel.run);
		} finally {
			this.#finish();
		}
		const failure = protocol.failureOf(this.#control);
		if (failure !== null) throw new ExecutorError(`kernel "${kernel.key}" failed on a worker thread: ${failure}`);
	}

	/** Ends the workers and gives their memory back. No `run` may follow. */
	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		await Promise.all(this.#workers.map((worker) => worker.terminate()));
		for (const address of this.#blocks) this.#heap.release(address);
	}

	#open(kernel: Kernel, unitCount: number, grain: number, argsAddress: number): void {
		if (this.#closed) throw new ExecutorError("threads: the pool is closed.");
		const codeAddress = this.#codeAddresses.get(kernel.id) ?? this.#publish(kernel);
		const control = this.#control;
		control[protocol.KERNEL_ID] = kernel.id;
		control[protocol.CODE_ADDRESS] = codeAddress;
		control[protocol.CODE_KIND] = protocol.CODE_KINDS[kernel.code.kind];
		control[protocol.CODE_BYTES] = publishedBytes(kernel.code).length;
		control[protocol.UNIT_COUNT] = unitCount;
		control[protocol.GRAIN] = grain;
		control[protocol.ARGS_ADDRESS] = argsAddress;
		control[protocol.FAILED] = 0;
		control[NEXT] = 0;
		this.#job = (this.#job + 1) | 0;
		Atomics.store(control, JOB, this.#job);
		if (Atomics.load(control, SLEEPING) > 0) Atomics.notify(control, JOB);
	}

	/** Closes the job and waits for the workers inside. */
	#finish(): void {
		const control = this.#control;
		Atomics.store(control, NEXT, control[protocol.UNIT_COUNT]);
		this.#job = (this.#job + 1) | 0;
		Atomics.store(control, JOB, this.#job);
		for (let i = 0; i < LOOKS_PER_CLOCK; i++) if (Atomics.load(control, ACTIVE) === 0) return;
		const end = performance.now() + SPIN_MS;
		for (;;) {
			for (let i = 0; i < LOOKS_PER_CLOCK; i++) if (Atomics.load(control, ACTIVE) === 0) return;
			// Nobody notifies: the pause only frees the core for a worker that has lost its own.
			if (this.#mayPause && performance.now() > end)
				Atomics.wait(control, protocol.MESSAGE_LENGTH, control[protocol.MESSAGE_LENGTH], PAUSE_MS);
		}
	}

	/** Puts a kernel's code where workers find it. */
	#publish(kernel: Kernel): number {
		const bytes = publishedBytes(kernel.code);
		const address = this.#heap.allocate(bytes.length);
		this.#blocks.push(address);
		this.#heap.u8.set(bytes, address);
		this.#codeAddresses.set(kernel.id, address);
		return address;
	}
}

/** What workers read of a kernel's code: the module, or the eight bytes of an address. */
function publishedBytes(code: KernelCode): Uint8Array {
	return code.kind === "wasm" ? code.bytes : new Uint8Array(BigUint64Array.of(code.address).buffer);
}

/** Whether this thread may block: a browser's main thread may not. */
function canPause(): boolean {
	try {
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
		return true;
	} catch {
		return false;
	}
}
