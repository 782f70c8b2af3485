import { describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { mean, ParameterBlock, randomNormal, square, sub, sum, type Tensor, tensor, withExecutor } from "../../tensor/index.ts";
import { leakCheck } from "../../testing/index.ts";
import { activation } from "../activations/index.ts";
import { BatchNorm, Dropout, Linear } from "../layers/list.ts";
import { Module } from "../module.ts";
import { Sequential } from "../sequential.ts";
import type { InitializerLike } from "./index.ts";
import { initReport } from "./init-report.ts";
import { initThresholds } from "./init-verdict.ts";

const rng = new RandomStream(1);

/** Five layers of 100 units: the network with which the effect of initial weights is usually shown. */
function five(name: string, weightInit: InitializerLike): Sequential {
	return new Sequential(
		Array.from({ length: 5 }, (_, i) => i).flatMap((i) => [new Linear(100, 100, { rng: rng.split(i), weightInit }), activation(name)]),
	);
}

describe.each(executors)("on $name", ({ executor }) => {
	test("values and gradients of a chain worked out by hand", () => {
		withExecutor(executor, () => {
			const model = new Sequential([
				new Linear(1, 1, { rng, weightInit: { constant: { value: 2 } } }),
				new Linear(1, 1, { rng, weightInit: { constant: { value: 3 } } }),
			]);
			const report = initReport(model, tensor([[1], [2], [3]]), { loss: (y: Tensor) => y.square().sum().mul(0.5) });
			// y = 6, 12, 18; ∂/∂y = y; ∂/∂h = 3y.
			expect(report.loss).toBe((36 + 144 + 324) / 2);
			expect(report.entries.map(({ path, description, call, shape }) => ({ path, description, call, shape }))).toEqual([
				{ path: "0", description: "linear 1 → 1", call: 0, shape: [3, 1] },
				{ path: "1", description: "linear 1 → 1", call: 0, shape: [3, 1] },
			]);
			expect(report.entries.map(({ forward }) => [forward.mean, forward.variance])).toEqual([
				[4, expect.closeTo(8 / 3, 12)],
				[12, 24],
			]);
			expect(report.entries.map(({ gradient }) => gradient)).toEqual([
				{ mean: 36, variance: 9 * 24 },
				{ mean: 12, variance: 24 },
			]);
		});
	});
});

describe("the verdict", () => {
	const x = randomNormal([200, 100], new RandomStream(2));
	test.each([
		["relu", "heNormal", "healthy"],
		["tanh", "xavierNormal", "healthy"],
		["sigmoid", { normal: { std: 0.01 } }, "vanishing"],
		["tanh", { normal: { std: 0.01 } }, "vanishing"],
		["sigmoid", { normal: { std: 1 } }, "saturated"],
		["tanh", { normal: { std: 1 } }, "saturated"],
		["relu", { normal: { std: 1 } }, "exploding"],
		["relu", { uniform: { low: -0.3, high: 0 } }, "dead"],
	] as const)("of %s with weights %j is %s", (name, weightInit, kind) => {
		const { verdict } = initReport(five(name, weightInit), x);
		expect(verdict.kind).toBe(kind);
		expect(verdict.text).toContain(kind);
		expect(verdict.evidence.length).toBeGreaterThan(0);
	});

	test("rests on numbers that cross its bound", () => {
		const { verdict } = initReport(five("tanh", { normal: { std: 1 } }), x);
		for (const { quantity, value, threshold } of verdict.evidence) {
			expect([quantity, threshold]).toEqual(["share near the ends", initThresholds.saturatedShare]);
			expect(value).toBeGreaterThanOrEqual(threshold);
		}
	});

	test("names values that are not finite", () => {
		const model = new Sequential([new Linear(2, 2, { rng, weightInit: { constant: { value: 3e38 } } })]);
		const { verdict, entries } = initReport(model, tensor([[3, 3]]));
		expect(verdict.kind).toBe("exploding");
		expect(verdict.evidence[0]).toMatchObject({ path: "0", quantity: "values that are not finite", value: 2 });
		expect(entries[0].forward.nonFiniteCount).toBe(2);
	});
});

describe("initReport", () => {
	const stream = new RandomStream(3);
	const make = () =>
		new Sequential([
			new Linear(4, 6, { rng: stream.split("a") }),
			new BatchNorm(6),
			activation("relu"),
			new Dropout({ p: 0.5, rng: stream }),
			new Linear(6, 3, { rng: stream.split("b") }),
		]);
	const x = randomNormal([16, 4], new RandomStream(4));

	test("leaves no trace: state, modes, gradients, streams and memory are as before", () => {
		const model = make();
		new ParameterBlock(model.parameters());
		model.layers[1].eval();
		sum(model.forward(x)).backward();
		const before = model.state();
		const gradientsBefore = Object.values(model.parameters()).map((p) => p.grad?.dataSync());
		const stateBefore = stream.state();
		const { leakedCount } = leakCheck(() => initReport(model, x));
		expect(leakedCount).toBe(0);
		expect(model.state()).toEqual(before);
		expect(Object.values(model.parameters()).map((p) => p.grad?.dataSync())).toEqual(gradientsBefore);
		expect(stream.state()).toEqual(stateBefore);
		expect(model.layers.map(({ training }) => training)).toEqual([true, false, true, true, true]);
		expect(model.layers.some(({ isObserved }) => isObserved)).toBe(false);
	});

	test("gives the same report twice, batch statistics and dropout masks included", () => {
		const model = make();
		expect(initReport(model, x)).toEqual(initReport(model, x));
	});

	test("restores the model after an error in the middle", () => {
		const model = make().eval();
		const before = model.state();
		expect(() => initReport(model, randomNormal([2, 5], rng))).toThrow(/inFeatures/);
		expect(model.state()).toEqual(before);
		expect(model.training).toBe(false);
	});

	test("takes losses by name, and reports each pass of a module that runs twice", () => {
		class Twice extends Module {
			readonly layer = new Linear(3, 3, { rng });
			override forward(input: Tensor): Tensor {
				return this.layer.forward(this.layer.forward(input).tanh());
			}
		}
		const target = randomNormal([5, 3], rng);
		const model = new Twice();
		const input = randomNormal([5, 3], rng);
		const report = initReport(model, input, { loss: "meanSquaredError", target });
		expect(report.entries.map(({ path, call }) => [path, call])).toEqual([
			["layer", 0],
			["layer", 1],
		]);
		expect(report.loss).toBeCloseTo(mean(square(sub(model.forward(input), target))).item(), 5);
	});

	test("a frozen part that no gradient reaches has none", () => {
		const model = new Sequential([activation("tanh"), new Linear(4, 2, { rng })]);
		expect(initReport(model, x).entries.map(({ gradient }) => gradient === null)).toEqual([true, false]);
	});

	test("says what is missing", () => {
		class Pair extends Module<[Tensor, Tensor]> {
			override forward(input: Tensor): [Tensor, Tensor] {
				return [input, input];
			}
		}
		expect(() => initReport(new Pair(), x)).toThrow(/the model returns no tensor/);
		expect(() => initReport(make(), x, { target: x })).toThrow(/a target needs a loss/);
		expect(() => initReport(make(), x, { loss: (y: Tensor) => y })).toThrow(/expected the loss to be a tensor of one element/);
	});
});
