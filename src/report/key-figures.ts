/** The numbers of a run that people look for first. */
import type { Scores } from "../runs/events.ts";
import { formatCount, formatCounted, formatSeconds } from "./format.ts";
import { partText } from "./part-text.ts";
import type { RunReportData } from "./run-report-data.ts";
import { factsOf, scoreText, titleOf } from "./score-facts.ts";

/** A number with what it is and what belongs to it. */
export interface KeyFigure {
	readonly name: string;
	readonly value: string;
	readonly note: string;
}

/** Scores that a report begins with, and from which examples they are. */
export interface HeadlineScores {
	readonly from: string;
	readonly scores: Scores;
	/** Of the validation part, where the scores are of the test. */
	readonly validation: Scores;
}

/** Of the test where there is one, else of the validation part, else of training. */
export function headlineScores({ run, judged }: RunReportData): HeadlineScores {
	const lastEpoch = run.epochs.at(-1);
	if (run.nonFinite !== null && run.end?.bestEpoch == null) return { from: "", scores: {}, validation: {} };
	const validation = validationScores(run);
	if (judged !== null && (judged.name === "test" || run.test === null)) {
		return { from: partText(judged), scores: judged.scores, validation: judged.name === "test" ? validation : {} };
	}
	if (run.test !== null)
		return { from: partText({ name: "test", exampleCount: run.test.exampleCount }), scores: run.test.scores, validation };
	if (lastEpoch?.validation != null) return { from: "validation", scores: validation, validation: {} };
	return { from: "training", scores: lastEpoch?.train ?? {}, validation: {} };
}

/** Of the best epoch. Without validation data the best scores of a run are those of training. */
function validationScores({ end, epochs }: RunReportData["run"]): Scores {
	const last = epochs.at(-1)?.validation ?? null;
	return last === null ? {} : (end?.best ?? epochs.findLast((epoch) => epoch.best)?.validation ?? last);
}

/** Scores, the metrics' first and the loss after them, then size and time of the run. */
export function keyFigures(report: RunReportData): KeyFigure[] {
	const { run, data } = report;
	const { from, scores, validation } = headlineScores(report);
	const names = Object.keys(scores).sort((a, b) => Number(a === "loss") - Number(b === "loss"));
	const figures = names.map((name) => {
		const beside = !Object.hasOwn(validation, name) ? "" : `; validation ${scoreText(report.scores, name, validation[name])}`;
		const units = factsOf(report.scores, name)?.unit === "target" ? `in ${data.target}; ` : "";
		return {
			name: titleOf(report.scores, name),
			value: scoreText(report.scores, name, scores[name]),
			note: `${units}${from}${beside}`,
		};
	});
	return [...figures, ...sizes(run)];
}

function sizes(run: RunReportData["run"]): KeyFigure[] {
	const { start, epochs, seconds, resumes } = run;
	if (start === null) return [];
	const best = run.end?.bestEpoch ?? epochs.findLast((epoch) => epoch.best)?.epoch ?? null;
	const rate = epochs.at(-1)?.examplesPerSecond;
	const sittings = resumes.length === 0 ? "" : `, in ${resumes.length + 1} sittings`;
	const speed = rate === undefined ? "" : `${formatCounted(Math.round(rate), "example")} a second`;
	return [
		{ name: "Epochs", value: `${epochs.length} of ${start.epochs}`, note: best === null ? "" : `the best: epoch ${best + 1}` },
		...(seconds > 0 ? [{ name: "Time", value: formatSeconds(seconds), note: `${speed}${sittings}` }] : []),
		{
			name: "Parameters",
			value: formatCount(start.parameterCount),
			note: `learned from ${formatCounted(start.exampleCount, "example")}`,
		},
	];
}
