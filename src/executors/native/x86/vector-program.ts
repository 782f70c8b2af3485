/**
 * Straight-line code on vectors: values are named first, and registers given out when all is known. A register is free again after the
 * last use of its value, or at once if there is none.
 */
import type { LaneArithmetic } from "../../wasm/kernels/lane-arithmetic.ts";
import type { X86Assembler } from "./assembler.ts";
import { type Memory, VECTOR_REGISTERS } from "./encoder.ts";

/** A value: its number in the program. */
export type Value = number;

type Operation =
	| { readonly kind: "load"; readonly from: Memory }
	| { readonly kind: "add" | "subtract"; readonly inputs: readonly [Value, Value] }
	| { readonly kind: "addMemory"; readonly inputs: readonly [Value]; readonly memory: Memory }
	| { readonly kind: "times"; readonly inputs: readonly [Value]; readonly factor: Memory }
	/** inputs: sum, x */
	| { readonly kind: "addTimes" | "subtractTimes"; readonly inputs: readonly [Value, Value]; readonly factor: Memory }
	| { readonly kind: "store"; readonly inputs: readonly [Value]; readonly to: Memory };

/** A program without jumps, written operation by operation. */
export class VectorProgram implements LaneArithmetic<Value> {
	readonly #asm: X86Assembler;
	readonly #operations: Operation[] = [];

	constructor(asm: X86Assembler) {
		this.#asm = asm;
	}

	load(from: Memory): Value {
		return this.#put({ kind: "load", from });
	}

	store(to: Memory, value: Value): void {
		this.#put({ kind: "store", inputs: [value], to });
	}

	add(a: Value, b: Value): Value {
		return this.#put({ kind: "add", inputs: [a, b] });
	}

	/** a + the vector in memory */
	addMemory(a: Value, memory: Memory): Value {
		return this.#put({ kind: "addMemory", inputs: [a], memory });
	}

	subtract(a: Value, b: Value): Value {
		return this.#put({ kind: "subtract", inputs: [a, b] });
	}

	times(factor: number, x: Value): Value {
		return this.#put({ kind: "times", inputs: [x], factor: this.#asm.splatConstant(factor) });
	}

	addTimes(sum: Value, factor: number, x: Value): Value {
		return this.#put({ kind: "addTimes", inputs: [sum, x], factor: this.#asm.splatConstant(factor) });
	}

	subtractTimes(sum: Value, factor: number, x: Value): Value {
		return this.#put({ kind: "subtractTimes", inputs: [sum, x], factor: this.#asm.splatConstant(factor) });
	}

	/**
	 * Writes the code and forgets it.
	 *
	 * @throws Error if it needs more registers at a time than there are
	 */
	write(): void {
		const asm = this.#asm;
		const operations = this.#operations.splice(0);
		const lastUse = lastUses(operations);
		const free = Array.from({ length: VECTOR_REGISTERS[asm.lanes] }, (_, i) => VECTOR_REGISTERS[asm.lanes] - 1 - i);
		const registers = new Map<Value, number>();
		operations.forEach((operation, value) => {
			const inputs = "inputs" in operation ? operation.inputs : [];
			const sources = inputs.map((input) => registers.get(input) as number);
			const dies = (input: Value): boolean => lastUse.get(input) === value;
			// A sum that is not needed any more is where the product is added.
			const inPlace = isMultiplyAdd(operation) && dies(inputs[0]);
			for (const input of new Set(inputs)) {
				if (dies(input) && !(inPlace && input === inputs[0])) free.push(registers.get(input) as number);
			}
			if (operation.kind === "store") {
				asm.storeVector(operation.to, sources[0]);
				return;
			}
			// A multiply-add into a copy of the sum must not overwrite x first.
			const target = inPlace ? sources[0] : isMultiplyAdd(operation) ? takeOther(free, sources[1]) : free.pop();
			if (target === undefined) throw new Error("A vector program needs too many registers.");
			registers.set(value, target);
			writeOperation(asm, operation, { target, sources });
			if (!lastUse.has(value)) free.push(target);
		});
	}

	#put(operation: Operation): Value {
		return this.#operations.push(operation) - 1;
	}
}

function isMultiplyAdd({ kind }: Operation): boolean {
	return kind === "addTimes" || kind === "subtractTimes";
}

/** Takes a register other than this one. */
function takeOther(free: number[], register: number): number | undefined {
	const index = free.findLastIndex((candidate) => candidate !== register);
	return index < 0 ? undefined : free.splice(index, 1)[0];
}

/** Which operation uses a value last. */
function lastUses(operations: readonly Operation[]): Map<Value, number> {
	const last = new Map<Value, number>();
	operations.forEach((operation, index) => {
		if ("inputs" in operation) for (const input of operation.inputs) last.set(input, index);
	});
	return last;
}

function writeOperation(
	asm: X86Assembler,
	operation: Exclude<Operation, { kind: "store" }>,
	{ target, sources }: { target: number; sources: readonly number[] },
): void {
	switch (operation.kind) {
		case "load":
			asm.loadVector(target, operation.from);
			return;
		case "add":
			asm.addVector(target, sources[0], sources[1]);
			return;
		case "addMemory":
			asm.addVector(target, sources[0], operation.memory);
			return;
		case "subtract":
			asm.subtractVector(target, sources[0], sources[1]);
			return;
		case "times":
			asm.multiplyVector(target, sources[0], operation.factor);
			return;
		default:
			if (target !== sources[0]) asm.copyVector(target, sources[0]);
			asm.multiplyAdd(target, sources[1], operation.factor, { negated: operation.kind === "subtractTimes" });
	}
}
