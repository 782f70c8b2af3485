/**
 * What WASM kernels stand on: the heap, compiled kernels, arguments, and the threads that share the work.
 *
 * A kernel is a function `(start, end, args)`: it does units `start … end − 1` of its work and reads its parameters from
 * the argument block at address `args`. Any split of the units gives the same bits, so threads change no result.
 */

import { ModuleBuilder } from "./assembler.ts";
import { Heap } from "./heap.ts";
import { type KernelCode, type KernelFunction, kernelMaker } from "./instantiate.ts";
import { probeRelaxedSimd } from "./probe.ts";
import type { ThreadPool } from "./threads.ts";

export type { KernelFunction } from "./instantiate.ts";

/** A compiled kernel. */
export interface Kernel {
	readonly run: KernelFunction;
	/** Its number in the host's list, by which threads find it. */
	readonly id: number;
	/** The name under which it was built. */
	readonly key: string;
	/** Its code, for threads to make it runnable themselves. */
	readonly code: KernelCode;
}

/** Bytes of packing space for each thread. */
export const SCRATCH_BYTES = 4 * 2 ** 20;
/** Words in the argument block. */
const ARGUMENT_WORDS = 256;

/** How a host is made. */
export interface HostOptions {
	/** Memory that threads can share; needs SharedArrayBuffer. */
	readonly shared: boolean;
	/** Fused multiply-add where the engine has it; off under `deterministic`. */
	readonly relaxedSimd: boolean;
	readonly limitBytes?: number;
}

/** The runtime of a WASM executor. */
export class Host {
	readonly heap: Heap;
	readonly shared: boolean;
	/** Whether kernels may use relaxed SIMD (fused multiply-add). */
	readonly relaxedSimd: boolean;
	/** Index of the argument block in `heap.i32` and `heap.f32`. */
	readonly args: number;
	/** Its byte address. */
	readonly argsAddress: number;
	readonly #scratchAddress: number;
	readonly #kernels = new Map<string, Kernel>();
	readonly #make: (code: KernelCode) => KernelFunction;
	#pool: ThreadPool | null = null;

	constructor(options: HostOptions) {
		const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536, shared: options.shared });
		this.shared = options.shared;
		this.relaxedSimd = options.relaxedSimd && probeRelaxedSimd();
		this.heap = new Heap(memory, { limitBytes: options.limitBytes });
		this.argsAddress = this.heap.allocate(ARGUMENT_WORDS * 4);
		this.args = this.argsAddress >> 2;
		this.#scratchAddress = this.heap.allocate(SCRATCH_BYTES);
		this.#make = kernelMaker(memory, this.#scratchAddress);
	}

	/** Address of the calling thread's packing space of `SCRATCH_BYTES`. */
	get scratchAddress(): number {
		return this.#scratchAddress;
	}

	/** How many threads share the work, the calling one included. */
	get threadCount(): number {
		return this.#pool === null ? 1 : this.#pool.threadCount;
	}

	/** Puts threads to work; `null` ends sharing. */
	usePool(pool: ThreadPool | null): void {
		this.#pool = pool;
	}

	/**
	 * The kernel called `key`, built on first use. `build` adds a function exported as `run` with parameters
	 * (start, end, args), all i32.
	 */
	kernel(key: string, build: (module: ModuleBuilder) => void): Kernel {
		return this.#kernels.get(key) ?? this.#compile(key, build);
	}

	/** The kernel called `key`, if there is one. */
	known(key: string): Kernel | undefined {
		return this.#kernels.get(key);
	}

	/** Runs all units of a kernel whose arguments stand in the argument block. */
	run(kernel: Kernel, unitCount: number, grain: number): void {
		if (this.#pool === null || unitCount <= grain) kernel.run(0, unitCount, this.argsAddress);
		else this.#pool.run(kernel, unitCount, grain, this.argsAddress);
	}

	/** A kernel of code made elsewhere. */
	register(key: string, code: KernelCode): Kernel {
		if (this.#kernels.has(key)) throw new Error(`There is a kernel "${key}" already.`);
		const kernel = { run: this.#make(code), id: this.#kernels.size, key, code };
		this.#kernels.set(key, kernel);
		return kernel;
	}

	#compile(key: string, build: (module: ModuleBuilder) => void): Kernel {
		const builder = new ModuleBuilder();
		build(builder);
		return this.register(key, { kind: "wasm", bytes: builder.bytes({ sharedMemory: this.shared }) });
	}
}
