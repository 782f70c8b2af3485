/** Conformance of an operation: what every operation must do, checked from its samples alone. For users' own operations as for ours. */
import { isFloating } from "../core/dtype.ts";
import type { Shape } from "../core/shape.ts";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import { currentExecutor, withExecutor } from "../tensor/context.ts";
import { expand } from "../tensor/ops/views.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import { checkGradient } from "./check-gradient.ts";
import { leakCheck } from "./check-leaks.ts";
import { type ConformanceReport, Examination, type InputDraw, makeInput, type OpInput, outcomesOf, type Run } from "./conformance.ts";

/** An operation and what to check it with. */
export interface OpCheck {
	/** For messages. */
	readonly name: string;
	/** A function of tensors; it must give the same result for the same inputs. */
	readonly run: Run;
	/** Lists of inputs. Differentiable ones should lie away from kinks. */
	readonly samples: readonly (readonly OpInput[])[];
	/** Inputs that must be refused with an error of Gradus, such as shapes that do not fit. */
	readonly refused?: readonly (readonly OpInput[])[];
	/** For elementwise operations: the right result of single numbers, in float64. It brings checks of empty, single and broadcast shapes. */
	readonly reference?: (...numbers: number[]) => number;
	/** Where to run. Default: the current executor. */
	readonly executors?: readonly Executor[];
	/** Largest difference between executors, as a part of 1 + |value|. Default 4e-6, some roundings of float32. */
	readonly tolerance?: number;
	/** Whether derivatives are compared with differences. Default true. */
	readonly differentiable?: boolean;
	/** Whether, outside scopes too, nothing may stay but the result. Default false. */
	readonly tidy?: boolean;
}

/**
 * Checks an operation: values and gradients on each executor against the reference executor, gradients against differences in float64,
 * the same bits in two runs, no memory left behind, and refusal of bad inputs with errors of Gradus.
 *
 * @throws ConformanceError at the first check that fails
 * @example
 * checkOp({ name: "hypotenuse", run: (x, y) => x.square().add(y.square()).sqrt(), samples: [[{ shape: [2, 3] }, { shape: [3] }]], reference: Math.hypot });
 */
export function checkOp(operation: OpCheck): ConformanceReport {
	const { name, run, reference, tolerance = 4e-6, differentiable = true } = operation;
	const executors = operation.executors ?? [currentExecutor()];
	const own = createReferenceExecutor();
	const examination = new Examination(name);
	const samples = [...operation.samples, ...(reference === undefined ? [] : furtherShapes(operation.samples[0]))];
	for (const sample of samples) {
		const expected = outcomesOf(run, sample, own);
		if (reference !== undefined) {
			examination.check("values by the reference function", () => compareWithFunction(examination, operation, sample, own));
		}
		for (const executor of executors) {
			examination.check("agreement of executors", () => {
				outcomesOf(run, sample, executor).forEach((outcome, i) => {
					examination.compare("agreement of executors", outcome, expected[i], tolerance);
				});
			});
			examination.check("determinism", () => checkDeterminism(examination, operation, sample, executor));
			examination.check("memory", () => checkMemory(examination, operation, sample, executor));
		}
		if (differentiable) examination.check("derivatives by differences", () => checkDerivatives(examination, run, sample, own));
	}
	for (const bad of operation.refused ?? []) {
		for (const executor of executors) {
			examination.check("refusal of bad inputs", () =>
				withExecutor(executor, () => examination.refuses("refusal of bad inputs", () => run(...bad.map(makeInput)))),
			);
		}
	}
	return examination.report();
}

/** Shapes that elementwise operations must take, with values drawn from the first sample's ranges. */
function furtherShapes(sample: readonly OpInput[]): OpInput[][] {
	const ranges = sample.map((input) => (isDraw(input) ? { low: input.low, high: input.high } : {}));
	const single: Shape[] = [[], [1], [0], [2, 0, 3], [5]];
	const pairs: [Shape, Shape][] = [
		[
			[2, 1, 3],
			[4, 1],
		],
		[[2, 3], []],
		[
			[0, 3],
			[1, 3],
		],
	];
	const lists = single.map((shape) => ranges.map((range) => ({ shape, ...range })));
	const stretched = pairs.map(([first, others]) => ranges.map((range, i) => ({ shape: i === 0 ? first : others, ...range })));
	return sample.length > 1 ? [...lists, ...stretched] : lists;
}

function isDraw(input: OpInput): input is InputDraw {
	return typeof input === "object" && "shape" in input;
}

function compareWithFunction(examination: Examination, { run, reference }: OpCheck, sample: readonly OpInput[], own: Executor): void {
	withExecutor(own, () =>
		scope(() => {
			const inputs = sample.map(makeInput);
			const result = run(...inputs);
			const columns = inputs.map((x) => expand(x, result.shape).dataSync());
			const values = Array.from({ length: result.size }, (_, i) => reference?.(...columns.map((column) => column[i])) ?? Number.NaN);
			const expected = { what: "result", shape: result.shape, values };
			// One rounding to float32 at the end, and one of each intermediate result.
			examination.compare(
				"values by the reference function",
				{ what: "result", shape: result.shape, values: result.dataSync() },
				expected,
				1e-6,
			);
		}),
	);
}

function checkDeterminism(examination: Examination, { run }: OpCheck, sample: readonly OpInput[], executor: Executor): void {
	const [first, second] = [outcomesOf(run, sample, executor), outcomesOf(run, sample, executor)];
	first.forEach((outcome, i) => {
		for (let k = 0; k < outcome.values.length; k++) {
			const [one, other] = [outcome.values[k], second[i].values[k]];
			examination.expect(Object.is(one, other), "determinism", `${outcome.what}, element ${k}: first ${one}, then ${other}.`);
		}
	});
}

function checkMemory(examination: Examination, { run, tidy = false }: OpCheck, sample: readonly OpInput[], executor: Executor): void {
	const inScope = leakCheck(() => outcomesOf(run, sample, executor), { executor });
	examination.expect(
		inScope.leakedCount <= 0,
		"memory",
		`A forward and backward pass in a scope left ${inScope.leakedCount} blocks behind. Try: look for keep().`,
	);
	if (!tidy) return;
	const outside = leakCheck(
		() => {
			withExecutor(executor, () => {
				const inputs = sample.map(makeInput);
				noGrad(() => run(...inputs)).dispose();
				for (const x of inputs) x.dispose();
			});
		},
		{ executor },
	);
	examination.expect(
		outside.leakedCount <= 0,
		"memory",
		`Outside scopes ${outside.leakedCount} blocks stay besides the result. Try: a scope inside the operation where nothing is recorded.`,
	);
}

function checkDerivatives(examination: Examination, run: Run, sample: readonly OpInput[], own: Executor): void {
	withExecutor(own, () =>
		scope(() => {
			const inputs = sample.map(makeInput);
			if (!inputs.some((x) => isFloating(x.dtype) && x.size > 0)) return;
			examination.count(checkGradient(run, inputs).comparedCount);
		}),
	);
}
