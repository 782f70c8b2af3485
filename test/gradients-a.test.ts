/** First and second derivatives of the general operations by differences, in float64 on the reference executor. */
import { describe, expect, test } from "vitest";
import type { Tensor } from "../src/tensor/index.ts";
import * as g from "../src/tensor/index.ts";
import { checkGradient } from "../src/testing/check-gradient.ts";
import { type OperationSample, operations } from "./operations-a.ts";

/** The gradient of Σ result² as a function of the inputs: its derivative is not constant even where the operation is linear. */
function gradientOf({ fn }: OperationSample): (...inputs: Tensor[]) => Tensor {
	return (...inputs) => {
		const found = g.gradients(g.sum(g.square(fn(...inputs))), inputs, { createGraph: true });
		return g.concat(found.map((one) => one.flatten()));
	};
}

describe.each(Object.entries(operations))("%s", (_, table) => {
	test.each(Object.entries(table))("%s: the derivative is the limit of differences", (_name, row) => {
		const report = checkGradient(row.fn, row.inputs);
		expect(report.comparedCount).toBeGreaterThan(0);
	});

	test.each(Object.entries(table))("%s: so is the second derivative", (_name, row) => {
		checkGradient(gradientOf(row), row.inputs, { tolerance: 1e-5 });
	});
});
