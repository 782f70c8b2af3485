/**
 * Machine code as a kernel: it lies at an address of the process, the same for all threads, and gets addresses of the process where
 * WebAssembly gets those of the heap.
 */
import { loadKoffi } from "../koffi.ts";
import type { KernelFunction } from "./instantiate.ts";

/** `(start, end, arguments, scratch)` */
type MachineFunction = (start: number, end: number, argumentsAddress: number, scratchAddress: number) => void;

/** What stands where a WebAssembly module has `\0asm`. */
const MAGIC = 0x6d363878;
const LINE_BYTES = 64;

/** What threads need to know of machine code. */
export function machineBytes(address: bigint): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(12);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, MAGIC, true);
	view.setBigUint64(4, address, true);
	return bytes;
}

/** Whether these are `machineBytes`. */
export function isMachineCode(bytes: Uint8Array): boolean {
	return viewOf(bytes).getUint32(0, true) === MAGIC;
}

/** The code as a kernel on a memory, with a thread's scratch, of which it gets the part from the first whole cache line on. */
export function machineKernel(bytes: Uint8Array, memory: WebAssembly.Memory, scratchAddress: number): KernelFunction {
	const koffi = loadKoffi();
	// Koffi gives a thread the stack that calls run on when the thread first opens a library.
	koffi.load(null);
	const address = viewOf(bytes).getBigUint64(4, true);
	const run = koffi.decode(address, koffi.proto("void (int64_t, int64_t, uint64_t, uint64_t)")) as MachineFunction;
	const scratch = Math.ceil(scratchAddress / LINE_BYTES) * LINE_BYTES;
	let { buffer } = memory;
	let base = Number(koffi.address(buffer));
	return (start, end, args) => {
		if (memory.buffer !== buffer) {
			buffer = memory.buffer;
			base = Number(koffi.address(buffer));
		}
		run(start, end, base + args, base + scratch);
	};
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
