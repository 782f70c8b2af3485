import { describe, expect, test } from "vitest";
import { createReferenceExecutor, createWasmExecutor } from "../executors/index.ts";
import { scalars } from "../kernels/scalar-functions.ts";
import { customOp, elementwise, ShapeError, setExecutor, type Tensor, tensor } from "../tensor/index.ts";
import { ConformanceError, checkOp, type OpCheck } from "./index.ts";

setExecutor(createReferenceExecutor());

const hypotenuse: OpCheck = {
	name: "hypotenuse",
	run: (x, y) => x.square().add(y.square()).sqrt(),
	samples: [[{ shape: [2, 3] }, { shape: [3] }]],
	reference: Math.hypot,
	refused: [[{ shape: [2, 3] }, { shape: [2] }]],
	executors: [createReferenceExecutor(), createWasmExecutor()],
};

/** The error of a check that must fail. */
function failureOf(operation: OpCheck): ConformanceError {
	try {
		checkOp(operation);
	} catch (error) {
		if (error instanceof ConformanceError) return error;
		throw error;
	}
	throw new Error(`${operation.name} passed.`);
}

describe("checkOp", () => {
	test("accepts an operation that does what operations must, and says what it checked", () => {
		const report = checkOp(hypotenuse);
		expect(report.passed).toEqual([
			"values by the reference function",
			"agreement of executors",
			"determinism",
			"memory",
			"derivatives by differences",
			"refusal of bad inputs",
		]);
		expect(report.comparedCount).toBeGreaterThan(100);
		expect(report.largestError).toBeLessThan(4e-6);
	});

	test("takes values and functions that make tensors as inputs, integers among them", () => {
		const samples = [
			[
				[
					[1, 2],
					[3, 4],
				],
				() => tensor([1, 0], { dtype: "int32" }),
			],
		];
		expect(checkOp({ name: "take", run: (x, at) => x.take(at), samples }).passed).toContain("derivatives by differences");
	});

	test("finds wrong values by the reference function", () => {
		const failure = failureOf({ ...hypotenuse, reference: (x, y) => Math.hypot(x, y) + 1e-4 });
		expect([failure.subject, failure.check]).toEqual(["hypotenuse", "values by the reference function"]);
		expect(failure.message).toContain("element 0 of [2,3]");
	});

	test("finds a wrong derivative", () => {
		const wrong = customOp({ name: "wrong", forward: (x) => x.square(), backward: (grad, { inputs: [x] }) => [grad.mul(x)] });
		expect(failureOf({ name: "wrong", run: wrong, samples: [[{ shape: [3] }]] }).check).toBe("derivatives by differences");
	});

	test("finds a derivative that differs between executors", () => {
		const odd = customOp({
			name: "odd",
			forward: (x) => x.mul(2),
			backward: (grad) => [grad.mul(grad.executor.facts().name === "reference" ? 2 : 2.001)],
		});
		const failure = failureOf({ name: "odd", run: odd, samples: [[{ shape: [3] }]], executors: [createWasmExecutor()] });
		expect(failure.message).toContain("gradient of input 0");
	});

	test("finds an operation that gives other bits the second time", () => {
		let calls = 0;
		const restless = (x: Tensor): Tensor => x.mul(1 + (calls++ % 2) * 1e-6);
		expect(failureOf({ name: "restless", run: restless, samples: [[{ shape: [3] }]], differentiable: false }).check).toBe("determinism");
	});

	test("finds memory that stays", () => {
		const run = (x: Tensor): Tensor => x.mul(2).keep().add(1);
		expect(failureOf({ name: "hoarder", run, samples: [[{ shape: [3] }]] }).message).toContain("keep()");
	});

	test("finds intermediate results outside scopes where asked to", () => {
		const operation: OpCheck = { name: "busy", run: (x) => x.mul(2).add(1), samples: [[{ shape: [3] }]] };
		expect(checkOp(operation).passed).toContain("memory");
		expect(failureOf({ ...operation, tidy: true }).message).toContain("Outside scopes");
	});

	test("finds bad inputs that are accepted, or refused without saying why", () => {
		const samples = [[{ shape: [2, 2] }]];
		const refused = [[{ shape: [4] }]];
		expect(failureOf({ name: "lax", run: (x) => x.mul(2), samples, refused }).message).toContain("there was none");
		const rude = (x: Tensor): Tensor => {
			if (x.rank !== 2) throw new TypeError("no");
			return x.mul(2);
		};
		expect(failureOf({ name: "rude", run: rude, samples, refused }).message).toContain("TypeError: no");
		const polite = (x: Tensor): Tensor => {
			if (x.rank !== 2) throw new ShapeError("polite: expected two axes.");
			return x.mul(2);
		};
		expect(checkOp({ name: "polite", run: polite, samples, refused }).passed).toContain("refusal of bad inputs");
	});

	test("holds elementwise operations to empty, single and broadcast shapes", () => {
		const plus = elementwise("plus", (x, y) => scalars.add(x, y));
		const narrow = (x: Tensor, y: Tensor): Tensor => {
			if (x.size === 0) throw new ShapeError("narrow: expected at least one element.");
			return plus(x, y);
		};
		const samples = [[{ shape: [2] }, { shape: [2] }]];
		expect(checkOp({ name: "plus", run: plus, samples, reference: (x, y) => x + y }).comparedCount).toBeGreaterThan(50);
		expect(() => checkOp({ name: "narrow", run: narrow, samples, reference: (x, y) => x + y })).toThrow("expected at least one element");
	});
});
