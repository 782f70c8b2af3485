/** What the tests of contraction kernels share: hosts, operands, and naive loops in float64 as the oracle. */
import type { ConvGeometry, Operand } from "../../../kernels/contracts.ts";
import { findBlas } from "../../native/blas.ts";
import { BlasGemm } from "../../native/gemm.ts";
import type { Lanes } from "../../native/x86/encoder.ts";
import { findMachineCode, machineParts } from "../../native/x86/index.ts";
import { Host, type Kernel } from "../host.ts";
import type { ThreadPool } from "../threads.ts";
import { type ContractionKernels, type ContractionParts, contractions, wasmParts } from "./contractions.ts";
import { rawCopy, temporary } from "./copy.ts";
import { map } from "./map.ts";

/** A host with its contraction kernels. */
export interface Bench {
	readonly name: string;
	readonly host: Host;
	readonly kernels: ContractionKernels;
}

const hostOfBlock = new WeakMap<object, Host>();
const currentHost = (operand: Operand): Host => hostOfBlock.get(operand.block) as Host;

/** How an engine differs from plain WASM with fused multiply-add. */
interface Variant {
	readonly relaxedSimd?: boolean;
	/** Units one by one, as threads might take them. */
	readonly split?: boolean;
	/** The parts that take the place of those in WebAssembly; null: this machine has none. */
	readonly parts?: (host: Host, wasm: ContractionParts) => ContractionParts | null;
}

/** Every engine there is to test: fused and not, in one piece and unit by unit, a BLAS and machine code if there are any. */
export function benches(): Bench[] {
	const make = (name: string, { relaxedSimd = true, split = false, parts: partsOf = (_, wasm) => wasm }: Variant): Bench | null => {
		const host = new Host({ shared: true, relaxedSimd });
		if (split) host.usePool(unitByUnit);
		const raw = rawCopy(host);
		const mapKernel = map(host, (x) => {
			const made = temporary(host, x);
			raw(x, made.operand);
			return made;
		});
		const parts = partsOf(host, wasmParts(host));
		return parts === null ? null : { name, host, kernels: contractions(host, parts, mapKernel) };
	};
	const machine =
		(lanes: Lanes): NonNullable<Variant["parts"]> =>
		(host) => {
			const search = findMachineCode();
			return search.kind === "found" && lanes <= search.code.lanes ? machineParts(host, { ...search.code, lanes }, { eager: true }) : null;
		};
	return [
		make("wasm", {}),
		make("wasm unit by unit", { split: true }),
		make("wasm without fused multiply-add", { relaxedSimd: false }),
		make("native with a BLAS", {
			parts: (host, wasm) => {
				const search = findBlas();
				return search.kind === "found" ? { ...wasm, gemm: new BlasGemm(host, search.blas, wasm.gemm) } : null;
			},
		}),
		make("machine code of 8 lanes", { parts: machine(8) }),
		make("machine code of 16 lanes", { parts: machine(16) }),
		make("machine code of 8 lanes unit by unit", { parts: machine(8), split: true }),
		make("machine code of 16 lanes unit by unit", { parts: machine(16), split: true }),
	].filter((bench) => bench !== null);
}

/** A pool that runs every unit as a piece of its own, the last first. */
export const unitByUnit = {
	threadCount: 2,
	run(kernel: Kernel, unitCount: number, _grain: number, args: number): void {
		for (let unit = unitCount - 1; unit >= 0; unit--) kernel.run(unit, unit + 1, args);
	},
} as unknown as ThreadPool;

/** Numbers in −1 … 1 that are the same in every run. */
export function numbers(count: number, seed: number): Float32Array {
	let state = seed + 1;
	const values = new Float32Array(count);
	for (let i = 0; i < count; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
		values[i] = state / 2 ** 31;
	}
	return values;
}

/** An operand of these values; `strides` default to row-major, `length` to what the shape needs. */
export function operand(
	host: Host,
	shape: readonly number[],
	fill: { seed?: number; values?: Float32Array; strides?: readonly number[]; offset?: number; length?: number } = {},
): Operand {
	const size = shape.reduce((product, length) => product * length, 1);
	const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
	const { strides = rowMajor, offset = 0, length = size + offset } = fill;
	const values = fill.values ?? numbers(length, fill.seed ?? 0);
	const address = host.heap.allocate(4 * length);
	host.heap.f32.set(values, address / 4);
	const block = { bytes: 4 * length, address };
	hostOfBlock.set(block, host);
	return { block, dtype: "float32", shape, strides, offset, size, contiguous: fill.strides === undefined };
}

/** A contiguous operand's elements. */
export function read(of: Operand): Float32Array {
	const host = currentHost(of);
	const start = (of.block as unknown as { address: number }).address / 4 + of.offset;
	return host.heap.f32.slice(start, start + of.size);
}

/** Gives operands' memory back. */
export function free(...operands: readonly Operand[]): void {
	for (const { block } of operands) hostOfBlock.get(block)?.heap.release((block as unknown as { address: number }).address);
}

/** Largest difference, relative to the largest expected magnitude (at least 1). */
export function error(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
	if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
	let worst = 0;
	let scale = 1;
	for (let i = 0; i < expected.length; i++) {
		scale = Math.max(scale, Math.abs(expected[i]));
		const difference = Math.abs(actual[i] - expected[i]);
		worst = difference <= worst ? worst : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
	}
	return worst / scale;
}

/** Shapes of a convolution under test. */
export interface ConvCase {
	readonly x: readonly [number, number, number, number];
	readonly out: readonly [number, number, number];
	readonly kernel: readonly [number, number];
	readonly geometry: ConvGeometry;
}

/** Calls `visit(xIndex, weightIndex, outIndex)` for every product that a convolution sums. */
export function eachTerm(test: ConvCase, visit: (x: number, weight: number, out: number) => void): void {
	const { x, out, kernel, geometry } = test;
	const [images, inChannels, height, width] = x;
	const [outChannels, outHeight, outWidth] = out;
	const { stride, padding, dilation, groups } = geometry;
	const [groupIn, groupOut] = [inChannels / groups, outChannels / groups];
	for (let n = 0; n < images; n++)
		for (let o = 0; o < outChannels; o++)
			for (let y = 0; y < outHeight; y++)
				for (let z = 0; z < outWidth; z++)
					for (let c = 0; c < groupIn; c++)
						for (let i = 0; i < kernel[0]; i++)
							for (let j = 0; j < kernel[1]; j++) {
								const row = y * stride[0] + i * dilation[0] - padding[0];
								const column = z * stride[1] + j * dilation[1] - padding[1];
								if (row < 0 || column < 0 || row >= height || column >= width) continue;
								const channel = Math.floor(o / groupOut) * groupIn + c;
								visit(
									((n * inChannels + channel) * height + row) * width + column,
									((o * groupIn + c) * kernel[0] + i) * kernel[1] + j,
									((n * outChannels + o) * outHeight + y) * outWidth + z,
								);
							}
}
