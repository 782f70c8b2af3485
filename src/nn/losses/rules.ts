/**
 * What the numbers that losses are given must be. A violation is found by one small kernel and then located. On executors that cannot
 * be read at once nothing is checked.
 */
import { ArgumentError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { type Formula, formula, type Scalar } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { broadcastOperand } from "../../tensor/ops/elementwise.ts";
import { allocate, type Tensor } from "../../tensor/tensor.ts";
import type { LossTarget } from "./loss.ts";

/** A condition on each number of a tensor. */
export interface LossRule {
	/** What is expected, such as "numbers from 0 to 1". */
	readonly expected: string;
	/** What to try where it does not hold. */
	readonly advice: string;
	/** 1 where it does not hold. */
	readonly broken: Formula;
	/** Whether it holds for one number. */
	isRight(x: number): boolean;
}

/** Up to here values are read and looked at one by one, which takes less time than a kernel. */
const FEW = 64;

/** Makes a rule from a condition in its two spellings. */
export function lossRule(
	expected: string,
	advice: string,
	{ holds, isRight }: { holds(x: Scalar): Scalar; isRight(x: number): boolean },
): LossRule {
	return { expected, advice, broken: formula("broken", (x) => scalars.toReal(scalars.not(holds(x))), 1), isRight };
}

const between = {
	holds: (x: Scalar) => scalars.and(x.ge(0), x.le(1)),
	isRight: (x: number) => x >= 0 && x <= 1,
};

/** Predictions of losses that take probabilities. */
export const probabilityRule = lossRule(
	"probabilities, from 0 to 1",
	"sigmoid or softmax before the loss, or the loss that takes logits",
	between,
);
/** Targets that are hard decisions. */
export const zeroOrOneRule = lossRule("0 or 1", "round the targets, or look for a column that is no label", {
	holds: (t) => scalars.or(scalars.eq(t, 0), scalars.eq(t, 1)),
	isRight: (t) => t === 0 || t === 1,
});
/** Log-probabilities as targets: −∞ is one. */
export const logProbabilityRule = lossRule("log-probabilities, at most 0", "logSoftmax of scores, or logTarget: false for probabilities", {
	holds: (t) => t.le(0),
	isRight: (t) => t <= 0,
});

/** What targets must be, by their kind. */
export const targetRules: Record<Exclude<LossTarget, "classes">, LossRule> = {
	binary: lossRule("numbers from 0 to 1", "0 and 1 for the two classes; −1 and 1 are for hinge", between),
	signs: lossRule("−1 or 1", "target.mul(2).sub(1) if they are 0 and 1", {
		holds: (t) => scalars.eq(scalars.abs(t), 1),
		isRight: (t) => t === 1 || t === -1,
	}),
	values: lossRule("numbers", "impute missing values, or leave these examples out", {
		holds: (t) => scalars.not(scalars.isNaN(t)),
		isRight: (t) => !Number.isNaN(t),
	}),
	distribution: lossRule("probabilities, from 0 to 1", "softmax of scores, or logTarget where the loss has it", between),
};

/** @throws ArgumentError that names the first number that breaks the rule and its place */
export function expectRule(
	where: string,
	what: "prediction" | "target" | "sample weight",
	x: Tensor,
	{ expected, advice, broken, isRight }: LossRule,
): void {
	if (x.executor.readSync === null || (x.size > FEW && countOf(broken, x) === 0)) return;
	const values = x.dataSync();
	let first = 0;
	while (first < values.length && isRight(values[first])) first++;
	if (first === values.length) return;
	throw new ArgumentError(
		`${where}: the ${what} at ${formatPlace(first, x.shape)} is ${values[first]}.\n  Expected ${expected}.\n  Try: ${advice}.`,
	);
}

/** Sum of a formula over all elements, as a number. */
export function countOf(of: Formula, x: Tensor): number {
	const out = allocate(x.executor, "float32", []);
	try {
		x.executor.kernels.reduce(
			"sum",
			of,
			[broadcastOperand(x, x.shape)],
			out,
			x.shape.map((_, axis) => axis),
		);
		return out.item();
	} finally {
		out.dispose();
	}
}

/** Place of a row-major element: `[2, 0]`. */
function formatPlace(flat: number, shape: readonly number[]): string {
	const place: number[] = [];
	let rest = flat;
	for (const length of [...shape].reverse()) {
		place.unshift(rest % length);
		rest = Math.floor(rest / length);
	}
	return formatShape(place);
}
