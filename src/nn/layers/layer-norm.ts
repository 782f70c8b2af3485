/** Layer normalisation. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { atLeastZero, integerOption, truthOption } from "../../core/options.ts";
import { formatShape, type Shape, sameShape } from "../../core/shape.ts";
import { ones, zeros } from "../../tensor/create.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import { layerNorm } from "../../tensor/ops/layer-norm.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { defineLayer } from "./layer.ts";

/** Options of normalisations within one example. */
export interface ExampleNormOptions {
	/** Added to the variance, ≥ 0. Default 1e-5. */
	readonly epsilon?: number;
	/** Whether it has a learned scale, which starts at 1, and shift, which starts at 0. */
	readonly affine?: boolean;
}

/**
 * (x − mean) / √(variance + ε) · scale + shift over the last axes of each example: `[n, …, …shape]` → the same. It knows no batch, so
 * training and inference are the same.
 *
 * PyTorch's state maps to `weight` → `scale`, `bias` → `shift`.
 *
 * @see Ba, Kiros & Hinton 2016, arXiv:1607.06450
 */
export class LayerNorm extends Module {
	/** Lengths of the axes that are normalised together. */
	readonly shape: Shape;
	readonly epsilon: number;
	/** Of that shape. */
	readonly scale: Tensor | null;
	/** Of that shape. */
	readonly shift: Tensor | null;

	/** @param shape - lengths of the last axes, or of the last one; affine by default */
	constructor(shape: number | Shape, { epsilon = 1e-5, affine = true }: ExampleNormOptions = {}) {
		super();
		this.shape = typeof shape === "number" ? [shape] : shape;
		if (this.shape.length === 0) throw new ArgumentError("layerNorm: expected at least one axis to normalise, received [].");
		for (const length of this.shape) expectInteger(length, "layerNorm", "each length", 1);
		if (!(epsilon >= 0)) throw new ArgumentError(`layerNorm: expected epsilon ≥ 0, received ${epsilon}.`);
		this.epsilon = epsilon;
		this.scale = affine ? parameter(ones(this.shape)) : null;
		this.shift = affine ? parameter(zeros(this.shape)) : null;
	}

	override forward(x: Tensor): Tensor {
		const { shape, scale, shift, epsilon } = this;
		if (x.rank < shape.length || !sameShape(x.shape.slice(x.rank - shape.length), shape)) {
			throw new ShapeError(
				`  Expected the last axes to be ${formatShape(shape)}.\n  Try: build the layer with the shape that comes to it.`,
			);
		}
		return layerNorm(x, { normalizedShape: shape, scale, shift, epsilon });
	}

	override describe(): string {
		return `layer norm ${this.shape.join("×")}`;
	}
}

/** Options of `layerNorm` in a config. */
interface LayerNormConfig extends ExampleNormOptions {
	readonly axes?: number;
}

/** `"layerNorm"` */
export const layerNormLayer = defineLayer<LayerNormConfig>({
	name: "layerNorm",
	formula: "(x − μ) / √(σ² + ε) · γ + β over the last axes",
	source: "Ba, Kiros & Hinton 2016, arXiv:1607.06450",
	torch: "nn.LayerNorm",
	options: {
		axes: integerOption("how many of the last axes are normalised together", 1, { min: 1 }),
		epsilon: atLeastZero("added to the variance", 1e-5),
		affine: truthOption("whether it has a learned scale and shift", true),
	},
	create: ({ axes, ...options }, { inputShape }) => {
		if (axes > inputShape.length) {
			throw new ArgumentError(`layerNorm: expected at most ${inputShape.length} axes, as each example has, received ${axes}.`);
		}
		return new LayerNorm(inputShape.slice(inputShape.length - axes), options);
	},
});
