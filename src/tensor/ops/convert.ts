/** Conversion between element types. */
import { type DType, isFloating } from "../../core/dtype.ts";
import { empty } from "../create.ts";
import { record } from "../tape.ts";
import { expectTensor, type Tensor } from "../tensor.ts";

/**
 * x as another element type; `x` itself if it has that type. Towards integers fractions are cut off, NaN becomes 0 and what int32
 * cannot hold becomes its nearest end; uint8 keeps the low byte; bool is "not 0". Gradients pass between floating types only.
 *
 * @throws ExecutorError if the executor does not hold the type
 */
export function to(x: Tensor, dtype: DType): Tensor {
	expectTensor(x, "to");
	if (x.dtype === dtype) return x;
	const out = empty(x.shape, { dtype, executor: x.executor });
	x.executor.kernels.copy(x, out);
	if (!isFloating(dtype)) return out;
	return record(out, "to", [x], (grad) => [to(grad, x.dtype)]);
}
