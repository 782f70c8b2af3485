/** Batch normalisation: each channel to mean 0 and variance 1 over the batch, then scaled and shifted. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, sizeOf } from "../../core/shape.ts";
import type { Formula } from "../../kernels/formula.ts";
import { context } from "../context.ts";
import { constantTensor } from "../create.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { expectOneFloatingType, expectPerChannel } from "./checks.ts";
import { composed } from "./composed.ts";
import { broadcastOperands } from "./elementwise.ts";
import { activationGradient, expectFusible } from "./fused-activation.ts";
import { channelSums, inverseStdAndCoefficient, type Normalization, normalizeChannels } from "./normalize.ts";
import { sum } from "./reduce.ts";
import { reshape, toContiguous } from "./views.ts";

/** Options of `batchNorm`. */
export interface BatchNormOptions {
	/** `[channels]`, a factor after normalising. Default 1. */
	readonly scale?: Tensor | null;
	/** `[channels]`, added last. Default 0. */
	readonly shift?: Tensor | null;
	/** `[channels]`; moved in place while training, used as they are otherwise. */
	readonly runningMean?: Tensor | null;
	/** `[channels]`; as `runningMean`. It follows the unbiased variance. */
	readonly runningVariance?: Tensor | null;
	/** Whether to normalise with the batch's own statistics. Default false. */
	readonly training?: boolean;
	/** How far running statistics move towards the batch's, 0 to 1. Default 0.1. */
	readonly momentum?: number;
	/** Added to the variance, ≥ 0. Default 1e-5. */
	readonly epsilon?: number;
	/** A formula of one input, applied to the result in the same pass; its derivative must be expressible by its result. Default none. */
	readonly activation?: Formula;
}

/**
 * activation((x − mean) / √(variance + ε) · scale + shift) per channel: with the batch's mean and biased variance while training, with
 * the running ones otherwise.
 *
 * @param x - `[n, channels]` or `[n, channels, d…]`
 * @throws ArgumentError while training with one value per channel: it would become 0 whatever it is
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
	const {
		scale = null,
		shift = null,
		runningMean = null,
		runningVariance = null,
		training = false,
		momentum = 0.1,
		epsilon = 1e-5,
	} = options;
	const operands = checkOperands(x, { scale, shift, runningMean, runningVariance });
	if (!(epsilon >= 0)) throw new ArgumentError(`batchNorm: expected epsilon ≥ 0, received ${epsilon}.`);
	if (!(momentum >= 0 && momentum <= 1)) throw new ArgumentError(`batchNorm: expected momentum from 0 to 1, received ${momentum}.`);
	const layout = { outer: x.shape[0], channels: x.shape[1], inner: sizeOf(x.shape.slice(2)) };
	const normalization = { name: "batchNorm", layout, scale, shift, epsilon, activation: options.activation ?? null, running: null };
	if ((runningMean === null) !== (runningVariance === null)) {
		throw new ArgumentError("batchNorm: expected runningMean and runningVariance both or neither, received one of them.");
	}
	if (!training) {
		if (runningMean === null || runningVariance === null) {
			throw new ArgumentError("batchNorm: outside training it needs runningMean and runningVariance. Try: { training: true }.");
		}
		const running = { mean: runningMean, variance: runningVariance };
		return composed(operands, () => applyRunning(toContiguous(x), normalization, running));
	}
	if (layout.outer * layout.inner < 2) {
		throw new ArgumentError(
			`batchNorm: got input ${formatShape(x.shape)} while training.\n` +
				`  Expected at least 2 values per channel, received ${layout.outer * layout.inner}.\n  Try: a larger batch, or training: false.`,
		);
	}
	const running = runningMean === null || runningVariance === null ? null : { mean: runningMean, variance: runningVariance, momentum };
	if (running !== null && !(running.mean.contiguous && running.variance.contiguous)) {
		throw new ArgumentError(
			"batchNorm: running statistics are changed in place; expected whole tensors, received views with gaps. Try: clone().",
		);
	}
	return composed(operands, () => normalizeChannels(x, { ...normalization, running }));
}

function checkOperands(x: Tensor, perChannel: Readonly<Record<string, Tensor | null>>): Tensor[] {
	expectTensor(x, "batchNorm");
	if (x.rank < 2) {
		throw new ShapeError(`batchNorm: expected input [n, channels] or [n, channels, d…], received shape ${formatShape(x.shape)}.`);
	}
	const operands = [x];
	for (const [name, operand] of Object.entries(perChannel)) {
		if (operand === null) continue;
		expectTensor(operand, "batchNorm");
		expectPerChannel(operand, "batchNorm", name, x.shape[1]);
		operands.push(operand);
	}
	commonExecutor("batchNorm", operands);
	expectOneFloatingType("batchNorm", operands);
	return operands;
}

/** With fixed statistics: a scale and a shift per channel. */
function applyRunning(x: Tensor, of: Normalization, running: { mean: Tensor; variance: Tensor }): Tensor {
	const { executor, dtype } = x;
	const { layout, scale, activation } = of;
	const shift = of.shift === null ? null : toContiguous(of.shift);
	const average = toContiguous(running.mean);
	const perChannel = [layout.channels];
	const [inverse, coefficient] = [allocate(executor, dtype, perChannel), allocate(executor, dtype, perChannel)];
	const factors = [running.variance, constantTensor(executor, dtype, of.epsilon), scale ?? constantTensor(executor, dtype, 1)];
	executor.kernels.map(inverseStdAndCoefficient, broadcastOperands(factors, perChannel), [inverse, coefficient]);
	const out = allocate(executor, dtype, x.shape);
	executor.kernels.channelAffine(x, out, { mean: average, scale: coefficient, shift }, { layout, activation });
	const inputs = [x, ...(scale === null ? [] : [scale]), ...(shift === null ? [] : [shift])];
	if (!isRecorded(inputs)) {
		inverse.dispose();
		coefficient.dispose();
		return out;
	}
	expectFusible(activation);
	const column = [layout.channels, ...x.shape.slice(2).fill(1)];
	return record(
		out,
		of.name,
		inputs,
		(grad, request) => {
			const delta = toContiguous(activation === null ? grad : activationGradient(activation, out, grad));
			if (context.recording) return composedGradients(x, delta, of, { mean: average, inverse });
			const gradX = request.needs(0) ? mul(delta, reshape(coefficient, column)) : null;
			if (inputs.length === 1) return [gradX];
			return [gradX, ...channelSums(x, delta, of, { mean: average, inverseStd: inverse }, request).results];
		},
		[inverse, coefficient],
	);
}

/** The same in operations that are recorded themselves. */
function composedGradients(x: Tensor, grad: Tensor, of: Normalization, statistics: { mean: Tensor; inverse: Tensor }): (Tensor | null)[] {
	const { layout, scale, shift } = of;
	const column = (values: Tensor): Tensor => reshape(values, [1, layout.channels, 1]);
	const shape = [layout.outer, layout.channels, layout.inner];
	const [values, grads] = [reshape(x, shape), reshape(grad, shape)];
	const scaled = mul(grads, column(statistics.inverse));
	const results: (Tensor | null)[] = [reshape(scale === null ? scaled : mul(scaled, column(scale)), x.shape)];
	if (scale !== null) results.push(sum(mul(scaled, sub(values, column(statistics.mean))), [0, 2]));
	if (shift !== null) results.push(sum(grads, [0, 2]));
	return results;
}
