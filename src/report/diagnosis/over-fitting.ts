/** A network that learns its training examples instead of what they have in common with others. */
import type { EpochEvent } from "../../runs/events.ts";
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import { lossWaver, shareError } from "../sampling.ts";
import { titleOf } from "../score-facts.ts";
import type { Diagnosed, Finding } from "./finding.ts";
import { validationLoss } from "./trends.ts";

/** A validation loss this much above its lowest is worth a word, … */
const VALIDATION_RISE = 0.1;
/** … if the training loss fell by this much since, so that the two really part. */
const TRAINING_FALL = 0.02;
/** Ten points between the parts are worth a word. */
const GAP = 0.1;
/** Standard errors that chance exceeds in one case of twenty. */
const BEYOND_CHANCE = 2;

const advice =
	"Regularise (dropout, weight decay, augmentation), take a smaller model or more data; early stopping (patience) saves the time after the best epoch.";

/** A validation loss that rises while the training loss falls, or shares that lie far apart; both by more than chance on so few examples. */
export function overFitting(report: Diagnosed): Finding | null {
	const judged = report.run.epochs.filter(({ validation }) => Number.isFinite(validation?.loss));
	const last = judged.at(-1);
	if (last === undefined) return null;
	const evidence = riseOf(report, judged, last) ?? gapOf(report, last);
	return evidence === null ? null : { kind: "over-fitting", evidence, advice };
}

function riseOf({ data }: Diagnosed, judged: readonly EpochEvent[], last: EpochEvent): string | null {
	const n = data.parts.validation ?? 0;
	const best = judged.reduce((a, b) => (validationLoss(b) < validationLoss(a) ? b : a));
	const rise = validationLoss(last) / validationLoss(best) - 1;
	const chance = BEYOND_CHANCE * lossWaver(n);
	const parts = last.train.loss < best.train.loss * (1 - TRAINING_FALL);
	if (!(rise > VALIDATION_RISE && rise > chance && parts)) return null;
	return (
		`The validation loss rose by ${formatPercent(rise)} after its lowest in epoch ${best.epoch + 1} (${formatNumber(validationLoss(best))} → ` +
		`${formatNumber(validationLoss(last))}), while the training loss fell from ${formatNumber(best.train.loss)} to ${formatNumber(last.train.loss)}. ` +
		`Chance on ${formatCount(n)} examples is about ± ${formatPercent(chance, 0)}.`
	);
}

function gapOf({ data, scores }: Diagnosed, { train, validation }: EpochEvent): string | null {
	const shares = Object.keys(scores).filter((name) => scores[name].unit === "share" && scores[name].goal === "max");
	const [n, m] = [data.parts.training ?? 0, data.parts.validation ?? 0];
	for (const name of shares) {
		const [trained, judged] = [train[name], validation?.[name] ?? Number.NaN];
		const chance = BEYOND_CHANCE * Math.hypot(shareError(trained, n), shareError(judged, m));
		if (!(trained - judged > GAP && trained - judged > chance)) continue;
		return (
			`${titleOf(scores, name)} is ${formatPercent(trained)} in training and ${formatPercent(judged)} in validation after the last epoch: ` +
			`${(100 * (trained - judged)).toFixed(1)} points apart, where chance on ${formatCount(m)} examples makes about ± ${(100 * chance).toFixed(1)}.`
		);
	}
	return null;
}
