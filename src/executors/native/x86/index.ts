/** Machine code made at run time, for x86-64 processors under Linux: what the machine allows, and the kernels made of it. */
import { type Koffi, loadKoffi } from "../../koffi.ts";
import type { Host } from "../../wasm/host.ts";
import { type ContractionParts, wasmParts } from "../../wasm/kernels/contractions.ts";
import { CodeMemory } from "./code-memory.ts";
import type { Lanes } from "./encoder.ts";
import { MachineGemm } from "./gemm.ts";
import { MachineKernels, type MachineKernelsOptions } from "./kernels.ts";
import { vectorLanes } from "./processor.ts";
import { machineTransforms } from "./winograd.ts";

/** What machine code may use here. */
export interface MachineCode {
	readonly koffi: Koffi;
	/** Lanes of its vectors. */
	readonly lanes: Lanes;
	/** What they are called. */
	readonly instructions: "AVX2" | "AVX-512";
}

/** The result of looking for it. */
export type MachineSearch =
	| { readonly kind: "found"; readonly code: MachineCode }
	/** Why there is none. */
	| { readonly kind: "missing"; readonly reason: string };

/** Looks whether machine code can be made and run here. */
export function findMachineCode(): MachineSearch {
	try {
		const koffi = loadKoffi();
		const lanes = vectorLanes(koffi, new CodeMemory(koffi));
		if (lanes === 0) return { kind: "missing", reason: "the processor has no AVX2 with fused multiply-add" };
		return { kind: "found", code: { koffi, lanes, instructions: lanes === 16 ? "AVX-512" : "AVX2" } };
	} catch (error) {
		return { kind: "missing", reason: error instanceof Error ? error.message.split("\n")[0] : String(error) };
	}
}

/** Contractions by machine code; what it is not made for is left to those of WebAssembly. */
export function machineParts(host: Host, { koffi, lanes }: MachineCode, options: MachineKernelsOptions = {}): ContractionParts {
	const others = wasmParts(host);
	const kernels = new MachineKernels(host, { memory: new CodeMemory(koffi), lanes }, options);
	return { gemm: new MachineGemm(kernels, others.gemm), transforms: machineTransforms(kernels, others.transforms) };
}
