/**
 * How the threads of a pool talk: words of the shared heap. The calling thread publishes a job and works on it together with
 * whichever workers are awake; nobody waits for a worker that sleeps.
 *
 * `JOB` is odd while a job is open and even when it is closed. A worker counts itself in `ACTIVE`, looks whether the job it saw is
 * still open, and only then takes units from `NEXT`. The caller closes the job when no units are left, and returns when `ACTIVE` is 0.
 * All atomics are sequentially consistent, so either the worker sees the job closed or the caller sees the worker active.
 */
import type { KernelCode, KernelFunction } from "./instantiate.ts";

/** Words of the control block. Words that several threads write lie on cache lines of their own (16 words). */
export const JOB = 0;
/** First unit that nobody has taken; may run past the last by `grain` a thread. */
export const NEXT = 16;
/** Workers that may be inside the open job. */
export const ACTIVE = 32;
/** Workers in `Atomics.wait`. */
export const SLEEPING = 48;
/** The job: set before it is opened, read while it is open. */
export const KERNEL_ID = 64;
export const CODE_ADDRESS = 65;
export const CODE_BYTES = 66;
export const UNIT_COUNT = 67;
export const GRAIN = 68;
export const ARGS_ADDRESS = 69;
export const CODE_KIND = 70;
export const CODE_KINDS: Readonly<Record<KernelCode["kind"], number>> = { wasm: 0, machine: 1 };
/** 1 once a worker has failed in this job; its message follows in UTF-16, one unit a word. */
export const FAILED = 80;
export const MESSAGE_LENGTH = 81;
export const MESSAGE = 82;
export const MESSAGE_LIMIT = 400;
export const CONTROL_WORDS = MESSAGE + MESSAGE_LIMIT;

/** What a worker is told when it starts. */
export interface WorkerStart {
	readonly memory: WebAssembly.Memory;
	readonly controlAddress: number;
	readonly scratchAddress: number;
}

/** The control block in the shared memory. */
export function controlView(memory: WebAssembly.Memory, address: number): Int32Array {
	return new Int32Array(memory.buffer, address, CONTROL_WORDS);
}

/** Does pieces of `grain` units until none are left. */
export function workThrough(control: Int32Array, run: KernelFunction): void {
	const unitCount = control[UNIT_COUNT];
	const grain = control[GRAIN];
	const args = control[ARGS_ADDRESS];
	for (;;) {
		const start = Atomics.add(control, NEXT, grain);
		if (start >= unitCount) return;
		run(start, Math.min(start + grain, unitCount), args);
	}
}

/** Leaves the error's message for the caller, unless another worker was first, and takes the remaining units away. */
export function reportFailure(control: Int32Array, error: unknown): void {
	Atomics.store(control, NEXT, control[UNIT_COUNT]);
	if (Atomics.compareExchange(control, FAILED, 0, 1) !== 0) return;
	const text = String(error).slice(0, MESSAGE_LIMIT);
	for (let i = 0; i < text.length; i++) control[MESSAGE + i] = text.charCodeAt(i);
	control[MESSAGE_LENGTH] = text.length;
}

/** The message of the worker that failed, or null. To be called when no worker is active. */
export function failureOf(control: Int32Array): string | null {
	if (control[FAILED] === 0) return null;
	return String.fromCharCode(...control.subarray(MESSAGE, MESSAGE + control[MESSAGE_LENGTH]));
}
