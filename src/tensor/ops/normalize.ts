/**
 * Normalisation of groups of values to mean 0 and variance 1, the core of batch, layer, group and instance normalisation. Groups are the
 * channels of x seen as `[outer, channels, inner]`.
 */
import type { ChannelLayout } from "../../kernels/contracts.ts";
import { call, constant, type Formula, formula } from "../../kernels/formula.ts";
import * as s from "../../kernels/scalars/index.ts";
import { context } from "../context.ts";
import { constantTensor } from "../create.ts";
import { type GradientRequest, isRecorded, record } from "../tape.ts";
import { allocate, type Tensor } from "../tensor.ts";
import { add, div, mul, sqrt, square, sub } from "./arithmetic.ts";
import { broadcastOperands } from "./elementwise.ts";
import { activationGradient, expectFusible } from "./fused-activation.ts";
import { mean, sum } from "./reduce.ts";
import { reshape, toContiguous } from "./views.ts";

/** What to do besides normalising. */
export interface Normalization {
	readonly name: string;
	readonly layout: ChannelLayout;
	/** `[channels]` or null. */
	readonly scale: Tensor | null;
	/** `[channels]` or null. */
	readonly shift: Tensor | null;
	/** Added to the variance. */
	readonly epsilon: number;
	readonly activation: Formula | null;
	/** Statistics to move towards those of x, in place. */
	readonly running: { readonly mean: Tensor; readonly variance: Tensor; readonly momentum: number } | null;
}

/** 1 / √(variance + ε), and that times the scale. */
export const inverseStdAndCoefficient = formula("normalizationFactors", (variance, epsilon, scale) => {
	const inverse = constant(1).div(call(s.sqrt, variance.add(epsilon)));
	return [inverse, inverse.mul(scale)];
});

/** The same, and running statistics moved by `momentum`; `correction` turns the biased variance into the unbiased one. */
const factorsAndRunning = formula(
	"normalizationFactorsRunning",
	(variance, epsilon, scale, average, runningMean, runningVariance, momentum, correction) => {
		const inverse = constant(1).div(call(s.sqrt, variance.add(epsilon)));
		const move = (from: typeof variance, to: typeof variance) => from.add(momentum.mul(to.sub(from)));
		return [inverse, inverse.mul(scale), move(runningMean, average), move(runningVariance, variance.mul(correction))];
	},
);

/**
 * ∂x = k · (g − Σg / N − x̂ · Σgx̂ / N) with k = scale · inverseStd and x̂ = (x − mean) · inverseStd, sorted by g, x and the rest:
 * these are the factor of x and the constant; the factor of g is k.
 */
const backwardCoefficients = formula("normalizationBackward", (k, inverse, average, sumGrad, sumGradX, share) => {
	const ofX = k.mul(inverse).mul(sumGradX).mul(share).neg();
	return [ofX, k.mul(sumGrad).mul(share).neg().sub(ofX.mul(average))];
});

/** What the forward pass keeps for the derivative; each `[channels]`. */
interface Kept {
	readonly average: Tensor;
	readonly inverse: Tensor;
	readonly coefficient: Tensor;
}

/** activation((x − mean) / √(variance + ε) · scale + shift) with the statistics of each channel of `x`, biased variance. */
export function normalizeChannels(given: Tensor, of: Normalization): Tensor {
	const x = toContiguous(given);
	const { layout, scale, activation } = of;
	const shift = of.shift === null ? null : toContiguous(of.shift);
	const kept = measure(x, of);
	const out = allocate(x.executor, x.dtype, x.shape);
	x.executor.kernels.channelAffine(x, out, { mean: kept.average, scale: kept.coefficient, shift }, { layout, activation });
	const inputs = [x, ...(scale === null ? [] : [scale]), ...(shift === null ? [] : [shift])];
	const saved = Object.values(kept);
	if (!isRecorded(inputs)) {
		for (const tensor of saved) tensor.dispose();
		return out;
	}
	expectFusible(activation);
	return record(
		out,
		of.name,
		inputs,
		(grad, request) => {
			const delta = activation === null ? grad : activationGradient(activation, out, grad);
			if (context.recording) return composedGradients(x, delta, of);
			return fusedGradients(x, toContiguous(delta), of, { kept, request });
		},
		saved,
	);
}

function measure(x: Tensor, { layout, scale, epsilon, running }: Normalization): Kept {
	const { executor, dtype } = x;
	const { kernels } = executor;
	const perChannel = [layout.channels];
	const make = (): Tensor => allocate(executor, dtype, perChannel);
	const number = (value: number): Tensor => constantTensor(executor, dtype, value);
	const [average, variance, inverse, coefficient] = [make(), make(), make(), make()];
	kernels.channelStatistics(x, average, variance, layout);
	const inputs = [variance, number(epsilon), scale ?? number(1)];
	if (running === null) {
		kernels.map(inverseStdAndCoefficient, broadcastOperands(inputs, perChannel), [inverse, coefficient]);
	} else {
		const count = layout.outer * layout.inner;
		inputs.push(average, running.mean, running.variance, number(running.momentum), number(count / (count - 1)));
		kernels.map(factorsAndRunning, broadcastOperands(inputs, perChannel), [inverse, coefficient, running.mean, running.variance]);
	}
	variance.dispose();
	return { average, inverse, coefficient };
}

/** Where scale and shift stand among the recorded inputs; −1 if absent. */
function positions({ scale, shift }: Normalization): { scaleAt: number; shiftAt: number } {
	return { scaleAt: scale === null ? -1 : 1, shiftAt: shift === null ? -1 : scale === null ? 1 : 2 };
}

/** Gradients in x, scale and shift, in the order of the recorded inputs. */
function fusedGradients(x: Tensor, grads: Tensor, of: Normalization, given: { kept: Kept; request: GradientRequest }): (Tensor | null)[] {
	const { executor, dtype } = x;
	const { layout } = of;
	const { kept, request } = given;
	const { average, inverse, coefficient } = kept;
	const sums = channelSums(x, grads, of, { mean: average, inverseStd: inverse }, request);
	const results: (Tensor | null)[] = [null, ...sums.results];
	if (request.needs(0)) {
		const perChannel = [layout.channels];
		const [ofX, rest] = [allocate(executor, dtype, perChannel), allocate(executor, dtype, perChannel)];
		const share = constantTensor(executor, dtype, 1 / (layout.outer * layout.inner));
		const inputs = [coefficient, inverse, average, sums.grad, sums.gradX, share];
		executor.kernels.map(backwardCoefficients, broadcastOperands(inputs, perChannel), [ofX, rest]);
		const gradX = request.into(0) ?? allocate(executor, dtype, x.shape);
		executor.kernels.channelCombine(grads, x, gradX, { a: coefficient, b: ofX, c: rest }, layout);
		results[0] = gradX;
	}
	return results;
}

/** Σ grads and Σ grads · x̂ of each channel: the gradients of shift and scale, written to their destinations. */
export function channelSums(
	x: Tensor,
	grads: Tensor,
	of: Normalization,
	statistics: { mean: Tensor; inverseStd: Tensor },
	request: GradientRequest,
): { grad: Tensor; gradX: Tensor; results: (Tensor | null)[] } {
	const { scaleAt, shiftAt } = positions(of);
	const [needsScale, needsShift] = [scaleAt > 0 && request.needs(scaleAt), shiftAt > 0 && request.needs(shiftAt)];
	const make = (): Tensor => allocate(x.executor, x.dtype, [of.layout.channels]);
	const grad = (needsShift ? request.into(shiftAt) : null) ?? make();
	const gradX = (needsScale ? request.into(scaleAt) : null) ?? make();
	x.executor.kernels.channelGradSums(x, grads, statistics, { grad, gradX }, of.layout);
	const results: (Tensor | null)[] = [];
	if (scaleAt > 0) results.push(needsScale ? gradX : null);
	if (shiftAt > 0) results.push(needsShift ? grad : null);
	return { grad, gradX, results };
}

/** The same in operations that are recorded themselves. */
function composedGradients(x: Tensor, grad: Tensor, { layout, scale, shift, epsilon }: Normalization): (Tensor | null)[] {
	const shape = [layout.outer, layout.channels, layout.inner];
	const average = (values: Tensor): Tensor => mean(values, [0, 2], { keepDims: true });
	const [values, grads] = [reshape(x, shape), reshape(grad, shape)];
	const centred = sub(values, average(values));
	const inverse = div(constantTensor(x.executor, x.dtype, 1), sqrt(add(average(square(centred)), epsilon)));
	const normal = mul(centred, inverse);
	const scaled = scale === null ? grads : mul(grads, reshape(scale, [1, layout.channels, 1]));
	const rest = sub(sub(scaled, average(scaled)), mul(normal, average(mul(scaled, normal))));
	const results: (Tensor | null)[] = [reshape(mul(inverse, rest), x.shape)];
	if (scale !== null) results.push(sum(mul(grads, normal), [0, 2]));
	if (shift !== null) results.push(sum(grads, [0, 2]));
	return results;
}
