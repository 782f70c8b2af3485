/** A training that ended too early. */
import type { EpochEvent } from "../../runs/events.ts";
import { formatNumber, formatPercent } from "../format.ts";
import type { Diagnosed, Finding } from "./finding.ts";
import { fallOverLastQuarter, firstLoss, LEAST_EPOCHS, validationLoss } from "./trends.ts";

/** The loss still falls by this part of itself over the last quarter, … */
const STILL_FALLING = 0.1;
/** … which is this part of the first loss at least: the last hundredths of a solved task are not worth longer training. */
const WORTH_IT = 0.02;

/** A loss that was still falling at the end. */
export function slowConvergence({ run }: Diagnosed): Finding | null {
	const { epochs, end } = run;
	// What is not over cannot have ended too early.
	if (epochs.length < LEAST_EPOCHS || end === null || end.reason === "early stopping" || end.reason === "interrupted") return null;
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
