/** The learning-rate range test: the rate rises step by step, and the loss tells which rates learn. */
import { ArgumentError } from "../core/errors.ts";
import type { RandomStream } from "../core/random/index.ts";
import type { Dataset } from "../data/dataset.ts";
import { epochOrder, Loader, shuffleFor } from "../data/loader.ts";
import type { LossFunction } from "../nn/losses/loss.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { scope } from "../tensor/scope.ts";
import { toTensors } from "./evaluate.ts";

/** How rates are tried. */
export interface LrFinderOptions {
	readonly model: Module;
	readonly loss: LossFunction;
	readonly optimizer: Optimizer;
	readonly train: Dataset;
	readonly rng: RandomStream;
	/** Default 64. */
	readonly batchSize?: number;
	/** Default 1e-7. */
	readonly from?: number;
	/** Default 10. */
	readonly to?: number;
	/** Default 200. */
	readonly steps?: number;
	/** Share of the past in the smoothed loss, 0 to 1. Default 0.9. */
	readonly smoothing?: number;
}

/** One rate that was tried. */
export interface TriedRate {
	readonly lr: number;
	readonly loss: number;
	/** Running mean, corrected for its start. */
	readonly smoothed: number;
}

/** What a range test found. */
export interface LrFinding {
	readonly tried: readonly TriedRate[];
	/** Where the smoothed loss falls fastest; null if it never falls. */
	readonly suggestion: number | null;
	/** Where the smoothed loss was least; rates from here on are too large. */
	readonly largest: number | null;
}

/** The test ends when the smoothed loss is this many times the best one. */
const DIVERGED = 4;

/** Steps at the start and before the end in which the running mean says little. */
const EDGE = 5;

/**
 * Raises the learning rate exponentially from `from` to `to` and records the loss; ends early when it explodes. Model, optimizer and
 * modes are put back as they were.
 *
 * @throws ArgumentError for bounds that are not 0 < from < to, or fewer than 20 steps
 * @see Smith 2017, arXiv:1506.01186
 */
export async function findLearningRate(options: LrFinderOptions): Promise<LrFinding> {
	const { model, optimizer, from = 1e-7, to = 10, steps = 200 } = options;
	if (!(from > 0 && to > from && Number.isFinite(to))) {
		throw new ArgumentError(`findLearningRate: expected 0 < from < to, received from ${from} to ${to}.`);
	}
	if (!(Number.isInteger(steps) && steps >= 20))
		throw new ArgumentError(`findLearningRate: expected at least 20 steps, received ${steps}.`);
	const before = { model: model.state(), optimizer: optimizer.state(), training: model.training };
	model.train();
	try {
		const tried = await tryRates({ ...options, from, to, steps });
		return { tried, ...judge(tried) };
	} finally {
		model.load(before.model);
		optimizer.load(before.optimizer);
		optimizer.zeroGrad();
		model.train(before.training);
	}
}

async function tryRates(options: LrFinderOptions & { from: number; to: number; steps: number }): Promise<TriedRate[]> {
	const { model, loss, optimizer, train, rng, batchSize = 64, from, to, steps, smoothing = 0.9 } = options;
	const tried: TriedRate[] = [];
	let [mean, best] = [0, Number.POSITIVE_INFINITY];
	for (let epoch = 0; tried.length < steps; epoch++) {
		const order = epochOrder({ size: train.size, epoch, rng, shuffle: shuffleFor(train) });
		for await (const batch of new Loader({ dataset: train, batchSize: Math.min(batchSize, train.size), order })) {
			const lr = from * (to / from) ** (tried.length / (steps - 1));
			optimizer.lr = lr;
			const value = scope(() => {
				const { x, y } = toTensors(batch, train, optimizer.parameters.executor);
				optimizer.zeroGrad();
				const lossTensor = loss(model.forward(x), y);
				lossTensor.backward();
				optimizer.step();
				return lossTensor.item();
			});
			if (!Number.isFinite(value)) return tried;
			mean = smoothing * mean + (1 - smoothing) * value;
			const smoothed = mean / (1 - smoothing ** (tried.length + 1));
			tried.push({ lr, loss: value, smoothed });
			best = Math.min(best, smoothed);
			if (tried.length === steps || (tried.length > EDGE && smoothed > DIVERGED * best)) return tried;
		}
	}
	return tried;
}

/** The steepest fall of the smoothed loss against the logarithm of the rate, before its least value. */
function judge(tried: readonly TriedRate[]): Pick<LrFinding, "suggestion" | "largest"> {
	if (tried.length < 2 * EDGE + 3) return { suggestion: null, largest: null };
	let least = EDGE;
	for (let i = EDGE; i < tried.length; i++) if (tried[i].smoothed < tried[least].smoothed) least = i;
	let [steepest, at] = [0, -1];
	for (let i = EDGE; i < least; i++) {
		const slope = tried[i + 1].smoothed - tried[i - 1].smoothed;
		if (slope < steepest) [steepest, at] = [slope, i];
	}
	return { suggestion: at < 0 ? null : tried[at].lr, largest: tried[least].lr };
}
