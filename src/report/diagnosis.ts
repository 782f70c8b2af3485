/** What a run's curves say about it: rules over its records, each with a threshold and the reason for it. Not advice from experience of other runs. */
import type { EpochEvent, LayersEvent } from "../runs/events.ts";
import type { RunRecord } from "../runs/read-run.ts";
import { formatNumber, formatPercent } from "./format.ts";
import { comparePaths, layerOf } from "./layer-path.ts";

/** What can be said of a run. */
export type FindingKind =
	| "instability"
	| "dead units"
	| "vanishing gradients"
	| "over-fitting"
	| "under-fitting"
	| "slow convergence"
	| "fine";

/** One thing that the records show. */
export interface Finding {
	readonly kind: FindingKind;
	/** The numbers that show it, as a sentence. */
	readonly evidence: string;
	/** What to try. */
	readonly advice: string;
}

/** What diagnosis reads; `readRun` gives it. */
export type DiagnosedRun = Pick<RunRecord, "steps" | "epochs" | "layers" | "nonFinite" | "end">;

/** Over-fitting: this much above its lowest, a validation loss no longer wavers by chance of the batches but rises. */
const VALIDATION_RISE = 0.1;
/** … while the training loss fell by this much since, so that the two really part. */
const TRAINING_FALL = 0.02;
/** Over-fitting: ten points of accuracy between parts are more than splits of a few hundred examples differ by chance (two deviations at n = 100, p = 0.5). */
const ACCURACY_GAP = 0.1;
/** Instability: a batch three times the usual loss is rare even in small batches, … */
const SPIKE_FACTOR = 3;
/** … where the loss is not so small that single hard examples decide: half of where training began. */
const SPIKE_LEVEL = 0.5;
/** Share of recorded steps with spikes that is no accident any more. */
const SPIKE_SHARE = 0.01;
/** Steps that say what is usual. */
const USUAL_STEPS = 20;
/** Divergence: the last epoch lies this much above the first. */
const DIVERGED = 1.2;
/** Under-fitting: less than this part of the first loss was learned away. Guessing class frequencies often takes off as much. */
const LITTLE_LEARNED = 0.2;
/** A loss is flat if a quarter of the training changes it by less. */
const FLAT = 0.02;
/** Slow convergence: the loss still falls by this part of itself over the last quarter, … */
const STILL_FALLING = 0.1;
/** … which is this part of the first loss at least: the last hundredths of a solved task are not worth longer training. */
const WORTH_IT = 0.02;
/** Dead units: with 95 % zeros one unit in twenty still answers. ReLU at random weights gives 50 %. */
const DEAD_SHARE = 0.95;
/** Vanishing gradients: relative to the last layer; healthy networks stay within about a factor of 100. */
const VANISHED = 1e-4;
/** Epochs from which trends can be read. */
const LEAST_EPOCHS = 4;

/**
 * What the records of a run show, the gravest first; "fine" alone if no rule applies.
 *
 * @example
 * for (const { kind, evidence } of diagnose(readRun(events))) console.log(`${kind}: ${evidence}`);
 */
export function diagnose(run: DiagnosedRun): Finding[] {
	const findings = [
		instability(run),
		deadUnits(run.layers),
		vanishingGradients(run.layers),
		overFitting(run.epochs),
		underFitting(run),
		slowConvergence(run),
	].filter((finding) => finding !== null);
	return findings.length > 0 ? findings : [fine(run)];
}

function instability({ nonFinite, steps, epochs }: DiagnosedRun): Finding | null {
	const advice = "Lower the learning rate (by 3 to 10 times), clip gradients (clipNorm), or warm up.";
	if (nonFinite !== null) {
		return { kind: "instability", evidence: `At step ${nonFinite.step}, ${nonFinite.where} became ${nonFinite.value}.`, advice };
	}
	const [first, last] = [epochs[0]?.train.loss, epochs.at(-1)?.train.loss];
	if (first !== undefined && last !== undefined && epochs.length > 1 && last > DIVERGED * first) {
		const evidence = `The training loss rose from ${formatNumber(first)} in the first epoch to ${formatNumber(last)} in the last.`;
		return { kind: "instability", evidence, advice };
	}
	const spikes = spikesIn(steps.map(({ loss }) => loss));
	if (spikes.length < Math.max(2, SPIKE_SHARE * steps.length)) return null;
	const worst = spikes.reduce((a, b) => (b.ratio > a.ratio ? b : a));
	const evidence =
		`${spikes.length} of ${steps.length} recorded steps had a loss over ${SPIKE_FACTOR} times the median of the ${USUAL_STEPS} before; ` +
		`the worst, step ${steps[worst.at].step}, ${formatNumber(worst.ratio)} times (${formatNumber(steps[worst.at].loss)}).`;
	return { kind: "instability", evidence, advice };
}

function spikesIn(losses: readonly number[]): { at: number; ratio: number }[] {
	const level = SPIKE_LEVEL * median(losses.slice(0, USUAL_STEPS));
	return losses.flatMap((loss, at) => {
		if (at < USUAL_STEPS) return [];
		const usual = median(losses.slice(at - USUAL_STEPS, at));
		return loss > SPIKE_FACTOR * usual && loss > level ? [{ at, ratio: loss / usual }] : [];
	});
}

function overFitting(epochs: readonly EpochEvent[]): Finding | null {
	const judged = epochs.filter(({ validation }) => Number.isFinite(validation?.loss));
	const last = judged.at(-1);
	if (last?.validation == null || judged.length < 2) return null;
	const best = judged.reduce((a, b) => (validationLoss(b) < validationLoss(a) ? b : a));
	const advice =
		"Regularise (dropout, weight decay, augmentation), take a smaller model or more data; early stopping (patience) saves the time after the best epoch.";
	const rise = validationLoss(last) / validationLoss(best) - 1;
	if (rise > VALIDATION_RISE && last.train.loss < best.train.loss * (1 - TRAINING_FALL)) {
		const evidence =
			`The validation loss rose by ${formatPercent(rise)} after its lowest in epoch ${best.epoch + 1} (${formatNumber(validationLoss(best))} → ` +
			`${formatNumber(validationLoss(last))}), while the training loss fell from ${formatNumber(best.train.loss)} to ${formatNumber(last.train.loss)}.`;
		return { kind: "over-fitting", evidence, advice };
	}
	const gap = last.train.accuracy - last.validation.accuracy;
	if (!(gap > ACCURACY_GAP)) return null;
	const evidence = `Accuracy is ${formatPercent(last.train.accuracy)} in training and ${formatPercent(last.validation.accuracy)} in validation after the last epoch.`;
	return { kind: "over-fitting", evidence, advice };
}

function underFitting(run: DiagnosedRun): Finding | null {
	const { epochs } = run;
	if (epochs.length < LEAST_EPOCHS) return null;
	const [first, last] = [firstLoss(run), epochs[epochs.length - 1].train.loss];
	const learned = 1 - last / first;
	const change = fallOverLastQuarter(epochs, ({ train }) => train.loss);
	if (!(learned < LITTLE_LEARNED && Math.abs(change) < FLAT) || last > DIVERGED * first) return null;
	const evidence =
		`The training loss went from ${formatNumber(first)} at the start to ${formatNumber(last)}, ${formatPercent(learned)} less, and changed by only ` +
		`${formatPercent(Math.abs(change))} over the last quarter of the epochs.`;
	const advice =
		"Try a larger model, a higher learning rate or less regularisation; and check that the inputs hold what decides over the target.";
	return { kind: "under-fitting", evidence, advice };
}

function slowConvergence(run: DiagnosedRun): Finding | null {
	const { epochs, end } = run;
	if (epochs.length < LEAST_EPOCHS || end?.reason === "early stopping") return null;
	const isJudged = epochs.every(({ validation }) => Number.isFinite(validation?.loss));
	const loss = isJudged ? validationLoss : ({ train }: EpochEvent) => train.loss;
	const fall = fallOverLastQuarter(epochs, loss);
	const last = loss(epochs[epochs.length - 1]);
	const before = last / (1 - fall);
	if (!(fall > STILL_FALLING && before - last > WORTH_IT * firstLoss(run))) return null;
	const evidence =
		`The ${isJudged ? "validation" : "training"} loss was still falling at the end: by ${formatPercent(fall)} over the last quarter of the epochs ` +
		`(${formatNumber(before)} → ${formatNumber(last)}).`;
	return { kind: "slow convergence", evidence, advice: "Train for more epochs, or raise the learning rate." };
}

function deadUnits(layers: readonly LayersEvent[]): Finding | null {
	const shares = valuesByPath(laterHalf(layers), ({ activations }) => activations.map(({ path, zeroShare }) => [path, zeroShare]));
	const dead = [...shares].map(([path, values]) => ({ path, share: median(values) })).filter(({ share }) => share >= DEAD_SHARE);
	if (dead.length === 0) return null;
	const evidence = `Outputs that are zero: ${dead.map(({ path, share }) => `${formatPercent(share)} of layer ${path || "model"}`).join(", ")} (median over the second half).`;
	const advice = "Lower the learning rate, or use an activation that also passes negative values (leakyRelu, gelu), with heNormal weights.";
	return { kind: "dead units", evidence, advice };
}

function vanishingGradients(layers: readonly LayersEvent[]): Finding | null {
	const norms = valuesByPath(laterHalf(layers), ({ parameters }) => {
		const byLayer = Map.groupBy(parameters, ({ path }) => layerOf(path));
		return [...byLayer].map(([path, records]) => [path, Math.hypot(...records.map(({ gradNorm }) => gradNorm))]);
	});
	// A layer without any gradient is frozen, which is somebody's wish.
	const layersOf = [...norms]
		.map(([path, values]) => ({ path, norm: median(values) }))
		.filter(({ norm }) => norm > 0)
		.sort((a, b) => comparePaths(a.path, b.path));
	const [first, last] = [layersOf[0], layersOf.at(-1)];
	if (first === undefined || last === undefined || layersOf.length < 2 || !(first.norm < VANISHED * last.norm)) return null;
	const evidence =
		`The gradient of layer ${first.path} has a norm of ${formatNumber(first.norm)}, that of layer ${last.path} ${formatNumber(last.norm)}: ` +
		`a ratio of ${formatNumber(first.norm / last.norm)} (medians over the second half).`;
	const advice =
		"Use relu or gelu instead of sigmoid or tanh, batchNorm or layerNorm, residual connections, or initial weights for the activation.";
	return { kind: "vanishing gradients", evidence, advice };
}

function fine({ epochs }: DiagnosedRun): Finding {
	const last = epochs.at(-1);
	if (last === undefined)
		return { kind: "fine", evidence: "No epoch was completed, so there is nothing to judge.", advice: "Train for longer." };
	const validation = last.validation === null ? "" : `, validation ${formatNumber(last.validation.loss)}`;
	const evidence = `After ${epochs.length} ${epochs.length === 1 ? "epoch" : "epochs"}: training loss ${formatNumber(last.train.loss)}${validation}; no rule found anything wrong.`;
	return {
		kind: "fine",
		evidence,
		advice: epochs.length < LEAST_EPOCHS ? "Trends can be read from four epochs on." : "Nothing needs to change.",
	};
}

function validationLoss({ validation }: EpochEvent): number {
	return validation?.loss ?? Number.NaN;
}

/** Where training began: the median of the first steps, at most ten and a twentieth of all; else the first epoch's mean. */
function firstLoss({ steps, epochs }: DiagnosedRun): number {
	if (steps.length === 0) return epochs[0].train.loss;
	return median(steps.slice(0, Math.min(10, Math.ceil(steps.length / 20))).map(({ loss }) => loss));
}

/** By which part of itself a loss fell from the three quarters of the epochs to the end. */
function fallOverLastQuarter(epochs: readonly EpochEvent[], loss: (epoch: EpochEvent) => number): number {
	const span = Math.max(1, Math.round(epochs.length / 4));
	return 1 - loss(epochs[epochs.length - 1]) / loss(epochs[epochs.length - 1 - span]);
}

function laterHalf<T>(records: readonly T[]): readonly T[] {
	return records.slice(Math.floor(records.length / 2));
}

function valuesByPath(
	layers: readonly LayersEvent[],
	pairs: (event: LayersEvent) => readonly (readonly [path: string, value: number])[] | [string, number][],
): Map<string, number[]> {
	const byPath = new Map<string, number[]>();
	for (const [path, value] of layers.flatMap((event) => [...pairs(event)])) byPath.set(path, [...(byPath.get(path) ?? []), value]);
	return byPath;
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
