/** What a run came to, in a sentence that needs no knowledge of the field, and what qualifies it. */
import { classBaseline, valueBaseline } from "./baseline.ts";
import { formatCounted, formatNumber, formatPercent } from "./format.ts";
import type { ClassOutcome, JudgedPart, RunReportData, ValueOutcome } from "./run-report-data.ts";
import { runStanding } from "./run-standing.ts";
import { shareInterval } from "./sampling.ts";
import { inSentence } from "./score-facts.ts";

/** A sentence, and more of them in smaller print. */
export interface Verdict {
	readonly sentence: string;
	readonly details: readonly string[];
}

/** What a run came to. */
export function verdictOf({ run, judged }: RunReportData): Verdict {
	const state = runStanding(run);
	const judgement = judged === null || judged.exampleCount === 0 ? null : judgementOf(judged);
	if (run.nonFinite !== null) {
		const { step, where, value } = run.nonFinite;
		const sentence = `Training broke down at step ${step}: ${where} became ${value}.`;
		return {
			sentence,
			details:
				judgement === null
					? []
					: [`The weights kept from epoch ${(run.end?.bestEpoch ?? 0) + 1}: ${inSentence(judgement.sentence)}`, ...judgement.details],
		};
	}
	const standing = state.isOver ? [] : [state.text];
	if (judgement !== null) {
		const sentence = state.isOver ? judgement.sentence : `So far ${inSentence(judgement.sentence)}`;
		return { sentence, details: [...standing, ...judgement.details] };
	}
	const last = run.epochs.at(-1);
	if (last === undefined) return { sentence: state.isOver ? "No epoch was completed." : "Not over yet.", details: [state.text] };
	const loss = formatNumber(last.validation?.loss ?? last.train.loss);
	const text = `${last.validation === null ? "Training" : "Validation"} loss ${loss} after ${formatCounted(run.epochs.length, "epoch")}.`;
	const unjudged = last.validation === null ? ["No examples were kept apart to judge it on others than it learned from."] : [];
	return { sentence: state.isOver ? text : `Not over yet: ${inSentence(text)}`, details: [...standing, ...unjudged] };
}

function judgementOf(part: JudgedPart): Verdict {
	return part.outcome.kind === "classes" ? classJudgement(part.outcome, part) : valueJudgement(part.outcome, part);
}

function classJudgement(outcome: ClassOutcome, { name }: JudgedPart): Verdict {
	const { count, right, answer, answerRight } = classBaseline(outcome);
	const [low, high] = shareInterval(right, count).map((share) => formatPercent(share));
	return {
		sentence: `Right on ${right === count ? "all" : `${formatNumber(right)} of`} ${formatCounted(count, `${name} example`)} (${formatPercent(right / count)}).`,
		details: [
			`On other examples of the kind it should be right on ${low} to ${high} (95 % interval).`,
			`Always answering “${answer}” would be right on ${formatPercent(answerRight / count)}.`,
		],
	};
}

function valueJudgement({ targets }: ValueOutcome, { name, exampleCount }: JudgedPart): Verdict {
	const errors = targets.map((target) => ({ name: target.name, ...valueBaseline(target) }));
	const list = (text: (one: (typeof errors)[number]) => string): string => errors.map(text).join(", ");
	const sentence = `Predicts ${list((one) => `${one.name} with an average error of ${formatNumber(one.error)}`)} (${formatCounted(exampleCount, `${name} example`)}).`;
	const means = list((one) => `${formatNumber(one.meanError)}${errors.length > 1 ? ` in ${one.name}` : ""}`);
	const mean = errors.length === 1 ? ` (${formatNumber(errors[0].mean)})` : "";
	return { sentence, details: [`Always answering the mean${mean} would be off by ${means}.`] };
}
