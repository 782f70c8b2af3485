/**
 * Machine code as kernels: it lies at an address of the process, the same for all threads, and gets addresses of the process where
 * WebAssembly gets those of the heap.
 */
import { loadKoffi } from "../koffi.ts";
import type { KernelFunction } from "./instantiate.ts";

/** `(start, end, arguments, scratch)` */
type MachineFunction = (start: number, end: number, argumentsAddress: number, scratchAddress: number) => void;

const LINE_BYTES = 64;

/**
 * Makes kernels, on a memory, of code at an address, for the thread that calls this; they get the thread's scratch from the first whole
 * cache line on.
 */
export function machineCaller(memory: WebAssembly.Memory, scratchAddress: number): (address: bigint) => KernelFunction {
	const koffi = loadKoffi();
	// Koffi gives a thread the stack that calls run on when the thread first opens a library.
	koffi.load(null);
	const type = koffi.proto("void (int64_t, int64_t, uint64_t, uint64_t)");
	const scratch = Math.ceil(scratchAddress / LINE_BYTES) * LINE_BYTES;
	let { buffer } = memory;
	let base = Number(koffi.address(buffer));
	return (address) => {
		const run = koffi.decode(address, type) as MachineFunction;
		return (start, end, args) => {
			if (memory.buffer !== buffer) {
				buffer = memory.buffer;
				base = Number(koffi.address(buffer));
			}
			run(start, end, base + args, base + scratch);
		};
	};
}
