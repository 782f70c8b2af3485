/**
 * What the tests of contractions by machine code share: contractions with it and without, of which the second are the oracle to the bit,
 * operands between fences, and what is left to WebAssembly.
 */
import type { Operand } from "../../../kernels/contracts.ts";
import { Host, type Kernel } from "../../wasm/host.ts";
import type { KernelCode } from "../../wasm/instantiate.ts";
import { numbers, operand, read, unitByUnit } from "../../wasm/kernels/contraction-testing.ts";
import { type ContractionKernels, type ContractionParts, contractions, wasmParts } from "../../wasm/kernels/contractions.ts";
import { rawCopy, temporary } from "../../wasm/kernels/copy.ts";
import { map } from "../../wasm/kernels/map.ts";
import { CodeMemory } from "./code-memory.ts";
import type { Lanes } from "./encoder.ts";
import { MachineGemm } from "./gemm.ts";
import { findMachineCode, type MachineCode } from "./index.ts";
import { MachineKernels, type MachineKernelsOptions } from "./kernels.ts";
import { machineTransforms } from "./winograd.ts";

/** Contractions on a heap of their own. */
export interface Engine {
	readonly name: string;
	readonly host: Host;
	readonly kernels: ContractionKernels;
}

/** Contractions by machine code. */
export interface MachineEngine extends Engine {
	/** How many products and image transforms were left to WebAssembly so far. */
	readonly left: { products: number; transforms: number };
	/** How many kernels were made so far that copy A. */
	readonly copyKernelCount: () => number;
}

/** How an engine of machine code is made; by default eager. */
export interface MachineEngineOptions extends MachineKernelsOptions {
	/** Every unit a piece of its own, as threads might take them. Default false. */
	readonly split?: boolean;
}

/** Contractions in WebAssembly with fused multiply-add. */
export function wasmEngine(): Engine {
	const host = new Host({ shared: true, relaxedSimd: true });
	return { name: "wasm", host, kernels: kernelsOf(host, wasmParts(host)) };
}

/** Contractions by machine code with vectors of so many lanes. */
export function machineEngine(lanes: Lanes, options: MachineEngineOptions = {}): MachineEngine {
	const { split = false, ...making } = options;
	const host = new ObservedHost({ shared: true, relaxedSimd: true });
	if (split) host.usePool(unitByUnit);
	const left = { products: 0, transforms: 0 };
	const others = counted(wasmParts(host), left);
	const machine = new MachineKernels(host, { memory: new CodeMemory(machineCode().koffi), lanes }, { eager: true, ...making });
	const parts = { gemm: new MachineGemm(machine, others.gemm), transforms: machineTransforms(machine, others.transforms) };
	return {
		name: `${lanes} lanes${split ? ", unit by unit" : ""}`,
		host,
		kernels: kernelsOf(host, parts),
		left,
		copyKernelCount: () => host.names.filter((name) => name.startsWith("machine copy")).length,
	};
}

/** Engines of machine code for all vectors that this processor has, in one piece and unit by unit. */
export function machineEngines(): MachineEngine[] {
	return machineLanes().flatMap((lanes) => [machineEngine(lanes), machineEngine(lanes, { split: true })]);
}

/** Lanes of the vectors that this processor has. */
export function machineLanes(): Lanes[] {
	return ([8, 16] as const).filter((lanes) => lanes <= machineCode().lanes);
}

/** Remembers the names of its kernels. */
class ObservedHost extends Host {
	readonly names: string[] = [];

	override register(name: string, code: KernelCode): Kernel {
		this.names.push(name);
		return super.register(name, code);
	}
}

function machineCode(): MachineCode {
	const search = findMachineCode();
	if (search.kind === "missing") throw new Error(search.reason);
	return search.code;
}

function kernelsOf(host: Host, parts: ContractionParts): ContractionKernels {
	const raw = rawCopy(host);
	const mapKernel = map(host, (x) => {
		const made = temporary(host, x);
		raw(x, made.operand);
		return made;
	});
	return contractions(host, parts, mapKernel);
}

function counted({ gemm, transforms }: ContractionParts, left: MachineEngine["left"]): ContractionParts {
	return {
		gemm: {
			addsBias: (operations) => gemm.addsBias(operations),
			run: (call) => {
				left.products++;
				gemm.run(call);
			},
		},
		transforms: {
			toProducts: (source, shape) => {
				left.transforms++;
				return transforms.toProducts(source, shape);
			},
			toImages: (shape, options) => {
				left.transforms++;
				return transforms.toImages(shape, options);
			},
		},
	};
}

const PAGE_BYTES = 65536;
/** Elements of a fence: more than the longest vector holds. */
export const FENCE = 40;
/** Seed of the numbers in a fenced output and in its fences. */
export const FENCE_SEED = 9;

/** An output between elements that belong to nobody. */
export interface Fenced {
	readonly out: Operand;
	/** The block with the fences. */
	readonly whole: Operand;
	/** Whether the fences hold what they held at first, to the bit. */
	readonly intact: () => boolean;
}

/** An output of this shape, filled with numbers; `offset` puts it so many elements behind a cache line's beginning. */
export function fenced(host: Host, shape: readonly number[], { offset = 0 } = {}): Fenced {
	const size = sizeOf(shape);
	const from = FENCE + offset;
	const before = numbers(from + size + FENCE, FENCE_SEED);
	const whole = operand(host, [before.length], { values: before });
	const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
	const out: Operand = { ...whole, shape, strides, offset: from, size };
	const isSame = (after: Float32Array, start: number, end: number): boolean =>
		firstDifference(after.subarray(start, end), before.subarray(start, end)) === null;
	const intact = (): boolean => {
		const after = read(whole);
		return isSame(after, 0, from) && isSame(after, from + size, before.length);
	};
	return { out, whole, intact };
}

/**
 * The operand with these values as its block, moved to pages of their own at the end of all memory: who reads on ends the process. No
 * memory may be allocated before it has served.
 */
export function lastInMemory(host: Host, of: Operand, values: Float32Array): Operand {
	const { memory } = host.heap;
	memory.grow(Math.ceil(values.byteLength / PAGE_BYTES));
	const address = memory.buffer.byteLength - values.byteLength;
	new Float32Array(memory.buffer, address).set(values);
	return { ...of, block: { address, bytes: values.byteLength } as unknown as Operand["block"] };
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
	return shape.reduce((product, length) => product * length, 1);
}

/** Where arrays first differ, or null. All NaNs are equal; zeros of different signs are not. */
export function firstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): string | null {
	if (actual.length !== expected.length) return `${actual.length} elements, not ${expected.length}`;
	for (let i = 0; i < expected.length; i++) {
		const [a, b] = [actual[i], expected[i]];
		if (!Object.is(a, b)) return `element ${i} is ${Object.is(a, -0) ? "-0" : a}, not ${Object.is(b, -0) ? "-0" : b}`;
	}
	return null;
}
