/** Kernels of machine code: they run like those of WebAssembly, on the same heap and by the same threads. */
import type { Host, Kernel } from "../../wasm/host.ts";
import { type CodeMemory, CodeMemoryError } from "./code-memory.ts";
import type { Lanes } from "./encoder.ts";

/** Shapes that are remembered as met. */
const MOST_SHAPES = 10_000;

/** How kernels of machine code are made. */
export interface MachineKernelsOptions {
	/** Makes code for a shape at once; otherwise when it comes again, for it takes a millisecond or a few. Default false. */
	readonly eager?: boolean;
	/** Most of them; most take one to four pages. Further shapes are left to WebAssembly. Default 2000. */
	readonly mostKernels?: number;
}

/** Makes kernels, as many as there may be. */
export class MachineKernels {
	readonly host: Host;
	/** Lanes of the processor's vectors. */
	readonly lanes: Lanes;
	readonly #memory: CodeMemory;
	readonly #eager: boolean;
	readonly #mostKernels: number;
	readonly #met = new Set<number | string>();
	#count = 0;
	#refused = false;
	#buffer: ArrayBufferLike | null = null;
	#base = 0;

	constructor(host: Host, code: { memory: CodeMemory; lanes: Lanes }, { eager = false, mostKernels = 2000 }: MachineKernelsOptions = {}) {
		this.host = host;
		this.lanes = code.lanes;
		this.#memory = code.memory;
		this.#eager = eager;
		this.#mostKernels = mostKernels;
	}

	/** Whether there may be more kernels. */
	get hasRoom(): boolean {
		return !this.#refused && this.#count < this.#mostKernels;
	}

	/** Whether a shape was met before, so that code for it pays. */
	comesAgain(shape: number | string): boolean {
		if (this.#eager || this.#met.has(shape)) return true;
		if (this.#met.size === MOST_SHAPES) this.#met.clear();
		this.#met.add(shape);
		return false;
	}

	/** A new kernel of this code; null, then and from then on, if the system gives no memory for it. */
	make(key: string, code: Uint8Array): Kernel | null {
		try {
			const kernel = this.host.register(key, { kind: "machine", address: this.#memory.install(code) });
			this.#count++;
			return kernel;
		} catch (error) {
			if (!(error instanceof CodeMemoryError)) throw error;
			this.#refused = true;
			return null;
		}
	}

	/** The kernel called `key`, made if there is room and it comes again; else null. */
	find(key: string, code: () => Uint8Array): Kernel | null {
		const known = this.host.known(key);
		if (known !== undefined) return known;
		return this.hasRoom && this.comesAgain(key) ? this.make(key, code()) : null;
	}

	/** Writes arguments, 64-bit words: addresses in the heap become those of the process, distances stay. */
	writeArguments(addresses: readonly number[], distances: readonly number[]): void {
		const base = this.#heapBase();
		const { i32 } = this.host.heap;
		let at = this.host.args;
		const write = (value: number): void => {
			i32[at++] = value;
			i32[at++] = Math.floor(value / 2 ** 32);
		};
		for (let i = 0; i < addresses.length; i++) write(base + addresses[i]);
		for (let i = 0; i < distances.length; i++) write(distances[i]);
	}

	/** The heap's address, which may be another after it grew. */
	#heapBase(): number {
		const { buffer } = this.host.heap.u8;
		if (buffer !== this.#buffer) {
			this.#buffer = buffer;
			this.#base = this.#memory.addressOf(buffer);
		}
		return this.#base;
	}
}
