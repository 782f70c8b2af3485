/** Kernels of machine code: they run like those of WebAssembly, on the same heap and by the same threads. */
import type { Host, Kernel } from "../../wasm/host.ts";
import { machineBytes } from "../../wasm/machine-function.ts";
import type { CodeMemory } from "./code-memory.ts";
import type { Lanes } from "./encoder.ts";

/** Shapes that are remembered as met. */
const MOST_SHAPES = 10_000;

/** How kernels of machine code are made. */
export interface MachineKernelsOptions {
	/** Makes code for a shape at once; otherwise when it comes again, for it takes a millisecond or a few. Default false. */
	readonly eager?: boolean;
	/** Most of them, each of which takes one to four pages; then all shapes are left to WebAssembly. Default 2000. */
	readonly mostKernels?: number;
}

/** Makes them. */
export class MachineKernels {
	readonly host: Host;
	/** Lanes of the processor's vectors. */
	readonly lanes: Lanes;
	readonly #memory: CodeMemory;
	readonly #eager: boolean;
	readonly #mostKernels: number;
	readonly #met = new Set<number | string>();
	#count = 0;
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
		return this.#count < this.#mostKernels;
	}

	/** Whether a shape was met before, so that code for it pays. */
	comesAgain(shape: number | string): boolean {
		if (this.#eager || this.#met.has(shape)) return true;
		if (this.#met.size === MOST_SHAPES) this.#met.clear();
		this.#met.add(shape);
		return false;
	}

	/** A new kernel of this code. */
	make(key: string, code: Uint8Array): Kernel {
		this.#count++;
		return this.host.register(key, machineBytes(this.#memory.install(code)));
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
