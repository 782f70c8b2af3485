import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { executors } from "../../test/executors.ts";
import { adafactor, type Executor, lamb, lbfgs, muon, type Optimizer, sgd, type Tensor, tensor, withExecutor } from "../index.ts";
import { orthogonalized } from "./optimizers/muon.ts";

const fixture = new URL("../../test/oracle/fixtures/optim-tensors.json", import.meta.url);
const { start, scales, targets, gradients, cases } = JSON.parse(readFileSync(fixture, "utf8")) as {
	start: number[];
	scales: number[][];
	targets: number[][];
	gradients: number[][];
	cases: Record<string, number[][]>;
};

interface Parameters {
	readonly w: Tensor;
	readonly b: Tensor;
}
type Make = (p: Parameters & Record<string, Tensor>) => Optimizer;
const makers: Record<string, Make> = {
	lamb: (p) => lamb(p),
	"lamb options": (p) => lamb(p, { lr: 0.02, betas: [0.8, 0.95], epsilon: 1e-3, weightDecay: 0.3 }),
	muon: (p) => muon(p),
	"muon plain": (p) => muon(p, { momentum: 0.8, nesterov: false, adamLr: 1e-2, weightDecay: 0.5 }),
	"muon transposed": (p) => muon(p),
	adafactor: (p) => adafactor(p),
	"adafactor options": (p) => adafactor(p, { lr: 0.3, epsilon: 1e-6, leastScale: 2, clipThreshold: 0.5 }),
	lbfgs: (p) => lbfgs(p, { lr: 0.2, maxIterations: 5 }),
	"lbfgs short history": (p) => lbfgs(p, { lr: 0.2, maxIterations: 4, historySize: 2 }),
};

/**
 * Five Newton–Schulz rounds enlarge roundings of small singular values by up to 3.4445⁵ ≈ 500: 500 · 6e-8 · lr 0.02 a step. Adafactor's large
 * case walks 0.3 of the values' size a step. L-BFGS feeds roundings of gradients back through products of differences.
 */
const tolerances: Record<string, number> = {
	muon: 2e-5,
	"muon plain": 2e-5,
	"muon transposed": 2e-5,
	lbfgs: 1e-4,
	"lbfgs short history": 1e-4,
};
/** Ours rounds to float32 at each step. */
const TOLERANCE = 5e-6;

const turned = (values: readonly number[]): number[][] =>
	Array.from({ length: 3 }, (_, j) => Array.from({ length: 4 }, (_, i) => values[3 * i + j]));
const matrix = (name: string, values: readonly number[]): Tensor =>
	name.endsWith("transposed") ? tensor(turned(values)) : tensor(values.slice(0, 12), { shape: [4, 3] });
const make = (name: string, values: readonly number[]): Parameters & Record<string, Tensor> => ({
	w: matrix(name, values),
	b: tensor(values.slice(12)),
});
const flat = ({ w, b }: Parameters): number[] => [...w.dataSync(), ...b.dataSync()];

function linearLoss(name: string, { w, b }: Parameters, step: number): Tensor {
	return w
		.mul(matrix(name, gradients[step]))
		.sum()
		.add(b.mul(tensor(gradients[step].slice(12))).sum());
}

function curvedLoss({ w, b }: Parameters): Tensor {
	const x = w.reshape([12]);
	const differences = x.narrow(0, [1, 12]).sub(x.narrow(0, [0, 11]));
	return tensor(scales)
		.mul(w.sub(tensor(targets)).square())
		.sum()
		.div(2)
		.add(differences.square().square().sum().div(10))
		.add(b.square().sum().div(2))
		.add(b.mul(w.select(0, 0)).sum().square().div(4));
}

function run(name: string, executor: Executor, interruptAt = -1): number[][] {
	return withExecutor(executor, () => {
		let p = make(name, start);
		let optimizer = makers[name](p);
		return cases[name].map((_, i) => {
			if (i === interruptAt) {
				const state = structuredClone(optimizer.state());
				p = { w: tensor(p.w.dataSync(), { shape: p.w.shape }), b: tensor(p.b.dataSync()) };
				optimizer = makers[name](p);
				optimizer.load(state);
			}
			optimizer.step(() => {
				optimizer.zeroGrad();
				const loss = name.startsWith("lbfgs") ? curvedLoss(p) : linearLoss(name, p, i);
				loss.backward();
				return loss.item();
			});
			return flat(p);
		});
	});
}

describe.each(executors)("optimizers of whole tensors on $name", ({ executor }) => {
	it.each(Object.keys(cases))("%s follows the float64 trajectory", (name) => {
		const tolerance = tolerances[name] ?? TOLERANCE;
		run(name, executor).forEach((values, step) => {
			for (const [i, value] of values.entries()) {
				const expected = cases[name][step][i];
				expect(Math.abs(value - expected), `step ${step}, element ${i}: ${value} and ${expected}`).toBeLessThan(
					tolerance * Math.max(1, Math.abs(expected)),
				);
			}
		});
	});

	it.each(Object.keys(makers))("%s goes on from a saved state with the same bits", (name) => {
		const at = Math.min(11, cases[name].length - 2);
		expect(run(name, executor, at)).toEqual(run(name, executor));
	});

	it("clipping, regularization and accumulation reach rules of whole tensors as they do elementwise ones", () => {
		withExecutor(executor, () => {
			const options = { l2: 0.1, l1: 0.01, clipNorm: 0.5, weightDecay: 0.2, accumulate: 2, lr: 0.1 };
			const states = [lamb, sgd].map((maker) => {
				const p = make("", start);
				const optimizer = maker(p, options);
				for (let i = 0; i < 2; i++) {
					optimizer.zeroGrad();
					linearLoss("", p, i).backward();
					optimizer.step();
				}
				return { optimizer, p };
			});
			// LAMB's first moment after one step is 0.1 g, and SGD moves by 0.1 g: both tell the gradient they saw.
			const means = states[0].optimizer.state().slots["mean.b"];
			states[1].p.b.dataSync().forEach((value, i) => {
				expect(start[12 + i] - value).toBeCloseTo(means[i], 6);
			});
		});
	});

	it("muon's matrices become orthogonal to within the iteration's band", () => {
		withExecutor(executor, () => {
			for (const shape of [
				[4, 3],
				[3, 5],
			]) {
				const values = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(7 * i + 1) * (i + 1));
				const x = orthogonalized(tensor(values, { shape }));
				const small = shape[0] > shape[1] ? x.transpose().matmul(x) : x.matmul(x.transpose());
				const [first, ...rest] = small.toArray() as number[][];
				// Singular values in 0.7 … 1.2, squared; off the diagonal no more than half of their spread.
				expect(first[0]).toBeGreaterThan(0.45);
				expect(first[0]).toBeLessThan(1.5);
				expect(Math.abs(rest[0][0])).toBeLessThan(0.5);
			}
		});
	});
});

describe("muon", () => {
	it("leaves a matrix named in adamFor to AdamW", () => {
		withExecutor(executors[0].executor, () => {
			const p = {
				"embedding.weight": tensor([
					[1, 2],
					[3, 4],
				]),
				w: tensor([
					[1, 2],
					[3, 4],
				]),
			};
			const optimizer = muon(p, { adamFor: ["embedding.*"] });
			p["embedding.weight"].sum().add(p.w.sum()).backward();
			optimizer.step();
			// Adam's first step is the rate times the sign.
			for (const [i, value] of p["embedding.weight"].dataSync().entries()) expect(value).toBeCloseTo(i + 1 - 3e-4, 6);
			expect(Object.keys(optimizer.state().slots).sort()).toEqual(["mean.embedding.weight", "square.embedding.weight", "velocity.w"]);
		});
	});
});

describe("lamb", () => {
	it("uses ratio 1 for a tensor of zeros, and stays where parameter, gradient and decay are 0", () => {
		withExecutor(executors[0].executor, () => {
			const [a, b] = [tensor([0, 0]), tensor([0, 0])];
			const optimizer = lamb([a, b], { lr: 0.1, epsilon: 0.01 });
			a.sum().add(b.mul(0).sum()).backward();
			optimizer.step();
			for (const value of a.dataSync()) expect(value).toBeCloseTo(-0.1 / 1.01, 6);
			expect(b.toArray()).toEqual([0, 0]);
		});
	});
});

describe("adafactor", () => {
	it("stays finite where gradients of a matrix are 0 in whole rows and columns", () => {
		withExecutor(executors[0].executor, () => {
			const w = tensor([
				[1, 2],
				[3, 4],
			]);
			const optimizer = adafactor({ w });
			w.mul(
				tensor([
					[1, 0],
					[0, 0],
				]),
			)
				.sum()
				.backward();
			optimizer.step();
			const values = w.dataSync();
			expect(values[0]).toBeLessThan(1);
			expect([...values].slice(1)).toEqual([2, 3, 4]);
		});
	});
});
