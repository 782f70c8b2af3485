import { describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { ArgumentError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { noGrad, randomNormal, scope, type Tensor, withExecutor, zeros } from "../../tensor/index.ts";
import { leakCheck } from "../../testing/index.ts";
import { activation } from "../activations/index.ts";
import { BatchNorm, Conv2d, Dropout, Flatten, Linear, MaxPool2d } from "../layers/list.ts";
import type { AnyModule, Module } from "../module.ts";
import { Sequential } from "../sequential.ts";
import { layerSequentialUnitVariance } from "./lsuv.ts";

/** Linear layers of 30 units with an activation after each but the last. */
function deep(depth: number, name: string): Sequential {
	const rng = new RandomStream(1, "model");
	return new Sequential(
		Array.from({ length: depth }, (_, i) => i).flatMap((i) => [
			new Linear(30, 30, { rng: rng.split(i) }),
			...(i < depth - 1 ? [activation(name)] : []),
		]),
	);
}

function convolutional(): Sequential {
	const rng = new RandomStream(2, "model");
	return new Sequential([
		new Conv2d(1, 8, { kernel: 3, padding: 1, rng }),
		activation("relu"),
		new MaxPool2d([2, 2]),
		new Conv2d(8, 16, { kernel: 3, padding: 1, rng }),
		activation("relu"),
		new Flatten(),
		new Linear(16 * 16, 10, { rng }),
	]);
}

/** Variances of the outputs of all layers with a weight, computed by tensor operations. */
function variances(model: Module, batch: Tensor): number[] {
	const found: number[] = [];
	const ends = [...model.modules().values()]
		.filter((module: AnyModule) => "weight" in module)
		.map((module) => module.observe(({ output }) => found.push((output as Tensor).variance(undefined, { correction: 0 }).item())));
	scope(() => noGrad(() => void model.forward(batch)));
	for (const end of ends) end();
	return found;
}

const nets: [string, () => { model: Sequential; batch: Tensor; layerCount: number }][] = [
	["20 layers of tanh", () => ({ model: deep(20, "tanh"), batch: randomNormal([60, 30], new RandomStream(3)), layerCount: 20 })],
	["10 layers of ReLU", () => ({ model: deep(10, "relu"), batch: randomNormal([60, 30], new RandomStream(3)), layerCount: 10 })],
	["a small convolutional net", () => ({ model: convolutional(), batch: randomNormal([20, 1, 8, 8], new RandomStream(3)), layerCount: 3 })],
];

describe.each(executors)("on $name", ({ executor }) => {
	test.each(nets)("every layer of %s has unit output variance on the batch", (_, make) => {
		withExecutor(executor, () => {
			const { model, batch, layerCount } = make();
			const report = layerSequentialUnitVariance(model, batch, { rng: new RandomStream(4), tolerance: 0.05 });
			const measured = variances(model, batch);
			expect(measured).toHaveLength(layerCount);
			for (const [i, variance] of measured.entries()) {
				// What was asked for, and float32's rounding of the variance itself.
				expect(Math.abs(variance - 1), report[i].path).toBeLessThanOrEqual(0.05 + 1e-5);
				expect(report[i].varianceAfter).toBeCloseTo(variance, 5);
			}
			expect(report.every(({ converged }) => converged)).toBe(true);
		});
	});
});

describe("layerSequentialUnitVariance", () => {
	const rng = new RandomStream(5);

	test("scales once where the layer is linear in its weight, and says what it found", () => {
		const model = deep(2, "relu");
		const batch = randomNormal([100, 30], rng).mul(3);
		const report = layerSequentialUnitVariance(model, batch, { rng });
		expect(report.map(({ path, description, iterations }) => ({ path, description, iterations }))).toEqual([
			{ path: "0", description: "linear 30 → 30", iterations: 1 },
			{ path: "2", description: "linear 30 → 30", iterations: 1 },
		]);
		// An orthogonal square weight keeps the length of the centred batch: variance 9, up to the batch's own (3000 values: 5 · 9 · √(2 / 3000) = 1.2).
		expect(Math.abs(report[0].varianceBefore - 9)).toBeLessThan(1.2);
		expect(Math.abs(report[0].varianceAfter - 1)).toBeLessThan(1e-5);
	});

	test("leaves a layer within the tolerance alone, and starts from the weights as they are with start null", () => {
		const model = deep(1, "relu");
		const before = model.state().tensors["0.weight"].data;
		const [layer] = layerSequentialUnitVariance(model, randomNormal([100, 30], rng), { rng, start: null, tolerance: 100 });
		expect(layer.iterations).toBe(0);
		expect(model.state().tensors["0.weight"].data).toEqual(before);
	});

	test("changes weights only: modes, running statistics, random streams and memory stay", () => {
		const stream = new RandomStream(6);
		const model = new Sequential([
			new Linear(4, 4, { rng: stream.split("a") }),
			new BatchNorm(4),
			new Dropout({ p: 0.5, rng: stream }),
			new Linear(4, 2, { rng: stream.split("b") }),
		]);
		model.layers[1].eval();
		const batch = randomNormal([8, 4], rng);
		const before = model.state();
		const drawn = stream.state();
		const leak = leakCheck(() => layerSequentialUnitVariance(model, batch, { rng }));
		const after = model.state();
		expect(leak.leakedCount).toBe(0);
		expect(stream.state()).toEqual(drawn);
		expect({ ...after, tensors: null }).toEqual({ ...before, tensors: null });
		expect([model.training, model.layers[1].training, model.layers[2].training]).toEqual([true, false, true]);
		for (const [path, { data }] of Object.entries(after.tensors)) {
			if (!/^[03]\.weight$/.test(path)) expect(data, path).toEqual(before.tensors[path].data);
		}
	});

	test("refuses a batch on which a layer's output does not vary, with the layer's path", () => {
		const model = deep(2, "relu");
		expect(() => layerSequentialUnitVariance(model, zeros([8, 30]), { rng })).toThrow(ArgumentError);
		expect(() => layerSequentialUnitVariance(model, zeros([8, 30]), { rng })).toThrow(
			/layer "0" \(linear 30 → 30\): expected its output on the batch to have a finite variance above 0, received 0/,
		);
	});

	test("refuses a model without weights, and a missing stream", () => {
		expect(() => layerSequentialUnitVariance(new Sequential([activation("relu")]), zeros([2, 2]), { rng })).toThrow(/no layer takes part/);
		expect(() => layerSequentialUnitVariance(deep(1, "relu"), zeros([2, 30]), {} as { rng: RandomStream })).toThrow(/"rng" is missing/);
	});
});
