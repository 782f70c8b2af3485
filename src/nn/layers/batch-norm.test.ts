/** Batch normalisation as a layer: modes, messages, state; and the population statistics measured after training. */
import { beforeAll, describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { ArgumentError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { ones, randomNormal, setExecutor, type Tensor, tensor } from "../../tensor/index.ts";
import { activation } from "../activations/index.ts";
import { reestimatePopulation } from "../population.ts";
import { Sequential } from "../sequential.ts";
import { BatchNorm } from "./batch-norm.ts";
import { ChannelMoments } from "./channel-moments.ts";
import { Dropout } from "./dropout.ts";
import { Linear } from "./linear.ts";

const rng = (): RandomStream => new RandomStream(5);

describe.each(executors)("$name", ({ executor }) => {
	beforeAll(() => {
		setExecutor(executor);
	});

	test("running statistics by hand: momentum moves them, and the variance is unbiased", () => {
		const layer = new BatchNorm(1, { momentum: 0.5 });
		layer.forward(tensor([[1], [3]])); // mean 2, unbiased variance 2
		expect([layer.runningMean.item(), layer.runningVariance.item()]).toEqual([1, 1.5]);
		layer.forward(tensor([[5], [9]])); // mean 7, unbiased variance 8
		expect([layer.runningMean.item(), layer.runningVariance.item()]).toEqual([4, 4.75]);
		expect(layer.batchCount).toBe(2);
	});

	test("without momentum they are the average over all batches", () => {
		const layer = new BatchNorm(1, { momentum: null });
		for (const batch of [
			[1, 3],
			[5, 9],
			[0, 6],
		])
			layer.forward(tensor(batch.map((value) => [value])));
		// Means 2, 7, 3; unbiased variances 2, 8, 18. Averages of float32 steps are right to a rounding or two.
		expect(layer.runningMean.item()).toBeCloseTo(4, 6);
		expect(layer.runningVariance.item()).toBeCloseTo(28 / 3, 5);
	});

	test("the count of batches is saved, so that a cumulative average goes on", () => {
		const layer = new BatchNorm(1, { momentum: null });
		layer.forward(tensor([[1], [3]]));
		const other = new BatchNorm(1, { momentum: null });
		other.load(structuredClone(layer.state()));
		for (const one of [layer, other]) one.forward(tensor([[5], [9]]));
		expect(other.runningMean.item()).toBe(layer.runningMean.item());
		expect(other.state().numbers).toEqual({ "": { batchCount: 2 } });
	});

	test("one example in training is refused with the layer's path, and moves nothing", () => {
		const model = new Sequential([new Linear(4, 3, { rng: rng() }), new BatchNorm(3)]);
		const before = JSON.stringify(model.state().numbers);
		expect(() => model.forward(ones([1, 4]))).toThrow(ArgumentError);
		expect(() => model.forward(ones([1, 4]))).toThrow(
			/^model\.1 \(batch norm 3\) got input \[1, 3\]\.\n {2}Expected at least 2 values per channel while training, received 1/,
		);
		expect(JSON.stringify(model.state().numbers)).toBe(before);
		expect(model.eval().forward(ones([1, 4])).shape).toEqual([1, 3]);
	});

	test("one image of several pixels is enough", () => {
		expect(new BatchNorm(2).forward(ones([1, 2, 2, 2])).shape).toEqual([1, 2, 2, 2]);
	});

	test("with a ReLU fused behind it equals the two one after the other", () => {
		const [x, layer, twin] = [randomNormal([6, 3], rng()), new BatchNorm(3), new BatchNorm(3)];
		const fused = new Sequential([layer, activation("relu")]).forward(x).dataSync();
		expect(fused).toEqual(twin.forward(x).relu().dataSync());
	});

	describe("population statistics", () => {
		const data = (): number[][] => Array.from({ length: 11 }, (_, i) => [Math.sin(7 * i) + 100, i * i]);

		/** Two passes in float64. */
		function exact(column: readonly number[]): { mean: number; variance: number } {
			const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
			return { mean, variance: column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (column.length - 1) };
		}

		test.each([[[11]], [[5, 6]], [[2, 7, 2]]])("are those of all examples, whether cut into batches of %j", async (sizes) => {
			const layer = new BatchNorm(2);
			const rows = data().map((row) => row.map(Math.fround));
			let at = 0;
			const batches = sizes.map((size) => tensor(rows.slice(at, (at += size))));
			const report = await reestimatePopulation(new Sequential([layer]), batches);
			expect(report).toEqual({ moduleCount: 1, batchCount: sizes.length });
			for (const c of [0, 1]) {
				const { mean, variance } = exact(rows.map((row) => row[c]));
				// Batch statistics are float32: values of 100 with deviation 0.7 have means right to 4e-6.
				expect(Math.abs(layer.runningMean.dataSync()[c] - mean)).toBeLessThan(1e-5 * (1 + Math.abs(mean)));
				expect(Math.abs(layer.runningVariance.dataSync()[c] - variance)).toBeLessThan(2e-5 * (1 + variance));
			}
		});

		const deep = (): { model: Sequential; norms: BatchNorm[] } => {
			const stream = rng();
			const norms = [new BatchNorm(4), new BatchNorm(3)];
			const model = new Sequential([
				...[new Linear(2, 4, { rng: stream }), norms[0], activation("relu"), new Dropout({ rng: stream })],
				...[new Linear(4, 3, { rng: stream }), norms[1]],
			]);
			return { model, norms };
		};

		test("measured layer by layer, they are exact for what each layer sees at inference", async () => {
			const { model, norms } = deep();
			const stream = rng().split("data");
			const batches = [0, 1, 2].map(() => randomNormal([9, 2], stream));
			await reestimatePopulation(model, batches, { layerByLayer: true });
			const all = tensor(batches.flatMap((batch) => batch.toArray() as number[][]));
			const seen: Tensor[] = [];
			for (const norm of norms) norm.observe(({ inputs }) => seen.push(inputs[0] as Tensor));
			model.eval().forward(all);
			norms.forEach((norm, i) => {
				const rows = seen[i].toArray() as number[][];
				for (let c = 0; c < norm.features; c++) {
					const { mean, variance } = exact(rows.map((row) => row[c]));
					expect(norm.runningMean.dataSync()[c]).toBeCloseTo(mean, 5);
					expect(norm.runningVariance.dataSync()[c]).toBeCloseTo(variance, 4);
				}
			});
		});

		test("leave modes, streams and counters as they were, also after an error", async () => {
			const { model, norms } = deep();
			norms[0].training = false;
			const { streams, numbers } = model.state();
			await reestimatePopulation(model, [randomNormal([4, 2], rng())]);
			const untouched = model.state().tensors["1.runningMean"].data.slice();
			await expect(reestimatePopulation(model, [randomNormal([4, 2], rng()), randomNormal([1, 2], rng())])).rejects.toThrow(
				/model\.1 \(batch norm 4\)/,
			);
			expect(model.state().tensors["1.runningMean"].data).toEqual(untouched);
			expect([...model.modules().values()].map((module) => module.training)).toEqual([true, true, false, true, true, true, true]);
			expect({ streams: model.state().streams, numbers: model.state().numbers }).toEqual({ streams, numbers });
		});

		test("take batches from an asynchronous source, and leave no tensor behind", async () => {
			const layer = new BatchNorm(2);
			const x = randomNormal([4, 2], rng()).keep();
			async function* source(): AsyncGenerator<Tensor> {
				yield x;
				yield x;
			}
			await reestimatePopulation(layer, source());
			const before = executor.memory().blockCount;
			await reestimatePopulation(layer, source());
			expect(executor.memory().blockCount).toBe(before);
		});

		test("need a batch", async () => {
			await expect(reestimatePopulation(new BatchNorm(2), [])).rejects.toThrow(/expected at least one batch/);
			expect(await reestimatePopulation(new Linear(2, 2, { rng: rng() }), [])).toEqual({ moduleCount: 0, batchCount: 0 });
		});
	});
});

test("moments of parts join to those of the whole, far from 0 too", () => {
	const values = [1e9 + 1, 1e9 + 2, 1e9 + 4, 1e9 + 7, 1e9 + 11];
	const moments = new ChannelMoments(1);
	moments.add(2, [1e9 + 1.5], [0.5]);
	moments.add(3, [1e9 + 22 / 3], [37 / 3]);
	const mean = 1e9 + 5;
	expect(moments.means[0]).toBeCloseTo(mean, 5);
	expect(moments.variances[0]).toBeCloseTo(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4, 5);
});
