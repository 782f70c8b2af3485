/** Conformance of an activation: what `checkOp` asks, and that its facts are true. For users' own activations as for ours. */
import { isFloating } from "../core/dtype.ts";
import { RandomStream } from "../core/random/index.ts";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import { type ActivationTechnique, gainOf } from "../nn/activations/activation.ts";
import { Linear } from "../nn/layers/linear.ts";
import type { Module } from "../nn/module.ts";
import { Sequential } from "../nn/sequential.ts";
import { backward } from "../tensor/backward.ts";
import { currentExecutor, withExecutor } from "../tensor/context.ts";
import { tensor } from "../tensor/create.ts";
import { mul, narrow, sum } from "../tensor/ops/methods.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkOp } from "./check-op.ts";
import { type ConformanceReport, drawValues, Examination, type OpInput } from "./conformance.ts";

/** What to check an activation with. */
export interface ActivationCheck {
	/** Options of its layer. Default none. */
	readonly options?: object;
	/** Where to run. Default: the current executor. */
	readonly executors?: readonly Executor[];
	/** As in `checkOp`. */
	readonly tolerance?: number;
	/** The right value of a single number, in float64, for elementwise ones. */
	readonly reference?: (x: number) => number;
}

/** Derivatives below it count as 0 at ±1000, where that of softsign is 1e-6. */
const FLAT = 1e-4;
/** Means below it count as 0; the quadrature is right to 1e-6. */
const CENTRED = 1e-4;
/** How near its bounds an activation must come, as a part of 1 + |bound|, and how far rounding may carry it beyond. */
const NEAR_BOUND = 0.05;
const BEYOND_BOUND = 1e-5;

/**
 * Checks an activation by its layer: all that `checkOp` asks; values and derivatives that are numbers at ±∞ and at large inputs; range,
 * zero-centredness, saturation and gain as declared; and that fused into a linear layer it gives the same.
 *
 * A single number x is asked as the row [x, 0], of which the first result counts, so that softmax and GLU can be asked too.
 *
 * @throws ConformanceError at the first check that fails
 */
export function checkActivation(technique: ActivationTechnique, settings: ActivationCheck = {}): ConformanceReport {
	const { options, executors = [currentExecutor()], tolerance, reference } = settings;
	const layerFor = layers(technique, options);
	const run = (x: Tensor): Tensor => layerFor(x.executor).forward(x);
	const samples: OpInput[][] = [[{ shape: [4, 6], low: -8, high: 8 }], [{ shape: [1, 2] }], [{ shape: [0, 4] }], [{ shape: [2, 4, 2] }]];
	const asOperation = checkOp({ name: technique.name, run, samples, executors, tolerance, reference });
	const examination = new Examination(technique.name);
	examination.check("facts", () => checkFacts(examination, technique, options));
	const probe = probeOf(run);
	examination.check("range", () => checkRange(examination, technique, probe));
	examination.check("zero-centredness", () => checkCentre(examination, technique, probe));
	examination.check("saturation", () => checkSaturation(examination, technique, probe));
	for (const executor of executors) {
		examination.check("extreme inputs", () => checkExtremes(examination, run, executor));
		examination.check("fusion", () => withExecutor(executor, () => scope(() => checkFusion(examination, layerFor(executor)))));
	}
	const own = examination.report();
	return {
		...own,
		passed: [...asOperation.passed, ...own.passed],
		comparedCount: asOperation.comparedCount + own.comparedCount,
		largestError: Math.max(asOperation.largestError, own.largestError),
	};
}

/** One layer for each executor: its parameters, if it has some, live there. */
function layers(technique: ActivationTechnique, options: object | undefined): (executor: Executor) => Module {
	const made = new WeakMap<Executor, Module>();
	return (executor) => {
		let layer = made.get(executor);
		if (layer === undefined) {
			layer = withExecutor(executor, () => technique.layer(options));
			made.set(executor, layer);
		}
		return layer;
	};
}

function checkFacts(examination: Examination, technique: ActivationTechnique, options: object | undefined): void {
	const { name, formula, source, range } = technique;
	examination.expect(
		[name, formula, source].every((text) => text !== ""),
		"facts",
		"Expected name, formula and source.",
	);
	examination.expect(range[0] < range[1], "facts", `Expected a range [low, high], received [${range}].`);
	const gain = gainOf(technique, options);
	examination.expect(Number.isFinite(gain) && gain > 0, "facts", `Expected a gain > 0, received ${gain}.`);
}

/** Value and derivative at a number. */
type Probe = (x: readonly number[]) => { values: ArrayLike<number>; slopes: ArrayLike<number> };

function probeOf(run: (x: Tensor) => Tensor, executor = createReferenceExecutor(), dtype: "float32" | "float64" = "float64"): Probe {
	return (points) =>
		withExecutor(executor, () =>
			scope(() => {
				const rows = tensor(
					points.flatMap((x) => [x, 0]),
					{ shape: [points.length, 2], dtype },
				).requireGrad();
				const first = narrow(run(rows), -1, [0, 1]);
				const values = first.dataSync();
				if (isFloating(first.dtype) && first.node !== null) backward(sum(first));
				if (rows.grad === null) return { values, slopes: new Float64Array(points.length) };
				const slopes = narrow(rows.grad, -1, [0, 1]).dataSync();
				rows.grad.dispose();
				return { values, slopes };
			}),
		);
}

function checkRange(examination: Examination, { range: [low, high] }: ActivationTechnique, probe: Probe): void {
	const points = Array.from({ length: 2001 }, (_, i) => -50 + i * 0.05).concat([-1e30, -1e3, 1e3, 1e30]);
	const values = [...Array.from(probe(points).values)];
	const [least, most] = [Math.min(...values), Math.max(...values)];
	const room = (bound: number): number => BEYOND_BOUND * (1 + Math.abs(bound));
	examination.expect(
		least >= low - room(low) && most <= high + room(high),
		"range",
		`Declared ${low} … ${high}, found ${least} … ${most}.`,
	);
	const reached = (found: number, bound: number): boolean =>
		Number.isFinite(bound) ? Math.abs(found - bound) <= NEAR_BOUND * (1 + Math.abs(bound)) : Math.abs(found) > 100;
	examination.expect(
		reached(least, low) && reached(most, high),
		"range",
		`Declared ${low} … ${high}, found no more than ${least} … ${most}.`,
	);
}

/** The mean over standard normal inputs by the trapezoidal rule on −8 … 8. */
function checkCentre(examination: Examination, { zeroCentred }: ActivationTechnique, probe: Probe): void {
	const points = Array.from({ length: 3201 }, (_, i) => -8 + i * 0.005);
	const { values } = probe(points);
	const mean = points.reduce((total, z, i) => total + (values[i] * Math.exp((-z * z) / 2) * 0.005) / Math.sqrt(2 * Math.PI), 0);
	examination.expect(
		Math.abs(mean) <= CENTRED === zeroCentred,
		"zero-centredness",
		`Declared ${zeroCentred}, but its mean over standard normal inputs is ${mean}.`,
	);
}

function checkSaturation(examination: Examination, { saturates }: ActivationTechnique, probe: Probe): void {
	const isFlat = Array.from(probe([-1000, 1000, -0.7, 0.3, 1.1]).slopes, (slope) => Math.abs(slope) <= FLAT);
	const [left, right, ...middle] = isFlat;
	const found = middle.every(Boolean) ? "everywhere" : left && right ? "both sides" : left ? "left" : right ? "right" : "nowhere";
	examination.expect(found === saturates, "saturation", `Declared "${saturates}", but its derivative goes to 0: ${found}.`);
}

function checkExtremes(examination: Examination, run: (x: Tensor) => Tensor, executor: Executor): void {
	const large = [3e38, 1e10, 1e3, 100, 20].flatMap((x) => [x, -x]);
	// Where neighbours count, ∞ is one of several and need have no limit.
	const infinities = isElementwise(run, executor) ? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] : [];
	const points = [0, -0, ...large, ...infinities];
	const probe = probeOf(run, executor, "float32");
	const { values, slopes } = probe(points);
	points.forEach((x, i) => {
		examination.expect(!Number.isNaN(values[i]), "extreme inputs", `Its value at ${x} is NaN.`);
		examination.expect(Number.isFinite(slopes[i]), "extreme inputs", `Its derivative at ${x} is ${slopes[i]}.`);
	});
	examination.count(2 * points.length);
	examination.expect(
		Number.isNaN(probe([Number.NaN]).values[0]),
		"extreme inputs",
		"NaN must stay NaN, so that it is found where it arose.",
	);
}

/** Whether a result depends on its own input alone. */
function isElementwise(run: (x: Tensor) => Tensor, executor: Executor): boolean {
	return withExecutor(executor, () =>
		scope(() => {
			const [one, other] = [0, 1].map((neighbour) => run(tensor([[0.5, neighbour]])).dataSync()[0]);
			return one === other;
		}),
	);
}

/** A linear layer followed by it, fused by `Sequential` and not: equal to rounding, gradients too. */
function checkFusion(examination: Examination, layer: Module): void {
	if (layer.fusible === null) return;
	const x = tensor(drawValues({ shape: [5, 3] }), { shape: [5, 3] });
	const linear = new Linear(3, 4, { rng: new RandomStream(1) });
	const weights = tensor(drawValues({ shape: [5, 4] }, 2), { shape: [5, 4] });
	const outcomes = [() => new Sequential([linear, layer]).forward(x), () => layer.forward(linear.forward(x))].map((forward) => {
		linear.weight.zeroGrad();
		const y = forward();
		backward(sum(mul(y, weights)));
		const { grad } = linear.weight;
		return [y, ...(grad === null ? [] : [grad])].map((t) => ({ what: "fused", shape: t.shape, values: t.dataSync() }));
	});
	// Sums of five products of size 2, in any order.
	outcomes[0].forEach((outcome, i) => {
		examination.compare("fusion", outcome, outcomes[1][i], 4e-6);
	});
	for (const held of Object.values(linear.parameters())) {
		held.grad?.dispose();
		held.dispose();
	}
}
