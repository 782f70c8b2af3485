/** Sussillo & Abbott's claim: the log-norm of the back-propagated gradient does a walk without drift. */
import { describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { gradients, randomNormal, scope, type Tensor, withExecutor } from "../../tensor/index.ts";
import { activation } from "../activations/index.ts";
import { Linear } from "../layers/linear.ts";
import type { Module } from "../module.ts";
import { Sequential } from "../sequential.ts";
import type { InitializerLike } from "./index.ts";

const WIDTH = 100;
const DEPTH = 120;

/** ln |∂J/∂h| at the input of each layer minus that at the output, the last layer first, for one input and one random gradient. */
function logNorms(weightInit: InitializerLike, nonlinearity: "linear" | "relu", seed: number): number[] {
	return scope(() => {
		const rng = new RandomStream(seed, "walk");
		const layers: Module[] = [];
		for (let i = 0; i < DEPTH; i++) {
			layers.push(new Linear(WIDTH, WIDTH, { rng: rng.split(i), weightInit, bias: false }));
			if (nonlinearity === "relu") layers.push(activation("relu"));
		}
		const model = new Sequential(layers);
		const x = randomNormal([1, WIDTH], rng.split("x")).requireGrad();
		const inputs: Tensor[] = [];
		for (const layer of layers) if (layer instanceof Linear) layer.observe(({ inputs: [input] }) => inputs.push(input as Tensor));
		const output = model.forward(x);
		const gradient = randomNormal([1, WIDTH], rng.split("gradient"));
		const norm = (t: Tensor): number => Math.hypot(...t.dataSync());
		const found = gradients(output, inputs, { gradient }).map((g) => Math.log(norm(g) / norm(gradient)));
		for (const p of Object.values(model.parameters())) p.dispose();
		return found.reverse();
	});
}

/** Mean of where the walks end. */
const meanEnd = (walks: readonly (readonly number[])[]): number => walks.reduce((sum, walk) => sum + walk.at(-1)!, 0) / walks.length;

/**
 * One layer moves the log-norm by (ln χ²ₙ) / 2 with n = 100 terms for linear layers, about 50 for ReLU, whose number of live units varies
 * too: variances 1 / 2n = 0.005 and about 5 / 4n = 0.0125. So after 120 layers the walk's standard deviation is 0.77 and 1.22.
 */
const deviation = { linear: Math.sqrt(DEPTH * 0.005), relu: Math.sqrt(DEPTH * 0.0125) };

/** Nets that a test averages over: one executor carries the statistics, the others show that they compute the same. */
const netCounts: Record<string, number> = { wasm: 16 };

describe.each(executors)("on $name", ({ name, executor }) => {
	const netCount = netCounts[name] ?? 4;
	const walks = (init: InitializerLike, nonlinearity: "linear" | "relu"): number[][] =>
		withExecutor(executor, () => Array.from({ length: netCount }, (_, i) => logNorms(init, nonlinearity, i)));

	test.each(["linear", "relu"] as const)(
		"%s: each walk stays within four deviations, and the mean of their ends within four of its own",
		(nonlinearity) => {
			const found = walks({ randomWalk: { nonlinearity } }, nonlinearity);
			const farthest = Math.max(...found.flat().map(Math.abs));
			expect(farthest).toBeLessThan(4 * deviation[nonlinearity]);
			expect(Math.abs(meanEnd(found))).toBeLessThan((4 * deviation[nonlinearity]) / Math.sqrt(netCount));
		},
	);
});

test("He's weights let the log-norm sink by ln(g / √2) a layer more, which their walks show", () => {
	const seeds = Array.from({ length: 16 }, (_, seed) => seed);
	const walk = seeds.map((seed) => logNorms("randomWalk", "relu", seed));
	const he = seeds.map((seed) => logNorms("heNormal", "relu", seed));
	// Without biases a net of ReLU is homogeneous in its weights: 120 layers of 1.2 / (100 − 2.4), up to float32's rounding in 240 steps.
	for (const i of seeds) expect(walk[i].at(-1)! - he[i].at(-1)!).toBeCloseTo((DEPTH * 1.2) / 97.6, 3);
	expect(meanEnd(he)).toBeLessThan((-4 * deviation.relu) / Math.sqrt(seeds.length));
});
