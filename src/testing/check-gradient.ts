/** Compares derivatives with differences of values, in float64 on the reference executor. For users' own operations as for ours. */
import { isFloating } from "../core/dtype.ts";
import { ArgumentError, GradientError } from "../core/errors.ts";
import { formatShape, type Shape } from "../core/shape.ts";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import { backward } from "../tensor/backward.ts";
import { withExecutor } from "../tensor/context.ts";
import { type TensorLike, tensor } from "../tensor/create.ts";
import { mul, sum } from "../tensor/ops/methods.ts";
import { scope } from "../tensor/scope.ts";
import { enableGrad } from "../tensor/tape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** How `checkGradient` compares. */
export interface CheckGradientOptions {
	/**
	 * Largest difference allowed, as a part of the larger of the two values and 1. Default 1e-6: with the default step central differences
	 * of smooth functions are right to about 1e-9.
	 */
	readonly tolerance?: number;
	/** Distance over which values are compared, > 0. Default 1e-5; smaller where a kink is near, larger where values are noisy. */
	readonly step?: number;
	/** Where to compute; must hold float64. Default: a reference executor of its own. */
	readonly executor?: Executor;
}

/** What `checkGradient` found. */
export interface GradientReport {
	/** Derivatives compared. */
	readonly comparedCount: number;
	/** Largest difference, as a part of the larger of the two values and 1. */
	readonly largestError: number;
	/** Where it was: the input's index and the element's place in it; null if nothing was compared. */
	readonly worst: { readonly input: number; readonly element: readonly number[] } | null;
}

/** A derivative that does not agree with differences of values. */
export class GradientMismatchError extends GradientError {
	override name = "GradientMismatchError";
	/** Which input of the function. */
	readonly input: number;
	/** Which element of that input. */
	readonly element: readonly number[];
	/** The derivative by the tape. */
	readonly analytic: number;
	/** The derivative by central differences. */
	readonly numeric: number;

	constructor(message: string, data: { input: number; element: readonly number[]; analytic: number; numeric: number }) {
		super(message);
		this.input = data.input;
		this.element = data.element;
		this.analytic = data.analytic;
		this.numeric = data.numeric;
	}
}

/**
 * Compares ∂fn/∂input by the tape with (fn(x + h) − fn(x − h)) / 2h, element by element, in float64.
 *
 * A result of several elements is summed with fixed unequal weights first, so that every element takes part. Inputs of integers or
 * truths are passed on and not differentiated. `fn` must give the same result for the same inputs: let random streams start afresh in it.
 *
 * @param fn - takes the inputs as tensors, returns one tensor
 * @param inputs - tensors or values; floating ones are converted to float64
 * @throws GradientMismatchError at the first derivative that is off; it names input, element and both values
 * @example
 * checkGradient((x, w) => x.matmul(w).relu(), [[[1, 2]], [[0.5], [-1]]]);
 */
export function checkGradient(
	fn: (...inputs: Tensor[]) => Tensor,
	inputs: readonly (Tensor | TensorLike)[],
	options: CheckGradientOptions = {},
): GradientReport {
	const { tolerance = 1e-6, step = 1e-5, executor = createReferenceExecutor() } = options;
	if (!(step > 0)) throw new ArgumentError(`checkGradient: expected a step > 0, received ${step}.`);
	if (!executor.dtypes.includes("float64")) {
		throw new ArgumentError(
			`checkGradient: expected an executor that holds float64, received ${executor.facts().name}. Try: createReferenceExecutor().`,
		);
	}
	const sources = inputs.map(asSource);
	const evaluate = (): number => withExecutor(executor, () => scope(() => enableGrad(() => weightedSum(fn(...leaves(sources))).item())));
	const analytic = withExecutor(executor, () => scope(() => enableGrad(() => analyticGradients(fn, sources))));
	let report: GradientReport = { comparedCount: 0, largestError: 0, worst: null };
	try {
		sources.forEach((source, input) => {
			if (!source.differentiated) return;
			for (let i = 0; i < source.values.length; i++) {
				const numeric = centralDifference(source.values, i, step, evaluate);
				report = compare(report, { input, element: placeOf(i, source.shape), analytic: analytic[input][i], numeric }, tolerance);
			}
		});
	} finally {
		if (options.executor === undefined) void executor.close();
	}
	return report;
}

/** An input as values that can be moved. */
interface Source {
	readonly values: Float64Array;
	readonly shape: Shape;
	readonly dtype: Tensor["dtype"];
	readonly differentiated: boolean;
}

function asSource(input: Tensor | TensorLike): Source {
	return scope(() => {
		const given = input instanceof Tensor ? input : withExecutor(createReferenceExecutor(), () => tensor(input, doubles(input)));
		const differentiated = isFloating(given.dtype);
		return {
			values: Float64Array.from(given.dataSync()),
			shape: given.shape,
			dtype: differentiated ? "float64" : given.dtype,
			differentiated,
		};
	});
}

/** Plain numbers keep all their digits. */
function doubles(input: TensorLike): { dtype?: "float64" } {
	let probe: TensorLike = input;
	while (Array.isArray(probe)) probe = probe[0];
	return typeof probe === "number" ? { dtype: "float64" } : {};
}

function leaves(sources: readonly Source[]): Tensor[] {
	return sources.map(({ values, shape, dtype, differentiated }) => {
		const made = tensor(values, { shape, dtype });
		return differentiated ? made.requireGrad() : made;
	});
}

/** Σ cos(i + 1) · resultᵢ: no two weights are equal and none is 0. */
function weightedSum(result: Tensor): Tensor {
	if (result.size === 1) return sum(result);
	const weights = Float64Array.from({ length: result.size }, (_, i) => Math.cos(i + 1));
	return sum(mul(result, tensor(weights, { shape: result.shape, dtype: "float64" })));
}

/** By the tape, into the leaves; an input that does not take part has the derivative 0. */
function analyticGradients(fn: (...inputs: Tensor[]) => Tensor, sources: readonly Source[]): ArrayLike<number>[] {
	const inputs = leaves(sources);
	backward(weightedSum(fn(...inputs)));
	return inputs.map((input) => input.grad?.dataSync() ?? new Float64Array(input.size));
}

function centralDifference(values: Float64Array, i: number, step: number, evaluate: () => number): number {
	const x = values[i];
	values[i] = x + step;
	const above = evaluate();
	values[i] = x - step;
	const below = evaluate();
	values[i] = x;
	return (above - below) / (2 * step);
}

function compare(
	report: GradientReport,
	found: { input: number; element: readonly number[]; analytic: number; numeric: number },
	tolerance: number,
): GradientReport {
	const { input, element, analytic, numeric } = found;
	const error = Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic), Math.abs(numeric));
	// Written so that NaN fails.
	if (!(error <= tolerance)) {
		throw new GradientMismatchError(
			`checkGradient: the derivative in input ${input}, element ${formatShape(element)}, is wrong.\n` +
				`  Expected ${numeric} (central difference), received ${analytic} (tape); relative error ${error.toExponential(2)}, allowed ${tolerance}.\n` +
				"  Try: look for a kink within one step of this element, or for randomness in the function, before doubting the derivative.",
			found,
		);
	}
	const comparedCount = report.comparedCount + 1;
	return error > report.largestError || report.worst === null
		? { comparedCount, largestError: error, worst: { input, element } }
		: { ...report, comparedCount };
}

function placeOf(flat: number, shape: Shape): number[] {
	const place = new Array<number>(shape.length);
	let rest = flat;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		place[axis] = rest % shape[axis];
		rest = Math.floor(rest / shape[axis]);
	}
	return place;
}
