/** A network that does no better than one that never looks at its input. */
import { classBaseline, valueBaseline } from "../baseline.ts";
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import type { ClassOutcome, JudgedPart, ValueOutcome } from "../run-report-data.ts";
import { shareInterval } from "../sampling.ts";
import type { Diagnosed, Finding } from "./finding.ts";
import { firstLoss } from "./trends.ts";

/** A training loss below this part of the first was learnt by heart where other examples show nothing of it. */
const BY_HEART = 0.5;
/** A rate that may as well lie this much above the baseline's is not known well. */
const WIDE = 0.1;

/** Decisions and probabilities, or predicted numbers, that the best constant answer equals or beats. */
export function nothingLearnt({ run, judged }: Diagnosed): Finding | null {
	const last = run.epochs.at(-1);
	if (judged === null || last === undefined) return null;
	const shown = judged.outcome.kind === "classes" ? classEvidence(judged.outcome, judged) : valueEvidence(judged.outcome, judged);
	if (shown === null) return null;
	// The first step's is that of random weights; the median of the first few may already be high from a first jump.
	const first = Math.min(firstLoss(run), run.steps[0]?.loss ?? Number.POSITIVE_INFINITY);
	const byHeart = last.train.loss < BY_HEART * first;
	if (!byHeart) {
		const advice =
			"Train for longer, try a learning rate ten times higher and one ten times lower, and check that the inputs hold what decides over the target.";
		return { kind: "nothing learnt", evidence: shown, advice };
	}
	const heart = `The training loss fell all the same, from ${formatNumber(first)} to ${formatNumber(last.train.loss)}: the training examples were learnt by heart.`;
	const advice =
		"More data helps most; a smaller model or more regularisation (dropout, weight decay) next. Check that the inputs hold what decides over the target.";
	return { kind: "nothing learnt", evidence: `${shown} ${heart}`, advice };
}

function classEvidence(outcome: ClassOutcome, { name }: JudgedPart): string | null {
	const { count, right, answer, answerRight, entropy } = classBaseline(outcome);
	// Of a rare class probabilities can tell a lot though no decision is for it.
	if (outcome.logLoss !== null && outcome.logLoss < entropy) return null;
	const [low, high] = shareInterval(right, count);
	const baseline = answerRight / count;
	const isWide = high > baseline + WIDE;
	// A little more may be chance, if there are enough examples to tell that it is not much more.
	if (right > answerRight && (low > baseline || isWide || outcome.logLoss === null)) return null;
	const [from, to] = [formatPercent(low, 0), formatPercent(high, 0)];
	const chance = isWide
		? ` So few examples say little: the rate may be anything from ${from} to ${to}.`
		: right > answerRight
			? ` The difference may be chance: the rate lies between ${from} and ${to}.`
			: "";
	return (
		`${formatCount(right)} of ${formatCount(count)} ${name} examples are answered rightly (${formatPercent(right / count)}); always answering ` +
		`“${answer}” is right on ${formatCount(answerRight)} (${formatPercent(baseline)}).${chance}`
	);
}

function valueEvidence({ targets }: ValueOutcome, { name, exampleCount }: JudgedPart): string | null {
	const errors = targets.map((target) => ({ name: target.name, ...valueBaseline(target) }));
	if (exampleCount < 2 || errors.some(({ rms, meanRms }) => rms < meanRms)) return null;
	const texts = errors.map((one) => `for ${one.name} ${formatNumber(one.rms)} against ${formatNumber(one.meanRms)}`);
	return `On ${formatCount(exampleCount)} ${name} examples the root mean squared error is no better than that of always answering the mean: ${texts.join(", ")}.`;
}
