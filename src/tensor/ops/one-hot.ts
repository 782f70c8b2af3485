/** Class numbers as vectors. */
import type { DType } from "../../core/dtype.ts";
import { ArgumentError } from "../../core/errors.ts";
import { currentExecutor } from "../context.ts";
import { range } from "../create.ts";
import { scope } from "../scope.ts";
import { Tensor } from "../tensor.ts";
import { eq } from "./comparison.ts";
import { to } from "./convert.ts";
import { checkedIndices, type Indices } from "./indices.ts";
import { unsqueeze } from "./views.ts";

/** Options of `oneHot`. */
export interface OneHotOptions {
	/** Element type of the result. Default float32. */
	readonly dtype?: DType;
}

/**
 * 1 at the class, 0 elsewhere: shape `[...indices.shape, classCount]`.
 *
 * @param indices - int32 tensor or list of whole numbers from 0 to classCount − 1
 * @throws IndexError if an index is out of range
 * @example
 * oneHot(tensor([2, 0], { dtype: "int32" }), 3); // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(indices: Indices, classCount: number, options: OneHotOptions = {}): Tensor {
	if (!Number.isInteger(classCount) || classCount < 1)
		throw new ArgumentError(`oneHot: expected a class count ≥ 1, received ${classCount}.`);
	const executor = indices instanceof Tensor ? indices.executor : currentExecutor();
	return scope(() => {
		const list = checkedIndices(indices, { length: classCount, executor, where: "oneHot" });
		return to(eq(unsqueeze(list, -1), range(0, classCount, { executor })), options.dtype ?? "float32");
	});
}
