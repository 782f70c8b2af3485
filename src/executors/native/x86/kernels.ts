/** Kernels of machine code: they run like those of WebAssembly, on the same heap and by the same threads. */
import type { Host, Kernel } from "../../wasm/host.ts";
import { machineBytes } from "../../wasm/machine-function.ts";
import type { CodeMemory } from "./code-memory.ts";
import type { Lanes } from "./encoder.ts";

/** Most kernels of machine code; each takes one to four pages. */
const MOST_KERNELS = 2000;

/** Makes them. */
export class MachineKernels {
	readonly host: Host;
	/** Lanes of the processor's vectors. */
	readonly lanes: Lanes;
	readonly #memory: CodeMemory;
	#count = 0;
	#buffer: ArrayBufferLike | null = null;
	#base = 0;

	constructor(host: Host, code: { memory: CodeMemory; lanes: Lanes }) {
		this.host = host;
		this.lanes = code.lanes;
		this.#memory = code.memory;
	}

	/** Whether there may be more kernels. */
	get hasRoom(): boolean {
		return this.#count < MOST_KERNELS;
	}

	/** A new kernel of this code. */
	make(key: string, code: Uint8Array): Kernel {
		this.#count++;
		return this.host.register(key, machineBytes(this.#memory.install(code)));
	}

	/** The kernel called `key`, made on first use. */
	find(key: string, code: () => Uint8Array): Kernel {
		return this.host.known(key) ?? this.make(key, code());
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
