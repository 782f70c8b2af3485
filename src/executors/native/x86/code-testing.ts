/** What the tests of pieces of machine code share: numbers that code is run on. */
import { loadKoffi } from "../../koffi.ts";
import { machineCaller } from "../../wasm/machine-function.ts";
import { CodeMemory } from "./code-memory.ts";

/** 16,384 numbers; behind the last one lies memory that nobody may read. */
export class CodeBench {
	readonly numbers: Float32Array<ArrayBuffer>;
	readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
	readonly #code = new CodeMemory(loadKoffi());

	constructor() {
		this.numbers = new Float32Array(this.#memory.buffer);
	}

	/** The address of a number in this process. */
	addressOf(index: number): bigint {
		return BigInt(this.#code.addressOf(this.numbers.buffer) + 4 * index);
	}

	/** Runs code on units `start … end − 1`; its arguments are the first numbers. */
	run(code: Uint8Array, { start = 0, end = 1 } = {}): void {
		machineCaller(this.#memory, 0)(this.#code.install(code))(start, end, 0);
	}
}
