/** The native executor's machine code changes no bit of a training: the weights are those that the WASM executor finds. */
import { expect, it } from "vitest";
import * as gradus from "../src/index.ts";
import { eagerNativeExecutor } from "./executors.ts";
import { describeIf, requires } from "./requires.ts";

const STEPS = 10;
const BATCH = 24;
const SIDE = 20;

/** Trains a small network with convolutions that Winograd's algorithm takes; returns losses and weights. */
function train(executor: gradus.Executor): number[] {
	const {
		adam,
		conv2d,
		crossEntropy,
		linear,
		maxPool2d,
		parameters,
		RandomStream,
		randomNormal,
		relu,
		scope,
		tensor,
		withExecutor,
		zeros,
	} = gradus;
	return withExecutor(executor, () => {
		const stream = new RandomStream("native");
		const init = stream.split("init");
		const weights = {
			kernel1: randomNormal([16, 3, 3, 3], init, { std: 0.2 }),
			bias1: zeros([16]),
			kernel2: randomNormal([32, 16, 3, 3], init, { std: 0.1 }),
			bias2: zeros([32]),
			weight: randomNormal([10, 32 * (SIDE / 4) ** 2], init, { std: 0.03 }),
			bias: zeros([10]),
		};
		const optimizer = adam(parameters(Object.values(weights)));
		const images = randomNormal([BATCH, 3, SIDE, SIDE], stream.split("data"));
		const target = tensor(Int32Array.from({ length: BATCH }, (_, i) => i % 10));
		const losses: number[] = [];
		for (let step = 0; step < STEPS; step++) {
			const loss = scope(() => {
				optimizer.zeroGrad();
				const { kernel1, bias1, kernel2, bias2, weight, bias } = weights;
				const first = maxPool2d(relu(conv2d(images, kernel1, { bias: bias1, padding: 1 })), 2);
				const second = maxPool2d(relu(conv2d(first, kernel2, { bias: bias2, padding: 1 })), 2);
				const value = crossEntropy(linear(second.reshape([BATCH, -1]), weight, bias), target);
				value.backward();
				optimizer.step();
				return value.item();
			});
			losses.push(loss);
		}
		return [...losses, ...Object.values(weights).flatMap((x) => Array.from(x.dataSync()))];
	});
}

describeIf(requires.machineCode, "a training on machine code", () => {
	const expected = train(gradus.createWasmExecutor());

	it("learns", () => {
		expect(expected[STEPS - 1]).toBeLessThan(0.9 * expected[0]);
	});

	it.each([
		["as users have it", () => gradus.createNativeExecutor()],
		["with code for every shape", eagerNativeExecutor],
	])("finds the weights of the WASM executor to the bit, with 1, 2 and 3 threads, %s", async (_, make) => {
		const executor = make();
		expect(executor.facts().details).toHaveProperty("instructions");
		for (const threads of [1, 2, 3]) {
			await executor.setThreads?.(threads);
			expect(executor.facts().threads).toBe(threads);
			expect(train(executor)).toEqual(expected);
		}
		await executor.close();
	});
});
