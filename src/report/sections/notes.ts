/** What people should know of a run, its facts, and everything needed to repeat it. */
import { escapeText } from "../charts/svg.ts";
import { formatCount, formatNumber } from "../format.ts";
import { details, type Section } from "../html/markup.ts";
import type { RunReportData } from "../run-report-data.ts";
import { runStanding } from "../run-standing.ts";
import { inSentence, titleOf } from "../score-facts.ts";
import { constantRate } from "./curves.ts";

/** A config of more characters than this is cut: lists of classes can be long. */
const LONGEST_CONFIG = 50_000;
const MOST_REMARKS = 100;

/** Remarks of the data and of the run, and what acted on it; each once. */
export function remarksOf({ remarks, run }: RunReportData): string[] {
	// Step 0: decided before the run.
	const at = (step: number): string => (step === 0 ? "" : `Step ${step}: `);
	const all = [
		...remarks,
		...run.remarks.map(({ step, text }) => `${at(step)}${text}`),
		...run.actions.filter(({ action }) => action !== "checkpoint").map(({ step, by, why }) => `${at(step)}${by}: ${why}`),
	];
	const distinct = [...new Set(all)];
	const more = distinct.length - MOST_REMARKS;
	return more > 0 ? [...distinct.slice(0, MOST_REMARKS), `and ${more} more`] : distinct;
}

/** The section of remarks. */
export function remarksSection(report: RunReportData): Section {
	const items = remarksOf(report).map((text) => `<li>${escapeText(text)}</li>`);
	return { id: "remarks", title: "Remarks", content: items.length === 0 ? "" : `<ul>\n${items.join("\n")}\n</ul>\n` };
}

/** Facts of a run in words, as pairs. */
export function runFacts({ run, data, scores }: RunReportData): (readonly [name: string, text: string])[] {
	const { start } = run;
	const parts = Object.entries(data.parts).map(([name, count]) => `${formatCount(count)} ${name}`);
	const rate = constantRate(run);
	const pairs: (readonly [string, string] | null)[] = [
		["data", `${data.name} (${data.kind}, ${formatCount(data.rowCount)} examples): ${parts.join(", ")}`],
		["predicted", data.target],
		["state", runStanding(run).text],
		start === null ? null : ["training", `batches of ${formatCount(start.batchSize)}, ${formatCount(start.stepsPerEpoch)} steps an epoch`],
		rate === null ? null : ["learning rate", `${formatNumber(rate)} throughout`],
		start === null
			? null
			: ["judged by", `${inSentence(titleOf(scores, start.monitor.name))}, ${start.monitor.goal === "min" ? "less" : "more"} is better`],
		start === null ? null : ["executor", start.executor],
		start?.config.seed === undefined ? null : ["seed", String(start.config.seed)],
	];
	return pairs.filter((pair) => pair !== null);
}

/** The section of facts, with the model's layers and the config to unfold. */
export function runSection(report: RunReportData): Section {
	const facts = runFacts(report).map(([term, text]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd>`);
	const config = configText(report);
	const more =
		(report.modelSummary === null ? "" : details("The model, layer by layer", report.modelSummary)) +
		(config === "" ? "" : details("The config: everything needed to repeat the run", config));
	return { id: "run", title: "Run", content: `<dl>${facts.join("\n")}</dl>\n${more}` };
}

/** The run's config as JSON. */
export function configText({ run }: RunReportData): string {
	const text = run.start === null ? "" : JSON.stringify(run.start.config, null, 2);
	return text.length > LONGEST_CONFIG ? `${text.slice(0, LONGEST_CONFIG)}\n… (${text.length - LONGEST_CONFIG} characters more)` : text;
}
