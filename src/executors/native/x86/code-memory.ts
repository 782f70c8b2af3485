/**
 * Memory for machine code made at run time: pages are written first and made executable then, never both at once, so that systems
 * that forbid writable code allow it.
 */
import type { Koffi } from "../../koffi.ts";

const PAGE_BYTES = 4096;
/** Of `mmap` and `mprotect` on Linux. */
const READ = 1;
const WRITE = 2;
const EXECUTE = 4;
const PRIVATE_ANONYMOUS = 0x22;
/** What `mmap` returns when it fails. */
const FAILED = 2n ** 64n - 1n;

interface Pages {
	readonly address: bigint;
	readonly byteCount: number;
}

/** Why there is no machine code. */
export class CodeMemoryError extends Error {
	override readonly name = "CodeMemoryError";
}

/** Holds code; its pages are given back when nobody holds it any more. */
export class CodeMemory {
	static readonly #forgotten = new FinalizationRegistry<{ pages: Pages[]; release(address: bigint, byteCount: number): void }>(
		({ pages, release }) => {
			for (const { address, byteCount } of pages) release(address, byteCount);
		},
	);
	readonly #koffi: Koffi;
	readonly #map: (address: number, byteCount: number, access: number, flags: number, file: number, offset: number) => number | bigint;
	readonly #protect: (address: bigint, byteCount: number, access: number) => number;
	readonly #copy: (to: bigint, from: bigint, byteCount: number) => void;
	readonly #pages: Pages[] = [];

	/** @throws CodeMemoryError if this is not Linux on an x86-64 processor */
	constructor(koffi: Koffi) {
		const { platform, arch } = process;
		if (platform !== "linux" || arch !== "x64")
			throw new CodeMemoryError(`is made under Linux on x86-64 alone, and this is ${platform} on ${arch}`);
		const system = koffi.load(null);
		this.#koffi = koffi;
		this.#map = system.func("mmap", "uint64_t", ["uint64_t", "uint64_t", "int", "int", "int", "int64_t"]);
		this.#protect = system.func("mprotect", "int", ["uint64_t", "uint64_t", "int"]);
		this.#copy = system.func("memcpy", "void", ["uint64_t", "uint64_t", "uint64_t"]);
		CodeMemory.#forgotten.register(this, { pages: this.#pages, release: system.func("munmap", "int", ["uint64_t", "uint64_t"]) });
	}

	/**
	 * Brings code into memory.
	 *
	 * @returns its address; it can be called while this object is held
	 * @throws CodeMemoryError if the system refuses it
	 */
	install(code: Uint8Array): bigint {
		const byteCount = Math.ceil(code.length / PAGE_BYTES) * PAGE_BYTES;
		const address = BigInt.asUintN(64, BigInt(this.#map(0, byteCount, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0)));
		if (address === FAILED) throw new CodeMemoryError("the system has no memory for machine code");
		this.#pages.push({ address, byteCount });
		this.#copy(address, BigInt(this.addressOf(code.buffer) + code.byteOffset), code.length);
		if (this.#protect(address, byteCount, READ | EXECUTE) !== 0)
			throw new CodeMemoryError("the system forbids machine code made at run time");
		return address;
	}

	/** The address at which a buffer's bytes lie in this process. */
	addressOf(buffer: ArrayBufferLike): number {
		return Number(this.#koffi.address(buffer));
	}
}
