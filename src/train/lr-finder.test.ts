import { describe, expect, it } from "vitest";
import { RandomStream } from "../core/random/index.ts";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import { Linear } from "../nn/layers/linear.ts";
import { sgd } from "../optim/optimizers/sgd.ts";
import { meanSquaredError } from "../tensor/ops/regression-losses.ts";
import { findLearningRate } from "./lr-finder.ts";

/** y = 3 x₁ − 2 x₂ on ±1 inputs: the Hessian of the mean squared error is 2 · I, so rates above 1 diverge. */
const rng = new RandomStream(5);
const x = Float32Array.from({ length: 2 * 256 }, () => (rng.bernoulli() ? 1 : -1));
const y = Float32Array.from({ length: 256 }, (_, i) => 3 * x[2 * i] - 2 * x[2 * i + 1]);
const train = arrayDataset({ x, y, inputShape: [2], target: { kind: "values", names: ["y"] } });

describe("learning-rate range test", () => {
	it("finds the region between standing still and divergence, and leaves everything as it was", async () => {
		const model = new Linear(2, 1, { rng: new RandomStream(1) });
		const optimizer = sgd(model.parameters(), { lr: 0.123, momentum: 0.5 });
		const before = [model.state(), optimizer.state()];
		const found = await findLearningRate({ model, optimizer, loss: meanSquaredError, train, rng: new RandomStream(2), steps: 100 });
		expect([model.state(), optimizer.state()]).toEqual(before);
		expect(found.suggestion).toBeGreaterThan(1e-3);
		expect(found.suggestion).toBeLessThan(1);
		// The running mean lags some steps behind the loss, which grows from rate 1 on.
		expect(found.largest).toBeLessThan(5);
		// It ended when the loss exploded, before the highest rate.
		expect(found.tried.at(-1)?.lr).toBeLessThan(10);
		expect(found.tried[0].lr).toBeCloseTo(1e-7, 12);
	});

	it("refuses bounds that make no sense", async () => {
		const model = new Linear(2, 1, { rng: new RandomStream(1) });
		const common = { model, optimizer: sgd(model.parameters()), loss: meanSquaredError, train, rng: new RandomStream(2) };
		await expect(findLearningRate({ ...common, from: 1, to: 0.1 })).rejects.toThrow(/0 < from < to, received from 1 to 0.1/);
		await expect(findLearningRate({ ...common, steps: 3 })).rejects.toThrow(/at least 20 steps/);
	});
});
