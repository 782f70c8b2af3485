/** Sums of formulas in one pass: no intermediate array is made. The derivative is one map. */
import { broadcastShapes, reducedShape, sizeOf } from "../../core/shape.ts";
import { type Formula, formula, type Scalar, substitute, withGradient } from "../../kernels/formula.ts";
import { constantTensor } from "../create.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, commonExecutor, type Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { applyFormula, broadcastOperands, sendBack, type TensorOrNumber } from "./elementwise.ts";
import { stretch } from "./reduce.ts";
import { expand } from "./views.ts";

/** How losses of single examples or elements become one number. */
export type Reduction = "mean" | "sum" | "none";

const scaledFormulas = new WeakMap<Formula, Formula>();

/** formula(inputs) · scale, the scale being one more input, so that one compiled formula serves every count. */
export function scaled(of: Formula): Formula {
	let found = scaledFormulas.get(of);
	if (found === undefined) {
		const value = (inputs: readonly Scalar[]): Scalar => substitute(of.outputs[0], inputs);
		found = formula(of.name, (...inputs) => value(inputs).mul(inputs[of.arity]), of.arity + 1);
		const { gradient } = of;
		// The result of one element is not kept; where the stated derivative reads it, it is computed again.
		if (gradient !== undefined) {
			found = withGradient(found, (grad, inputs) => gradient(grad.mul(inputs[of.arity]), inputs.slice(0, of.arity), value(inputs)));
		}
		scaledFormulas.set(of, found);
	}
	return found;
}

/**
 * scale · Σ formula(inputs) over `axes` of the inputs' common shape.
 *
 * @param options.axes - ascending, none negative; default all
 */
export function sumFormula(
	of: Formula,
	inputs: readonly Tensor[],
	options: { readonly axes?: readonly number[]; readonly scale?: number } = {},
): Tensor {
	const { scale = 1 } = options;
	const executor = commonExecutor(of.name, inputs);
	let { shape } = inputs[0];
	for (const input of inputs) shape = broadcastShapes(shape, input.shape, of.name);
	const axes = options.axes ?? shape.map((_, i) => i);
	const whole = scaled(of);
	const all = [...inputs, constantTensor(executor, inputs[0].dtype, scale)];
	const out = allocate(executor, inputs[0].dtype, reducedShape(shape, axes, false));
	executor.kernels.reduce("sum", whole, broadcastOperands(all, shape), out, axes);
	if (!isRecorded(inputs)) return out;
	return record(out, of.name, all, (grad, request) => {
		const stretched = grad.rank === 0 ? expand(grad, shape) : stretch(grad, { shape }, axes);
		return sendBack(whole, all, { out: stretched, grad: stretched, request });
	});
}

/** The formula's values as they are, summed, or averaged; the mean of nothing is NaN. */
export function reduceFormula(of: Formula, inputs: readonly Tensor[], reduction: Reduction): Tensor {
	if (reduction === "none") return applyFormula(of, inputs as readonly TensorOrNumber[]);
	if (reduction === "sum") return sumFormula(of, inputs);
	let { shape } = inputs[0];
	for (const input of inputs) shape = broadcastShapes(shape, input.shape, of.name);
	const count = sizeOf(shape);
	return count === 0 ? mul(sumFormula(of, inputs), Number.NaN) : sumFormula(of, inputs, { scale: 1 / count });
}
