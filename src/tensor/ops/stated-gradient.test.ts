/** Formulas with a stated derivative: where it is used, and that it reads no more than it says. */
import { expect, test } from "vitest";
import { createReferenceExecutor } from "../../executors/index.ts";
import { formula, withGradient } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";
import { checkGradient } from "../../testing/index.ts";
import { gradients, setExecutor, type Tensor, tensor } from "../index.ts";
import { applyFormula, gradientRule } from "./elementwise.ts";
import { isFusible } from "./fused-activation.ts";
import { sumFormula } from "./sum-formula.ts";

setExecutor(createReferenceExecutor());

const elu = formula("elu", (x) => scalars.select(x.gt(0), x, scalars.expm1(x)));
const byResult = withGradient(elu, (grad, _, y) => [grad.mul(scalars.select(y.gt(0), 1, y.add(1)))]);
const values = [-2.3, -0.4, 0.7, 1.9];

test("a derivative stated by the result makes a formula fusible; the one by rule reads the input", () => {
	expect(isFusible(elu)).toBe(false);
	expect(isFusible(byResult)).toBe(true);
	expect(gradientRule(byResult, 1).reads).toEqual(["output"]);
});

test("it is the derivative of the operation, once and twice", () => {
	expect(checkGradient((x) => applyFormula(byResult, [x]), [values]).comparedCount).toBe(4);
	const slope = (x: Tensor): Tensor => gradients(applyFormula(byResult, [x]).square().sum(), [x], { createGraph: true })[0];
	expect(checkGradient(slope, [values]).comparedCount).toBe(4);
});

test("a sum, which keeps no single results, computes the result again", () => {
	expect(checkGradient((x) => sumFormula(byResult, [x], { scale: 0.5 }), [values]).comparedCount).toBe(4);
});

test("it goes before the rules even where it differs from them", () => {
	const doubled = withGradient(
		formula("doubled", (x, y) => x.mul(y)),
		(grad, [, y]) => [grad.mul(y).mul(2), null],
	);
	const x = tensor([3]).requireGrad();
	const y = tensor([5]).requireGrad();
	applyFormula(doubled, [x, y]).sum().backward();
	expect(x.grad?.item()).toBe(10);
	expect(y.grad?.item()).toBe(0);
});
