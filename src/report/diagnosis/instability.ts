/** A training that jumps. */
import { formatNumber } from "../format.ts";
import { ADVICE } from "./divergence.ts";
import type { Diagnosed, Finding } from "./finding.ts";
import { median } from "./trends.ts";

/** A batch three times the usual loss is rare even in small batches, … */
const SPIKE_FACTOR = 3;
/** … where the loss is not so small that single hard examples decide: half of where training began. */
const SPIKE_LEVEL = 0.5;
/** Share of recorded steps with spikes that is no accident any more. */
const SPIKE_SHARE = 0.01;
/** Steps that say what is usual. */
const USUAL_STEPS = 20;
/** A loss this many times that of the first step, at random weights, is no bad batch: the weights were thrown far away. */
const BLOWN_UP = 100;

type Steps = Diagnosed["run"]["steps"];

/** A loss that blew up for a while, or spikes. */
export function instability({ run }: Diagnosed): Finding | null {
	const evidence = blowUpIn(run.steps) ?? spikesIn(fullBatches(run));
	return evidence === null ? null : { kind: "instability", evidence, advice: ADVICE };
}

function blowUpIn(steps: Steps): string | null {
	const [first] = steps;
	// A loss that may be below 0, as a log-density, has no ratio.
	if (first === undefined || !(first.loss > 0)) return null;
	const worst = steps.reduce((a, b) => (b.loss > a.loss ? b : a));
	if (!(worst.loss > BLOWN_UP * first.loss)) return null;
	return (
		`The loss of a batch rose from ${formatNumber(first.loss)} at step ${first.step} to ${formatNumber(worst.loss)} at step ${worst.step}, ` +
		`${formatNumber(worst.loss / first.loss)} times as much.`
	);
}

/** Steps without the last of each epoch where its batch is less than half full: the mean of a few examples jumps by chance. */
function fullBatches({ start, steps }: Diagnosed["run"]): Steps {
	if (start === null) return steps;
	const { exampleCount, batchSize, stepsPerEpoch } = start;
	const lastSize = exampleCount - batchSize * (stepsPerEpoch - 1);
	return lastSize >= batchSize / 2 ? steps : steps.filter(({ step }) => step % stepsPerEpoch !== 0);
}

function spikesIn(steps: Steps): string | null {
	const losses = steps.map(({ loss }) => loss);
	const level = SPIKE_LEVEL * median(losses.slice(0, USUAL_STEPS));
	if (!(level > 0)) return null;
	const spikes = losses.flatMap((loss, at) => {
		if (at < USUAL_STEPS) return [];
		const usual = median(losses.slice(at - USUAL_STEPS, at));
		return usual > 0 && loss > SPIKE_FACTOR * usual && loss > level ? [{ at, ratio: loss / usual }] : [];
	});
	if (spikes.length < Math.max(2, SPIKE_SHARE * steps.length)) return null;
	const worst = spikes.reduce((a, b) => (b.ratio > a.ratio ? b : a));
	return (
		`${spikes.length} of ${steps.length} recorded steps had a loss over ${SPIKE_FACTOR} times the median of the ${USUAL_STEPS} before; ` +
		`the worst, step ${steps[worst.at].step}, ${formatNumber(worst.ratio)} times (${formatNumber(losses[worst.at])}).`
	);
}
