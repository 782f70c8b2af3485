/** From the code of a kernel to a function, on whichever thread this runs. */
import { machineCaller } from "./machine-function.ts";

/** A kernel as it is called. */
export type KernelFunction = (start: number, end: number, args: number) => void;

/** The code of one kernel: a WebAssembly module, or machine code at an address of the process. */
export type KernelCode =
	| { readonly kind: "wasm"; readonly bytes: Uint8Array<ArrayBuffer> }
	| { readonly kind: "machine"; readonly address: bigint };

/** Makes code runnable on the thread that calls this, with its scratch. */
export function kernelMaker(memory: WebAssembly.Memory, scratchAddress: number): (code: KernelCode) => KernelFunction {
	let call: ReturnType<typeof machineCaller> | null = null;
	return (code) => {
		switch (code.kind) {
			case "wasm": {
				const scratch = new WebAssembly.Global({ value: "i32", mutable: false }, scratchAddress);
				const instance = new WebAssembly.Instance(new WebAssembly.Module(code.bytes), { env: { memory, scratch } });
				return instance.exports.run as KernelFunction;
			}
			case "machine":
				call ??= machineCaller(memory, scratchAddress);
				return call(code.address);
			default:
				throw code satisfies never;
		}
	};
}
