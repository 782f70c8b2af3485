/** The rectifier whose slope below 0 is learned. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { anyOptions, integerOption, numberOption, resolveOptions } from "../../core/options.ts";
import { formatShape } from "../../core/shape.ts";
import { callable } from "../../core/technique.ts";
import { formula, withGradient } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { full } from "../../tensor/create.ts";
import { composed } from "../../tensor/ops/composed.ts";
import { applyFormula } from "../../tensor/ops/elementwise.ts";
import { reshape } from "../../tensor/ops/views.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import type { ActivationTechnique } from "./activation.ts";

/** Options of the `pReLU` layer. */
export interface PReLUOptions {
	/** 1 slope for all, or one for each channel (axis 1 of the input). Default 1. */
	readonly channels?: number;
	/** First value of the slopes. Default 0.25. */
	readonly init?: number;
}

const rectified = withGradient(
	formula("pReLU", (x, slope) => scalars.select(x.gt(0), x, slope.mul(x))),
	(grad, [x, slope]) => [grad.mul(scalars.select(x.gt(0), 1, slope)), grad.mul(scalars.select(x.gt(0), 0, x))],
);

const options = {
	channels: integerOption("slopes: 1 for all, or one a channel", 1, { min: 1 }),
	init: numberOption("first value of the slopes", 0.25),
};

/** The layer: `slope` is a parameter `[channels]`. */
export class PReLU extends Module {
	/** `[1]` or `[channels]` */
	readonly slope: Tensor;

	constructor(given: PReLUOptions = {}) {
		super();
		const { channels, init } = resolveOptions<PReLUOptions>("pReLU", options, given);
		this.slope = parameter(full([channels], init));
	}

	override forward(x: Tensor): Tensor {
		return apply(x, this.slope);
	}

	override describe(): string {
		return this.slope.size === 1 ? "pReLU" : `pReLU of ${this.slope.size} channels`;
	}
}

/** x for x > 0, else slope · x; the slope is `[1]`, or `[channels]` along axis 1. `pReLU.layer()` makes and owns one. */
export const pReLU = callable(apply, {
	kind: "activation",
	name: "pReLU",
	formula: "x if x > 0, else slope · x, the slope learned",
	source: "He et al. 2015, arXiv:1502.01852",
	torch: "nn.PReLU",
	aliases: ["prelu"],
	options: anyOptions<PReLUOptions>(options),
	range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
	zeroCentred: false,
	saturates: "nowhere",
	gain: (given: object) => Math.sqrt(2 / (1 + resolveOptions<PReLUOptions>("pReLU", options, given).init ** 2)),
	layer: (given?: object) => new PReLU(given),
} satisfies ActivationTechnique);

function apply(x: Tensor, slope: Tensor): Tensor {
	if (!(slope instanceof Tensor)) {
		throw new ArgumentError("pReLU: its slope is learned, so it takes one.\n  Try: pReLU(x, slope), or pReLU.layer(), which makes one.");
	}
	if (slope.size === 1) return composed([x, slope], () => applyFormula(rectified, [x, slope.rank === 0 ? slope : reshape(slope, [])]));
	if (slope.rank !== 1 || x.rank < 2 || x.shape[1] !== slope.size) {
		throw new ShapeError(
			`pReLU: got input ${formatShape(x.shape)} and slopes ${formatShape(slope.shape)}.\n` +
				"  Expected one slope for all, or one for each channel, axis 1 of the input.",
		);
	}
	const column = [slope.size, ...new Array<number>(x.rank - 2).fill(1)];
	return composed([x, slope], () => applyFormula(rectified, [x, reshape(slope, column)]));
}
