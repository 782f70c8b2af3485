/** Normalisations within one example: over its last axes, over groups of channels, over each channel. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../../core/shape.ts";
import { formula } from "../../kernels/formula.ts";
import { commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { expectInteger, expectOneFloatingType, expectPerChannel } from "./checks.ts";
import { composed } from "./composed.ts";
import { applyFormula } from "./elementwise.ts";
import { normalizeChannels } from "./normalize.ts";
import { reshape } from "./views.ts";

/** Options of normalisations within one example. */
export interface NormalizationOptions {
	/** A factor after normalising. Default 1. */
	readonly scale?: Tensor | null;
	/** Added last. Default 0. */
	readonly shift?: Tensor | null;
	/** Added to the variance, ≥ 0. Default 1e-5. */
	readonly epsilon?: number;
}

const affine = formula("affine", (x, scale, shift) => x.mul(scale).add(shift));

/**
 * (x − mean) / √(variance + ε) · scale + shift, mean and biased variance over the last axes of each example.
 *
 * @param options.normalizedShape - lengths of those axes; scale and shift have this shape. Default: the scale's or shift's shape, else
 *   the last axis
 * @see Ba, Kiros & Hinton 2016, arXiv:1607.06450
 */
export function layerNorm(x: Tensor, options: NormalizationOptions & { readonly normalizedShape?: Shape } = {}): Tensor {
	const { scale = null, shift = null } = options;
	const operands = checkInput("layerNorm", x, options);
	const shape = options.normalizedShape ?? scale?.shape ?? shift?.shape ?? x.shape.slice(-1);
	const tail = x.shape.slice(x.rank - shape.length);
	if (shape.length === 0 || !sameShape(tail, shape)) {
		throw new ShapeError(`layerNorm: expected input whose last axes are ${formatShape(shape)}, received shape ${formatShape(x.shape)}.`);
	}
	for (const parameter of [scale, shift]) {
		if (parameter !== null && !sameShape(parameter.shape, shape)) {
			throw new ShapeError(`layerNorm: expected scale and shift of shape ${formatShape(shape)}, received ${formatShape(parameter.shape)}.`);
		}
	}
	return composed(operands, () => finish(normalized("layerNorm", x, sizeOf(shape), options), scale, shift));
}

/**
 * Normalises each of `groups` equal groups of channels of each example, then scales and shifts by channel.
 *
 * @param x - `[n, channels]` or `[n, channels, d…]`
 * @param groups - divides the number of channels
 * @see Wu & He 2018, arXiv:1803.08494
 */
export function groupNorm(x: Tensor, groups: number, options: NormalizationOptions = {}): Tensor {
	return byGroups("groupNorm", x, groups, options);
}

/**
 * Normalises each channel of each example over its places, then scales and shifts by channel.
 *
 * @param x - `[n, channels, d…]` with more than one place
 * @throws ArgumentError if there is only one place: it would become 0 whatever it is
 * @see Ulyanov, Vedaldi & Lempitsky 2016, arXiv:1607.08022
 */
export function instanceNorm(x: Tensor, options: NormalizationOptions = {}): Tensor {
	expectTensor(x, "instanceNorm");
	if (sizeOf(x.shape.slice(2)) < 2) {
		throw new ArgumentError(`instanceNorm: expected more than one place per channel, received shape ${formatShape(x.shape)}.`);
	}
	return byGroups("instanceNorm", x, Math.max(1, x.shape[1]), options);
}

function byGroups(where: string, x: Tensor, groups: number, options: NormalizationOptions): Tensor {
	const { scale = null, shift = null } = options;
	const operands = checkInput(where, x, options);
	if (x.rank < 2) throw new ShapeError(`${where}: expected input [n, channels, d…], received shape ${formatShape(x.shape)}.`);
	expectInteger(groups, where, "groups", 1);
	const channels = x.shape[1];
	if (channels % groups !== 0) {
		throw new ArgumentError(`${where}: expected groups to divide the channels, received ${groups} groups for ${channels} channels.`);
	}
	for (const [name, parameter] of Object.entries({ scale, shift })) {
		if (parameter !== null) expectPerChannel(parameter, where, name, channels);
	}
	const column = [channels, ...x.shape.slice(2).fill(1)];
	return composed(operands, () => {
		const [factor, offset] = [scale, shift].map((parameter) => (parameter === null ? null : reshape(parameter, column)));
		return finish(normalized(where, x, (channels / groups) * sizeOf(x.shape.slice(2)), options), factor, offset);
	});
}

function checkInput(where: string, x: Tensor, { scale, shift, epsilon = 1e-5 }: NormalizationOptions): Tensor[] {
	const operands = [x, scale, shift].filter((operand) => operand !== null && operand !== undefined);
	for (const operand of operands) expectTensor(operand, where);
	commonExecutor(where, operands);
	expectOneFloatingType(where, operands);
	if (!(epsilon >= 0)) throw new ArgumentError(`${where}: expected epsilon ≥ 0, received ${epsilon}.`);
	return operands;
}

/** Each run of `count` neighbouring values to mean 0 and variance 1. */
function normalized(name: string, x: Tensor, count: number, { epsilon = 1e-5 }: NormalizationOptions): Tensor {
	const layout = { outer: 1, channels: x.size / Math.max(1, count), inner: count };
	return normalizeChannels(x, { name, layout, scale: null, shift: null, epsilon, activation: null, running: null });
}

function finish(normal: Tensor, scale: Tensor | null, shift: Tensor | null): Tensor {
	if (scale !== null && shift !== null) return applyFormula(affine, [normal, scale, shift]);
	if (scale !== null) return mul(normal, scale);
	return shift === null ? normal : add(normal, shift);
}
