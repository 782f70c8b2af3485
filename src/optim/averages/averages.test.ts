import { describe, expect, it } from "vitest";
import { executors } from "../../../test/executors.ts";
import { arrayDataset } from "../../data/datasets/array-dataset.ts";
import { averageByName, exponentialAverage, parameters, RandomStream, sgd, stochasticAverage, tensor, withExecutor } from "../../index.ts";
import { buildNetwork } from "../../nn/build.ts";
import { Trainer } from "../../train/trainer.ts";

describe.each(executors)("weight averages on $name", ({ executor }) => {
	const walk = [3, -1, 4, 1, -5, 9, 2];

	/** Parameters go through `walk`, and 10 times as much in a second tensor; returns both averages after each update. */
	function averages(make: (block: ReturnType<typeof parameters>) => ReturnType<typeof exponentialAverage>): number[][] {
		return withExecutor(executor, () => {
			const [a, b] = [tensor([0.5]), tensor([[5, 0]])];
			const block = parameters({ a, b });
			const average = make(block);
			return walk.map((value) => {
				executor.write(a.block, "float32", a.offset, [value]);
				executor.write(b.block, "float32", b.offset, [10 * value]);
				average.update();
				average.swap();
				const found = [a.dataSync()[0], b.dataSync()[0]];
				average.swap();
				expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([value, 10 * value]);
				return found;
			});
		});
	}

	it("the exponential one is the weighted sum Σ (1 − d) d^(n−i) p_i + d^n p_0", () => {
		const d = 0.8;
		averages((block) => exponentialAverage(block, { decay: d, warmup: false })).forEach(([a, b], n) => {
			const sum = walk.slice(0, n + 1).reduce((total, p, i) => total + (1 - d) * d ** (n - i) * p, d ** (n + 1) * 0.5);
			expect(a).toBeCloseTo(sum, 5);
			expect(b).toBeCloseTo(10 * sum, 4);
		});
	});

	it("warm-up keeps 2/11 at the first update and 3/12 at the second", () => {
		const [[first], [second]] = averages((block) => exponentialAverage(block));
		expect(first).toBeCloseTo((2 * 0.5 + 9 * 3) / 11, 5);
		expect(second).toBeCloseTo(0.25 * first + 0.75 * -1, 5);
	});

	it("the stochastic one is the mean of every second update from the third on, the parameters themselves before", () => {
		const found = averages((block) => stochasticAverage(block, { start: 2, every: 2 })).map(([a]) => a);
		const expected = [3, -1, 4, 4, (4 - 5) / 2, (4 - 5) / 2, (4 - 5 + 2) / 3];
		found.forEach((value, i) => {
			expect(value).toBeCloseTo(expected[i], 6);
		});
	});

	it.each(["exponentialAverage", { stochasticAverage: { start: 1, every: 2 } }])(
		"%j goes on from a saved state with the same bits",
		(named) => {
			withExecutor(executor, () => {
				const run = (interruptAt: number): number[] => {
					const p = tensor([0.1, 0.2]);
					const optimizer = sgd([p], { lr: 0.1 });
					let average = averageByName(named, optimizer);
					for (let i = 0; i < 8; i++) {
						if (i === interruptAt) {
							const state = structuredClone(average.state());
							average = averageByName(named, optimizer);
							average.load(state);
						}
						optimizer.zeroGrad();
						p.square().sum().backward();
						optimizer.step();
						average.update();
					}
					average.swap();
					// The state is the average, wherever it lies.
					expect([...average.state().average.subarray(0, 2)]).toEqual([...p.dataSync()]);
					return [...p.dataSync()];
				};
				expect(run(5)).toEqual(run(-1));
			});
		},
	);
});

describe("weight averages", () => {
	const { executor } = executors[0];

	it.each([{ exponentialAverage: 0.5 }, { stochasticAverage: { start: 2, every: 2 } }])(
		"%j serve a trainer, which hands the averaged weights over",
		async (named) => {
			const x = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i));
			const train = arrayDataset({ x, y: x.map((value) => 2 * value), inputShape: [1], target: { kind: "values", names: ["y"] } });
			const model = buildNetwork([{ linear: 1 }], { inputShape: [1], rng: new RandomStream(1) });
			const optimizer = sgd(model.parameters(), { lr: 0.1 });
			const average = averageByName(named, optimizer);
			const loss = (output: ReturnType<typeof tensor>, y: ReturnType<typeof tensor>) => output.meanSquaredError(y.reshape(output.shape));
			const trainer = new Trainer({ model, optimizer, average, loss, rng: new RandomStream(2), train, epochs: 1, batchSize: 4 });
			await trainer.fit();
			expect(average.updateCount).toBe(5);
			const { average: expected } = average.state();
			expect([...(model.parameters() as Record<string, ReturnType<typeof tensor>>)["0.weight"].dataSync()]).toEqual([expected[0]]);
		},
	);

	it("refuse what they cannot average, and use while exchanged", () => {
		withExecutor(executor, () => {
			const block = parameters([tensor([1])]);
			expect(() => exponentialAverage([tensor([1])] as never)).toThrow(/exponentialAverage: expected an optimizer or a parameter block/);
			expect(() => exponentialAverage(block, { decay: 1 })).toThrow(/decay to be a number ≥ 0 and < 1, received 1/);
			expect(() => stochasticAverage(block, { every: 0 })).toThrow(/every to be a whole number ≥ 1/);
			const average = exponentialAverage(block);
			expect(() => average.load(stochasticAverage(block).state())).toThrow(/belongs to stochasticAverage/);
			average.swap();
			expect(() => average.update()).toThrow(/swap\(\) back first/);
		});
	});
});
