/**
 * The heap of all tensors of a WASM executor: one linear memory, blocks in size classes, free lists.
 * A block's handle is its byte address. Freed blocks are reused by size class, so steady work allocates nothing new.
 */
import { ArgumentError, OutOfMemoryError } from "../../core/errors.ts";
import { constantArea } from "./assembler.ts";

const PAGE_BYTES = 65536;
const MAXIMUM_PAGES = 65536;
/** Blocks start and end at multiples of this, so vector loads past a tail stay inside. */
const ALIGNMENT_BYTES = 64;
/** Kept free at the end so that a vector load may read past the last block. */
const GUARD_BYTES = 64;

/** Below it lie the constants of the kernels. */
const FIRST_BLOCK = constantArea.address + constantArea.bytes;

/** What the heap holds at a moment, in bytes. */
export interface HeapUse {
	readonly used: number;
	readonly free: number;
	readonly reserved: number;
	readonly limit: number;
	readonly blockCount: number;
}

/**
 * Rounds up to a size class: four classes per doubling, so at most a quarter is wasted.
 */
export function classBytes(bytes: number): number {
	if (bytes <= 4 * ALIGNMENT_BYTES) return Math.max(1, Math.ceil(bytes / ALIGNMENT_BYTES)) * ALIGNMENT_BYTES;
	// 2 to the power ⌈log₂ bytes⌉ − 3.
	const quarter = 2 ** (29 - Math.clz32(bytes - 1));
	return Math.ceil(bytes / quarter) * quarter;
}

/** Allocator over a growing `WebAssembly.Memory`. */
export class Heap {
	readonly memory: WebAssembly.Memory;
	readonly limitBytes: number;
	/** Views of the whole memory; refreshed when it grows, so never keep them across an allocation. */
	i32: Int32Array<ArrayBuffer>;
	f32: Float32Array<ArrayBuffer>;
	u8: Uint8Array<ArrayBuffer>;
	#top: number;
	#used = 0;
	readonly #sizes = new Map<number, number>();
	readonly #free = new Map<number, number[]>();

	/**
	 * @param options.limitBytes - most bytes it may use, at most 4 GiB
	 * @throws ArgumentError if the limit is no number of bytes
	 */
	constructor(memory: WebAssembly.Memory, options: { limitBytes?: number } = {}) {
		const { limitBytes = MAXIMUM_PAGES * PAGE_BYTES } = options;
		if (typeof limitBytes !== "number" || !(limitBytes >= 0)) {
			throw new ArgumentError(`limitBytes: expected a number of bytes ≥ 0, received ${String(limitBytes)}.`);
		}
		this.memory = memory;
		this.limitBytes = Math.min(limitBytes, MAXIMUM_PAGES * PAGE_BYTES);
		this.#top = FIRST_BLOCK;
		this.i32 = new Int32Array(0);
		this.f32 = new Float32Array(0);
		this.u8 = new Uint8Array(0);
		this.#refresh();
	}

	/**
	 * Reserves a block of at least `bytes` and returns its address; its content is whatever was there.
	 *
	 * @throws OutOfMemoryError when the memory cannot grow that far; nothing changes
	 */
	allocate(bytes: number): number {
		let size = classBytes(bytes);
		let address = this.#free.get(size)?.pop() ?? this.#extend(size);
		if (address === undefined) {
			// The slack of a class is up to a quarter: without it there may be room.
			size = Math.max(1, Math.ceil(bytes / ALIGNMENT_BYTES)) * ALIGNMENT_BYTES;
			address = this.#extend(size);
		}
		if (address === undefined) throw this.#outOfMemory(bytes);
		this.#sizes.set(address, size);
		this.#used += size;
		return address;
	}

	/** Gives a block back. */
	release(address: number): void {
		const size = this.#sizes.get(address);
		if (size === undefined) return;
		this.#sizes.delete(address);
		this.#used -= size;
		const list = this.#free.get(size);
		if (list === undefined) this.#free.set(size, [address]);
		else list.push(address);
	}

	/** What it holds now. */
	use(): HeapUse {
		return {
			used: this.#used,
			free: this.#top - FIRST_BLOCK - this.#used,
			reserved: this.u8.byteLength,
			limit: this.limitBytes,
			blockCount: this.#sizes.size,
		};
	}

	/** A block of new memory or, where there is no more, cut from what is free; undefined if there is no room. */
	#extend(size: number): number | undefined {
		if (this.#fits(size)) return this.#bump(size);
		this.#mergeFree();
		const reused = this.#takeFrom(size);
		if (reused !== undefined) return reused;
		return this.#fits(size) ? this.#bump(size) : undefined;
	}

	#outOfMemory(asked: number): OutOfMemoryError {
		const { used, limit, blockCount } = this.use();
		const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
		const largest = [...this.#sizes.values()].sort((a, b) => b - a).slice(0, 3);
		return new OutOfMemoryError(
			`The heap cannot hold another ${mib(asked)}: ${mib(used)} of ${mib(limit)} are in use in ${blockCount} blocks` +
				` (${mib(Math.max(0, limit - used))} free in pieces).\n` +
				`  The largest blocks hold ${largest.map(mib).join(", ") || "nothing"}.\n` +
				"  Try: a smaller batch, a scope around each training step, or dispose() of tensors that are no longer needed.",
			{ requestedBytes: asked, usedBytes: used, limitBytes: limit },
		);
	}

	#bump(size: number): number {
		const address = this.#top;
		this.#top += size;
		return address;
	}

	/** Grows the memory when needed; false if it cannot. */
	#fits(size: number): boolean {
		const end = this.#top + size + GUARD_BYTES;
		if (end > this.limitBytes) return false;
		if (end <= this.u8.byteLength) return true;
		const wanted = Math.min(this.limitBytes, Math.max(end, this.u8.byteLength * 1.25));
		for (const target of [wanted, end]) {
			try {
				this.memory.grow(Math.ceil((target - this.u8.byteLength) / PAGE_BYTES));
				this.#refresh();
				return true;
			} catch {
				// The system has less than asked; the exact size is tried next.
			}
		}
		return false;
	}

	/** Joins neighbouring free blocks: the last resort before giving up. */
	#mergeFree(): void {
		const blocks = [...this.#free].flatMap(([size, list]) => list.map((address) => ({ address, size })));
		blocks.sort((a, b) => a.address - b.address);
		this.#free.clear();
		const merged: { address: number; size: number }[] = [];
		for (const block of blocks) {
			const last = merged.at(-1);
			if (last !== undefined && last.address + last.size === block.address) last.size += block.size;
			else merged.push({ ...block });
		}
		const tail = merged.at(-1);
		if (tail !== undefined && tail.address + tail.size === this.#top) {
			this.#top = tail.address;
			merged.pop();
		}
		for (const { address, size } of merged) this.#free.set(size, [...(this.#free.get(size) ?? []), address]);
	}

	/** Cuts a block of `size` from a larger free one. */
	#takeFrom(size: number): number | undefined {
		for (const [bytes, list] of this.#free) {
			if (bytes < size || list.length === 0) continue;
			const address = list.pop() as number;
			const rest = bytes - size;
			if (rest > 0) this.#free.set(rest, [...(this.#free.get(rest) ?? []), address + size]);
			return address;
		}
		return undefined;
	}

	#refresh(): void {
		const { buffer } = this.memory;
		this.i32 = new Int32Array(buffer);
		this.f32 = new Float32Array(buffer);
		this.u8 = new Uint8Array(buffer);
	}
}
