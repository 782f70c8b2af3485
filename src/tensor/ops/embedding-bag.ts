/** Sums and means of table rows: a bag of words in one pass. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, type Shape } from "../../core/shape.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, commonExecutor, Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { checkedIndices, type Indices } from "./indices.ts";
import { fillWith, release, rowMajor } from "./row-major.ts";
import { checkTable } from "./take.ts";

/** How a bag becomes one row. */
export interface EmbeddingBagOptions {
	/** Default mean. The mean of an empty bag is 0. */
	readonly mode?: "mean" | "sum";
}

/**
 * out[b] = mean (or sum) over t of weight[indices[b, t]]. The rows themselves are never laid out, and the gradient is summed straight
 * into the table's own.
 *
 * @param weight - `[rows, dim]`
 * @param indices - `[batch, bag]`, int32 tensor or lists of whole numbers from 0 to rows − 1
 * @returns `[batch, dim]`
 * @throws IndexError if an index is out of range
 */
export function embeddingBag(weight: Tensor, indices: Indices, options: EmbeddingBagOptions = {}): Tensor {
	checkTable(weight, "embeddingBag");
	const { mode = "mean" } = options;
	if (mode !== "mean" && mode !== "sum") throw new ArgumentError(`embeddingBag: expected mode "mean" or "sum", received ${String(mode)}.`);
	const executor = commonExecutor("embeddingBag", indices instanceof Tensor ? [weight, indices] : [weight]);
	return composed([weight], () => {
		const list = checkedIndices(indices, { length: weight.shape[0], executor, where: "embeddingBag" });
		if (list.rank !== 2) {
			throw new ShapeError(
				`embeddingBag: expected indices [batch, bag], received shape ${formatShape(list.shape)}. Try: indices.reshape([-1, bag]).`,
			);
		}
		const scale = mode === "sum" ? 1 : 1 / Math.max(1, list.shape[1]);
		return bag(weight, list, scale, list === indices ? [] : [list]);
	});
}

function bag(weight: Tensor, list: Tensor, scale: number, saved: readonly Tensor[]): Tensor {
	const { executor } = weight;
	const rows = rowMajor(weight);
	const out = allocate(executor, weight.dtype, [list.shape[0], weight.shape[1]]);
	executor.kernels.embeddingBag(rows, list, out, scale);
	release(rows, weight);
	if (!isRecorded([weight])) return out;
	const backward = (grad: Tensor, into: Tensor | null): Tensor => bagGradient(grad, list, scale, { shape: weight.shape, into });
	return record(out, "embeddingBag", [weight], (grad, request) => [backward(grad, request.into(0))], saved);
}

function bagGradient(grad: Tensor, list: Tensor, scale: number, { shape, into }: { shape: Shape; into: Tensor | null }): Tensor {
	const out = fillWith(into ?? allocate(grad.executor, grad.dtype, shape), 0);
	const values = rowMajor(grad);
	grad.executor.kernels.embeddingBagGrad(values, list, out, scale);
	release(values, grad);
	return record(out, "embeddingBagGradient", [grad], (back) => [bag(back, list, scale, [])]);
}
