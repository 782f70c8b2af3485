/** The opposite of broadcasting, for gradients. */
import { type Shape, sameShape } from "../../core/shape.ts";
import type { Tensor } from "../tensor.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./views.ts";

/** Sums `x` over the axes along which `shape` was stretched to become `x`'s shape; `x` itself if none were. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
	if (sameShape(x.shape, shape)) return x;
	const lead = x.shape.length - shape.length;
	const axes = x.shape.map((_, i) => i).filter((i) => i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1));
	const summed = axes.length === 0 ? x : sum(x, axes);
	return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}
