/** From the bytes of a kernel to a function, on whichever thread this runs. */

/** The machine code of one kernel. */
export type KernelFunction = (start: number, end: number, args: number) => void;

/** Makes the code runnable on this thread. */
export function instantiate(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory, scratchAddress: number): KernelFunction {
	const scratch = new WebAssembly.Global({ value: "i32", mutable: false }, scratchAddress);
	const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, scratch } });
	return instance.exports.run as KernelFunction;
}
