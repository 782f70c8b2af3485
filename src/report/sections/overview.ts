/** The beginning of a report: what was run, how it ended, what can be said of it. */
import type { Scores } from "../../runs/events.ts";
import { escapeText } from "../charts/svg.ts";
import { diagnose, type Finding } from "../diagnosis.ts";
import { formatCount, formatScore, formatSeconds } from "../format.ts";
import { details, paragraph, section } from "../html/markup.ts";
import type { RunReportData } from "../run-report-data.ts";
import { titleOf } from "./curves.ts";

/** Scores that the report begins with. */
export function headlineScores({ run, judged }: RunReportData): { from: string; scores: Scores } {
	if (run.test !== null) return { from: "test", scores: run.test.scores };
	if (judged !== null) return { from: judged.name, scores: judged.scores };
	if (run.end?.best != null) return { from: "best epoch", scores: run.end.best };
	const last = run.epochs.at(-1);
	return { from: last?.validation == null ? "training" : "validation", scores: last?.validation ?? last?.train ?? {} };
}

/** Facts of a run in words, as pairs. */
export function runFacts({ run, data }: RunReportData): (readonly [name: string, text: string])[] {
	const { start, end, epochs } = run;
	const parts = Object.entries(data.parts).map(([name, count]) => `${formatCount(count)} ${name}`);
	const seed = start?.config.seed;
	const best = end?.bestEpoch ?? null;
	return [
		["data", `${data.name} (${data.kind}, ${formatCount(data.rowCount)} examples): ${parts.join(", ")}`],
		["predicted", data.target],
		...(start === null ? [] : [["parameters", formatCount(start.parameterCount)] as const]),
		[
			"epochs",
			`${epochs.length}${start === null ? "" : ` of ${start.epochs}, batches of ${start.batchSize}`}${best === null ? "" : `; best: ${best + 1}`}`,
		],
		["ended", end === null ? "not yet, or killed" : end.reason],
		...(run.seconds > 0 ? [["duration", durationText(run)] as const] : []),
		...(start === null ? [] : [["executor", start.executor] as const]),
		...(seed === undefined ? [] : [["seed", String(seed)] as const]),
	];
}

function durationText({ seconds, epochs, resumes }: RunReportData["run"]): string {
	const rate = epochs.at(-1)?.examplesPerSecond;
	const speed = rate === undefined ? "" : `, ${formatCount(Math.round(rate))} examples a second`;
	const sittings = resumes.length === 0 ? "" : `, in ${resumes.length + 1} sittings`;
	return `${formatSeconds(seconds)}${speed}${sittings}`;
}

/** Title, date, scores and facts. */
export function overviewSection(report: RunReportData): string {
	const { name, run, modelSummary } = report;
	const { from, scores } = headlineScores(report);
	const tiles = Object.entries(scores).map(
		([score, value]) =>
			`<div class="tile"><b>${formatScore(score, value)}</b><span>${escapeText(`${titleOf(score)}, ${from}`)}</span></div>`,
	);
	const facts = runFacts(report).map(([term, text]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd>`);
	const date = run.start === null ? "" : paragraph(`Run of ${dateText(run.start.time)}`, "muted");
	const model = modelSummary === null ? "" : details("The model, layer by layer", modelSummary);
	return (
		`<header>\n<h1>${escapeText(name)}</h1>\n${date}${tiles.length === 0 ? "" : `<div class="tiles">${tiles.join("\n")}</div>\n`}</header>\n` +
		section("run", "Run", `<dl>${facts.join("\n")}</dl>\n${model}`)
	);
}

/** `2026-01-31 17:04 UTC`; text of another form as it is. */
export function dateText(iso: string): string {
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}

/** What can be said of the run. */
export function findingsSection({ run }: RunReportData): string {
	return section("findings", "Diagnosis", diagnose(run).map(findingBlock).join("\n"));
}

function findingBlock({ kind, evidence, advice }: Finding): string {
	return `<div class="finding${kind === "fine" ? " fine" : ""}"><b>${kind}</b><p>${escapeText(evidence)}</p><p class="muted">${escapeText(advice)}</p></div>`;
}
