/** Running sums and differences along an axis. */
import { isFloating } from "../../core/dtype.ts";
import { normalizeAxis } from "../../core/shape.ts";
import { record } from "../tape.ts";
import { allocate, expectTensor, type Tensor } from "../tensor.ts";
import { sub } from "./arithmetic.ts";
import { composed } from "./composed.ts";
import { around, release, rowMajor } from "./row-major.ts";
import { narrow } from "./slice.ts";

/** Options of `cumsum`. */
export interface CumsumOptions {
	/** Sum from the end. Default false. */
	readonly reverse?: boolean;
}

/** out[i] = x[0] + … + x[i] along an axis. Truths and bytes are summed as int32. */
export function cumsum(x: Tensor, axis: number, options: CumsumOptions = {}): Tensor {
	expectTensor(x, "cumsum");
	const at = normalizeAxis(axis, x.rank, "cumsum");
	const { reverse = false } = options;
	const out = allocate(x.executor, isFloating(x.dtype) ? x.dtype : "int32", x.shape);
	const source = rowMajor(x);
	x.executor.kernels.cumulativeSum(source, out, { ...around(x.shape, at), reverse });
	release(source, x);
	return record(out, "cumsum", [x], (grad) => [cumsum(grad, at, { reverse: !reverse })]);
}

/** out[i] = x[i + 1] − x[i] along an axis, which becomes one shorter. */
export function diff(x: Tensor, axis = -1): Tensor {
	expectTensor(x, "diff");
	const at = normalizeAxis(axis, x.rank, "diff");
	return composed([x], () => sub(narrow(x, at, [1, null]), narrow(x, at, [0, x.shape[at] === 0 ? 0 : -1])));
}
