/** The report of a run as one HTML file. */
import { page } from "./html/page.ts";
import type { JudgedPart, RunReportData } from "./run-report-data.ts";
import { classesSection } from "./sections/classes.ts";
import { curvesSection } from "./sections/curves.ts";
import { importanceSection } from "./sections/importance.ts";
import { layersSection } from "./sections/layers.ts";
import { configSection, remarksSection } from "./sections/notes.ts";
import { findingsSection, overviewSection } from "./sections/overview.ts";
import { valuesSection } from "./sections/values.ts";
import { worstSection } from "./sections/worst.ts";

/**
 * One HTML file that needs nothing else: no scripts, no fonts, no network. Light or dark as the reader's system is, and printable.
 *
 * @example
 * writeFileSync("report.html", runReport(await reportData(run)));
 */
export function runReport(report: RunReportData): string {
	const { judged, importance } = report;
	const sections = [
		overviewSection(report),
		findingsSection(report),
		remarksSection(report),
		curvesSection(report),
		...(judged === null ? [] : [outcomeSection(judged), worstSection(judged)]),
		importance === null ? "" : importanceSection(importance),
		layersSection(report),
		configSection(report),
		"<footer>Made by Gradus.</footer>\n",
	];
	return page(`${report.name} – Gradus report`, sections.join(""));
}

function outcomeSection(judged: JudgedPart): string {
	return judged.outcome.kind === "classes" ? classesSection(judged.outcome, judged) : valuesSection(judged.outcome, judged);
}
