/** Examples in another shape. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { integerOption } from "../../core/options.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import { reshape } from "../../tensor/ops/views.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { defineLayer } from "./layer.ts";

/**
 * Each example's values in row-major order under another shape: `[n, …]` → `[n, …shape]`. Copies nothing.
 *
 * @example
 * new Reshape([1, 28, 28]);
 */
export class Reshape extends Module {
	/** Of one example. */
	readonly shape: Shape;

	/**
	 * @param shape - of one example, without the batch axis; one length may be −1: it is found from the rest
	 * @throws ArgumentError if a length is no integer ≥ 1, or −1 stands twice
	 */
	constructor(shape: Shape) {
		super();
		const isValid = shape.every((length) => length === -1 || (Number.isInteger(length) && length >= 1));
		if (!isValid || shape.filter((length) => length === -1).length > 1) {
			throw new ArgumentError(`reshape: expected lengths ≥ 1 with at most one −1, received ${formatShape(shape)}.`);
		}
		this.shape = shape;
	}

	override forward(x: Tensor): Tensor {
		if (x.rank < 1) throw new ShapeError("  Expected a batch axis, received a scalar.");
		const size = sizeOf(x.shape.slice(1));
		const known = sizeOf(this.shape.filter((length) => length !== -1));
		const isOpen = this.shape.includes(-1);
		if (isOpen ? size % known !== 0 : size !== known) {
			throw new ShapeError(
				`  Expected examples of ${isOpen ? `a multiple of ${known}` : known} values, received ${size}.\n  Try: check the shape of the data.`,
			);
		}
		return reshape(x, [x.shape[0], ...this.shape.map((length) => (length === -1 ? size / known : length))]);
	}

	override describe(): string {
		return `reshape to ${formatShape(this.shape)}`;
	}
}

/** `{ reshape: [1, 28, 28] }` */
export const reshapeLayer = defineLayer<{ readonly shape: Shape }>({
	name: "reshape",
	formula: "[n, …] → [n, …shape]",
	source: "—",
	torch: "nn.Unflatten",
	aliases: ["unflatten"],
	shorthand: "shape",
	options: {
		shape: { kind: "list", about: "of one example; one length may be −1", items: integerOption("length", undefined, { min: -1 }) },
	},
	create: ({ shape }) => new Reshape(shape),
});
