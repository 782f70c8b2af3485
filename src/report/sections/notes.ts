/** The end of a report: what people should know, and everything needed to repeat the run. */
import { escapeText } from "../charts/svg.ts";
import { details, section } from "../html/markup.ts";
import type { RunReportData } from "../run-report-data.ts";

/** A config of more characters than this is cut: lists of classes can be long. */
const LONGEST_CONFIG = 50_000;
const MOST_REMARKS = 100;

/** Remarks of the data and of the run, and what acted on it; each once. */
export function remarksOf({ remarks, run }: RunReportData): string[] {
	const all = [
		...remarks,
		...run.remarks.map(({ step, text }) => `Step ${step}: ${text}`),
		...run.actions.filter(({ action }) => action !== "checkpoint").map(({ step, by, why }) => `Step ${step}, ${by}: ${why}`),
	];
	const distinct = [...new Set(all)];
	const more = distinct.length - MOST_REMARKS;
	return more > 0 ? [...distinct.slice(0, MOST_REMARKS), `and ${more} more`] : distinct;
}

/** The section of remarks. */
export function remarksSection(report: RunReportData): string {
	const items = remarksOf(report).map((text) => `<li>${escapeText(text)}</li>`);
	return section("remarks", "Remarks", items.length === 0 ? "" : `<ul>\n${items.join("\n")}\n</ul>\n`);
}

/** The run's config as JSON. */
export function configText({ run }: RunReportData): string {
	const text = run.start === null ? "" : JSON.stringify(run.start.config, null, 2);
	return text.length > LONGEST_CONFIG ? `${text.slice(0, LONGEST_CONFIG)}\n… (${text.length - LONGEST_CONFIG} characters more)` : text;
}

/** The section of the config. */
export function configSection(report: RunReportData): string {
	const text = configText(report);
	return section("config", "Config", text === "" ? "" : details("Everything needed to repeat the run", text));
}
