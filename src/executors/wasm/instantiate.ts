/** From the bytes of a kernel to a function, on whichever thread this runs. */
import { isMachineCode, machineKernel } from "./machine-function.ts";

/** The code of one kernel. */
export type KernelFunction = (start: number, end: number, args: number) => void;

/** Makes the code, a WebAssembly module or machine code, runnable on this thread. */
export function runnable(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory, scratchAddress: number): KernelFunction {
	if (isMachineCode(bytes)) return machineKernel(bytes, memory, scratchAddress);
	const scratch = new WebAssembly.Global({ value: "i32", mutable: false }, scratchAddress);
	const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, scratch } });
	return instance.exports.run as KernelFunction;
}
