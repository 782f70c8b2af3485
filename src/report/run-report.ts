/** The report of a run as one HTML file. */
import { contentsMarkup, type Section, sectionMarkup } from "./html/markup.ts";
import { page } from "./html/page.ts";
import type { JudgedPart, RunReportData } from "./run-report-data.ts";
import { classesSection } from "./sections/classes.ts";
import { curvesSection } from "./sections/curves.ts";
import { examplesSection } from "./sections/examples.ts";
import { importanceSection } from "./sections/importance.ts";
import { layersSection } from "./sections/layers.ts";
import { remarksSection, runSection } from "./sections/notes.ts";
import { findingsSection, overviewSection } from "./sections/overview.ts";
import { valuesSection } from "./sections/values.ts";

/**
 * One HTML file that needs nothing else: no scripts, no fonts, no network. Light or dark as the reader's system is, and printable.
 *
 * @example
 * writeFileSync("report.html", runReport(await reportData(run)));
 */
export function runReport(report: RunReportData): string {
	const { judged, importance, scores } = report;
	const sections = [
		findingsSection(report),
		remarksSection(report),
		curvesSection(report),
		...(judged === null ? [] : [outcomeSection(judged), examplesSection(judged)]),
		...(importance === null ? [] : [importanceSection(importance, scores)]),
		layersSection(report),
		runSection(report),
	].filter(({ content }) => content !== "");
	const header = overviewSection(report, contentsMarkup(sections));
	return page(`${report.name} – Gradus report`, `${header}${sections.map(sectionMarkup).join("")}<footer>Made by Gradus.</footer>\n`);
}

function outcomeSection(judged: JudgedPart): Section {
	return judged.outcome.kind === "classes" ? classesSection(judged.outcome, judged) : valuesSection(judged.outcome, judged);
}
