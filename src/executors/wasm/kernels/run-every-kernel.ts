/** Runs the calls of `every-kernel.ts` on an executor, with their arrays wherever a test wants them. */
import { expect } from "vitest";
import { contiguousStrides, isContiguous, sizeOf } from "../../../core/shape.ts";
import type { Block, Executor, Operand } from "../../../kernels/contracts.ts";
import { bytesOf } from "../block.ts";
import { type ArraySpec, everyKernel, type KernelCall } from "./every-kernel.ts";

/** The name and the call of each. */
export const calls = Object.entries(everyKernel).flatMap(([kernel, variants]) =>
	Object.entries(variants).map(([variant, call]): [string, KernelCall] => [variant === "plain" ? kernel : `${kernel} ${variant}`, call]),
);
/** Reproducible values: in sixteenths where real, so that most sums are exact, and all different enough to be sorted. */
function valuesFor({ shape, dtype = "float32", values }: ArraySpec, number: number): number[] {
	const standard = (i: number): number => {
		const word = Math.imul(i + 1 + 1000 * number, 2654435761) >>> 20;
		if (dtype === "bool") return word & 1;
		return dtype === "float32" ? (word % 127) / 16 - 4 : word % 200;
	};
	return Array.from({ length: sizeOf(shape) }, (_, i) => (values ?? standard)(i));
}

/** The strides of an array whose axes lie in memory in this order. */
function stridesFor({ shape, order }: ArraySpec): number[] {
	if (order === undefined) return contiguousStrides(shape);
	const inMemory = contiguousStrides(order.map((axis) => shape[axis]));
	return shape.map((_, axis) => inMemory[order.indexOf(axis)]);
}

function operandIn(block: Block, offset: number, spec: ArraySpec): Operand {
	const { shape, dtype = "float32" } = spec;
	const strides = stridesFor(spec);
	return { block, dtype, shape, strides, offset, size: sizeOf(shape), contiguous: isContiguous(shape, strides) };
}

/** Runs a case with its arrays at given byte addresses of one block; returns what was written, as it lies in memory, and what was returned. */
export function runAt(
	executor: Executor,
	block: Block,
	{ reads, writes, run }: KernelCall,
	bytesAt: (index: number) => number,
): number[][] {
	const specs = [...reads, ...writes];
	const operands = specs.map((spec, i) => {
		const { dtype = "float32" } = spec;
		const operand = operandIn(block, bytesAt(i) / bytesOf(dtype), spec);
		executor.write(block, dtype, operand.offset, valuesFor(spec, i));
		return operand;
	});
	const returned = run(executor.kernels, operands.slice(0, reads.length), operands.slice(reads.length));
	const written = operands
		.slice(reads.length)
		.map(({ dtype, offset, size }) => Array.from(executor.readSync?.(block, dtype, offset, size) ?? []));
	return [...written, [Number(returned ?? 0)]];
}

/** The bytes that an array takes. */
export const bytesOfSpec = ({ shape, dtype = "float32" }: ArraySpec): number => sizeOf(shape) * bytesOf(dtype);
/** Up to the next cache line. */
export const roundUp = (bytes: number): number => 64 * Math.ceil(bytes / 64);

/** Compares results to a few roundings in float32 of the largest value. */
export function expectClose(received: readonly number[][], expected: readonly number[][], where: string): void {
	received.forEach((list, o) => {
		const scale = expected[o].reduce((most, value) => Math.max(most, Math.abs(value)), 1);
		const wrong = list.findIndex((value, i) => !(Math.abs(value - expected[o][i]) <= 1e-5 * scale));
		expect(wrong < 0 ? "" : `result ${o}, element ${wrong} is ${list[wrong]}, expected ${expected[o][wrong]}`, where).toBe("");
	});
}
