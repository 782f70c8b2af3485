/** A network that has not even learnt its training examples, and has stopped getting better. */
import { formatNumber, formatPercent } from "../format.ts";
import { hasDiverged } from "./divergence.ts";
import type { Diagnosed, Finding } from "./finding.ts";
import { fallOverLastQuarter, firstLoss, LEAST_EPOCHS } from "./trends.ts";

/** Less than this part of the first loss was learned away. Guessing class frequencies often takes off as much. */
const LITTLE_LEARNED = 0.2;
/** A loss is flat if a quarter of the training changes it by less. */
const FLAT = 0.02;

/** A training loss that hardly fell and is flat. */
export function underFitting({ run }: Diagnosed): Finding | null {
	const { epochs } = run;
	if (epochs.length < LEAST_EPOCHS) return null;
	const [first, last] = [firstLoss(run), epochs[epochs.length - 1].train.loss];
	const learned = 1 - last / first;
	const change = fallOverLastQuarter(epochs, ({ train }) => train.loss);
	if (!(learned < LITTLE_LEARNED && Math.abs(change) < FLAT) || hasDiverged(first, last)) return null;
	const path = `from ${formatNumber(first)} at the start to ${formatNumber(last)}`;
	const evidence =
		`${learned > 0 ? `The training loss fell ${path}, by ${formatPercent(learned)},` : `The training loss did not fall: it went ${path}`} ` +
		`and changed by only ${formatPercent(Math.abs(change))} over the last quarter of the epochs.`;
	const advice =
		"Try a larger model, a higher learning rate or less regularisation; and check that the inputs hold what decides over the target.";
	return { kind: "under-fitting", evidence, advice };
}
