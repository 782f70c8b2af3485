/** A training that flew apart. */
import { formatNumber } from "../format.ts";
import type { Diagnosed, Finding } from "./finding.ts";

/** The last epoch lies this much above the first, … */
const RISEN = 1.2;
/** … or above the first batch's loss, at random weights, by this factor: a first epoch may hold the jump already. A batch alone wavers. */
const ABOVE_START = 3;

/** A value that is no number, a validation loss that is none, or a training loss that ends above its beginning. */
export function divergence({ run: { nonFinite, steps, epochs } }: Diagnosed): Finding | null {
	const finding = (evidence: string): Finding => ({ kind: "divergence", evidence, advice: ADVICE });
	if (nonFinite !== null) return finding(`At step ${nonFinite.step}, ${nonFinite.where} became ${nonFinite.value}.`);
	const [first, last] = [epochs[0], epochs.at(-1)];
	if (first === undefined || last === undefined) return null;
	const judged = last.validation?.loss ?? 0;
	if (!Number.isFinite(judged)) {
		return finding(`The validation loss is ${formatNumber(judged)} after the last epoch: values have grown beyond what numbers can hold.`);
	}
	if (hasDiverged(first.train.loss, last.train.loss)) {
		return finding(
			`The training loss rose from ${formatNumber(first.train.loss)} in the first epoch to ${formatNumber(last.train.loss)} in the last.`,
		);
	}
	const start = steps[0]?.loss ?? Number.POSITIVE_INFINITY;
	if (!(start > 0) || last.train.loss <= ABOVE_START * start) return null;
	return finding(
		`The training loss was ${formatNumber(start)} in the first step and is ${formatNumber(last.train.loss)} in the last epoch.`,
	);
}

/** What to try. */
export const ADVICE = "Lower the learning rate (by 3 to 10 times), clip gradients (clipNorm), or warm up.";

/** Whether a training loss ends so far above its beginning that it did not learn badly but fell apart. A loss that may be below 0 has no such ratio. */
export function hasDiverged(first: number, last: number): boolean {
	return first > 0 && last > RISEN * first;
}
