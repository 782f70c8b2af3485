/** Memory shared by a tensor and its views, counted by them; users never see it. */
import type { DType } from "../core/dtype.ts";
import { DisposedError } from "../core/errors.ts";
import type { Block, Executor } from "../kernels/contracts.ts";

/** One block and the number of tensors that look at it. */
export class Storage {
	readonly executor: Executor;
	readonly dtype: DType;
	/** Elements. */
	readonly length: number;
	#block: Block | null;
	#references = 1;
	#freedBy = "";

	constructor(executor: Executor, dtype: DType, length: number) {
		this.executor = executor;
		this.dtype = dtype;
		this.length = length;
		this.#block = executor.allocate(dtype, length);
	}

	/**
	 * The memory.
	 *
	 * @throws DisposedError after the last release
	 */
	get block(): Block {
		const block = this.#block;
		if (block === null) throw disposed(this.#freedBy);
		return block;
	}

	/** Whether the memory is still there. */
	get alive(): boolean {
		return this.#block !== null;
	}

	/** How many tensors share it. */
	get references(): number {
		return this.#references;
	}

	/** One more tensor looks at it. */
	retain(): void {
		if (this.#block === null) throw disposed(this.#freedBy);
		this.#references++;
	}

	/** One tensor fewer; the last one frees the memory. `by` says who, for the message of a later use. */
	release(by: string): void {
		if (--this.#references > 0 || this.#block === null) return;
		const block = this.#block;
		this.#block = null;
		this.#freedBy = by;
		this.executor.release(block);
	}
}

/** The error of a use after free. */
export function disposed(by: string): DisposedError {
	return new DisposedError(
		`This tensor's memory was given back ${by}.\n` +
			"  Expected a tensor that is still alive.\n" +
			"  Try: return it from the scope or call keep() on it there, or read its values (dataSync(), item()) before it ends.",
	);
}
