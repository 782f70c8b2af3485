/**
 * Formulas as a list of steps over float64 slots. Text is never compiled, because pages with a strict content policy forbid it.
 * Intermediate values are not rounded to float32; integers wrap at 32 bits after every step.
 */

import type { DType } from "../../core/dtype.ts";
import { type Formula, inferTypes, type Scalar, type ScalarType, scalarTypeOf } from "../formula.ts";
import type { Primitive } from "../primitive.ts";

/** A formula made ready: put the inputs into `slots`, call `run`, and find the results at `outputs`. */
export interface Evaluator {
	/** Input i stands at slot i. */
	readonly slots: Float64Array;
	/** Slots of the results. */
	readonly outputs: readonly number[];
	/** Types of the results. */
	readonly outputTypes: readonly ScalarType[];
	run(): void;
}

type Step = (slots: Float64Array) => void;

/** Prepares a formula for inputs of these element types. */
export function makeEvaluator(formula: Formula, inputs: readonly DType[]): Evaluator {
	const types = inferTypes(formula.outputs, inputs.map(scalarTypeOf));
	const slotOf = new Map<Scalar, number>();
	const constants: [slot: number, value: number][] = [];
	const steps: Step[] = [];
	let slotCount = formula.arity;
	const visit = (scalar: Scalar): number => {
		const { node } = scalar;
		if (node.kind === "input") return node.index;
		const known = slotOf.get(scalar);
		if (known !== undefined) return known;
		const args = node.kind === "call" ? node.args.map(visit) : [];
		const slot = slotCount++;
		slotOf.set(scalar, slot);
		if (node.kind === "constant") constants.push([slot, node.value]);
		else steps.push(makeStep(meaningOf(node.primitive, types.get(scalar) as ScalarType), args, slot));
		return slot;
	};
	const outputs = formula.outputs.map(visit);
	const slots = new Float64Array(slotCount);
	for (const [slot, value] of constants) slots[slot] = value;
	return {
		slots,
		outputs,
		outputTypes: formula.outputs.map((output) => types.get(output) as ScalarType),
		run: () => {
			for (const step of steps) step(slots);
		},
	};
}

/** A formula of one input as a plain function; none is the identity. */
export function makeUnary(formula: Formula | null): (x: number) => number {
	if (formula === null) return (x) => x;
	const { slots, outputs, run } = makeEvaluator(formula, ["float64"]);
	return (x) => {
		slots[0] = x;
		run();
		return slots[outputs[0]];
	};
}

function meaningOf(primitive: Primitive, type: ScalarType): (...args: number[]) => number {
	if (type !== "integer") return primitive.value;
	return primitive.integerValue ?? ((...args) => primitive.value(...args) | 0);
}

function makeStep(value: (...args: number[]) => number, args: readonly number[], slot: number): Step {
	const [a, b, c] = args;
	switch (args.length) {
		case 1:
			return (slots) => {
				slots[slot] = value(slots[a]);
			};
		case 2:
			return (slots) => {
				slots[slot] = value(slots[a], slots[b]);
			};
		case 3:
			return (slots) => {
				slots[slot] = value(slots[a], slots[b], slots[c]);
			};
		default:
			return (slots) => {
				slots[slot] = value(...args.map((arg) => slots[arg]));
			};
	}
}
