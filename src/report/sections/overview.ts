/** The beginning of a report: what came of the run, its numbers, and what can be said of it. */
import { element, escapeText } from "../charts/svg.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { type Finding, gravityOf } from "../diagnosis/finding.ts";
import { formatCounted } from "../format.ts";
import type { Section } from "../html/markup.ts";
import { type KeyFigure, keyFigures } from "../key-figures.ts";
import type { RunReportData } from "../run-report-data.ts";
import { runStanding } from "../run-standing.ts";
import { verdictOf } from "../verdict.ts";

/** Name, date, verdict, state, findings in short, and key figures. */
export function overviewSection(report: RunReportData, contents: string): string {
	const { name, run } = report;
	const { sentence, details } = verdictOf(report);
	const data = `${report.data.name}, ${formatCounted(report.data.rowCount, "example")}`;
	const facts = [data, ...(run.start === null ? [] : [dateText(run.start.time)])].map((text) => `<span>${escapeText(text)}</span>`);
	const { label, gravity } = runStanding(run);
	const kinds = diagnose(report).map(({ kind }) => badge(kind, gravityOf[kind], "#findings"));
	return (
		`<header>\n<div class="top"><h1>${escapeText(name)}</h1>${facts.join("")}</div>\n` +
		`<p class="verdict">${escapeText(sentence)}</p>\n` +
		(details.length === 0 ? "" : `<p class="details">${escapeText(details.join(" ").replaceAll(" %", "\u00a0%"))}</p>\n`) +
		`<ul class="badges">${[badge(label, gravity), ...kinds].join("")}</ul>\n` +
		tiles(keyFigures(report)) +
		contents +
		"</header>\n"
	);
}

/** Tiles side by side; of more than that, rows are filled evenly. */
const MOST_IN_ROW = 6;

function badge(text: string, gravity: string, href?: string): string {
	const mark = element("span", { class: `badge ${gravity}` }, escapeText(text));
	return `<li>${href === undefined ? mark : element("a", { href }, mark)}</li>`;
}

function tiles(figures: readonly KeyFigure[]): string {
	const shown = figures.map(
		({ name, value, note }) =>
			`<div class="tile"><span class="name">${escapeText(name)}</span><b>${escapeText(value)}</b><span>${escapeText(note)}</span></div>`,
	);
	const rowCount = Math.ceil(shown.length / MOST_IN_ROW);
	const columns = `--columns:${Math.ceil(shown.length / rowCount)}`;
	return shown.length === 0 ? "" : `<div class="tiles" style="${columns}">\n${shown.join("\n")}\n</div>\n`;
}

/** `2026-01-31 17:04 UTC`; text of another form as it is. */
export function dateText(iso: string): string {
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}

/** What can be said of the run. */
export function findingsSection(report: RunReportData): Section {
	return { id: "findings", title: "Diagnosis", content: diagnose(report).map(findingBlock).join("\n") };
}

function findingBlock({ kind, evidence, advice }: Finding): string {
	return `<div class="finding ${gravityOf[kind]}"><b>${kind}</b><p>${escapeText(evidence)}</p><p class="muted">${escapeText(advice)}</p></div>`;
}
