/** One piece of the heap for intermediate values of contractions: kept between calls, grown when a call needs more. */
import type { Heap } from "../heap.ts";

/** Memory that every call may overwrite. */
export class Workspace {
	readonly #heap: Heap;
	#address = 0;
	#bytes = 0;

	constructor(heap: Heap) {
		this.#heap = heap;
	}

	/** The address of at least `bytes` bytes; what earlier calls left there is lost. */
	reserve(bytes: number): number {
		if (bytes > this.#bytes) {
			if (this.#bytes > 0) this.#heap.release(this.#address);
			this.#bytes = 0;
			this.#address = this.#heap.allocate(bytes);
			this.#bytes = bytes;
		}
		return this.#address;
	}
}
