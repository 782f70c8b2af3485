/** A worker of the thread pool: waits for jobs on shared memory, for ever; the pool terminates it. */
import { type KernelCode, type KernelFunction, kernelMaker } from "./instantiate.ts";
import * as protocol from "./threads.protocol.ts";

/** How long a worker looks for the next job before it sleeps: the gap between kernels of one training step. */
const LONGEST_SPIN_MS = 0.05;
/** After jobs that stayed away for long, so that an idle pool costs little. */
const SHORTEST_SPIN_MS = 0.005;
/** A sleep shorter than this would better have been a spin. */
const SHORT_SLEEP_MS = 0.2;
const LOOKS_PER_CLOCK = 50;

const { ACTIVE, JOB, SLEEPING } = protocol;

/** Finds the next job: spins, then sleeps. */
class JobWatch {
	readonly #control: Int32Array;
	#spinMs = LONGEST_SPIN_MS;

	constructor(control: Int32Array) {
		this.#control = control;
	}

	/** Number of an open job other than `last`. */
	next(last: number): number {
		for (;;) {
			const job = this.#spin(last);
			if (job !== null) return job;
			this.#sleep(last);
		}
	}

	#spin(last: number): number | null {
		const end = performance.now() + this.#spinMs;
		do {
			for (let i = 0; i < LOOKS_PER_CLOCK; i++) {
				const job = Atomics.load(this.#control, JOB);
				if (isNew(job, last)) return job;
			}
		} while (performance.now() < end);
		return null;
	}

	#sleep(last: number): void {
		const start = performance.now();
		Atomics.add(this.#control, SLEEPING, 1);
		const job = Atomics.load(this.#control, JOB);
		if (!isNew(job, last)) Atomics.wait(this.#control, JOB, job);
		Atomics.sub(this.#control, SLEEPING, 1);
		const wasShort = performance.now() - start < SHORT_SLEEP_MS;
		this.#spinMs = wasShort ? LONGEST_SPIN_MS : Math.max(SHORTEST_SPIN_MS, this.#spinMs / 2);
	}
}

const isNew = (job: number, last: number): boolean => (job & 1) === 1 && job !== last;

/** Kernels of this thread by their number, made when first asked for. */
function kernelCache({ memory, scratchAddress }: protocol.WorkerStart, control: Int32Array): () => KernelFunction {
	const kernels = new Map<number, KernelFunction>();
	const make = kernelMaker(memory, scratchAddress);
	const published = (): KernelCode => {
		// Copied, because modules are not compiled from shared memory.
		const address = control[protocol.CODE_ADDRESS] >>> 0;
		const bytes = new Uint8Array(memory.buffer, address, control[protocol.CODE_BYTES]).slice();
		if (control[protocol.CODE_KIND] === protocol.CODE_KINDS.wasm) return { kind: "wasm", bytes };
		return { kind: "machine", address: new BigUint64Array(bytes.buffer)[0] };
	};
	return () => {
		const id = control[protocol.KERNEL_ID];
		let run = kernels.get(id);
		if (run === undefined) {
			run = make(published());
			kernels.set(id, run);
		}
		return run;
	};
}

function work(start: protocol.WorkerStart): never {
	const control = protocol.controlView(start.memory, start.controlAddress);
	const kernel = kernelCache(start, control);
	const watch = new JobWatch(control);
	for (let job = 0; ; ) {
		job = watch.next(job);
		Atomics.add(control, ACTIVE, 1);
		if (Atomics.load(control, JOB) === job) {
			try {
				protocol.workThrough(control, kernel());
			} catch (error) {
				protocol.reportFailure(control, error);
			}
		}
		Atomics.sub(control, ACTIVE, 1);
	}
}

const port = globalThis.process?.getBuiltinModule("node:worker_threads").parentPort;
port?.once("message", (start: protocol.WorkerStart) => {
	port.postMessage("ready");
	work(start);
});
