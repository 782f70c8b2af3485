/** Which columns the model relies on. */
import { barChart } from "../charts/index.ts";
import { formatCount } from "../format.ts";
import { beside, figure, paragraph, type Section, table } from "../html/markup.ts";
import { partText } from "../part-text.ts";
import type { ImportanceReport } from "../run-report-data.ts";
import { inSentence, isShare, type ScoreTable, scoreChangeText, titleOf } from "../score-facts.ts";
import { CHART } from "./curves.ts";

const MOST_BARS = 25;

/** The section of importance. */
export function importanceSection(report: ImportanceReport, scores: ScoreTable): Section {
	const numbers = ["gets worse by", "± over shuffles"].map((title) => ({ title, isNumber: true }));
	const rows = report.columns.map(({ name, mean, deviation }) => [
		name,
		...[mean, deviation].map((value) => scoreChangeText(scores, report.score, value)),
	]);
	const list = table([{ title: "column" }, ...numbers], rows.slice(0, MOST_BARS));
	const content = paragraph(importanceText(report, scores), "muted") + beside(figure(importanceFigure(report, scores)), list);
	return { id: "importance", title: "Importance of the columns", content: rows.length === 0 ? "" : content, note: importancePart(report) };
}

/** On which examples it was measured. */
export function importancePart({ part, rowCount }: ImportanceReport): string {
	return partText({ name: part, exampleCount: rowCount });
}

/** What was done, in a sentence or two. */
export function importanceText({ score, repeats }: ImportanceReport, scores: ScoreTable): string {
	return (
		`By how much ${inSentence(titleOf(scores, score))} gets worse when the cells of one column are shuffled (mean of ${formatCount(repeats)} shuffles). ` +
		"Columns that say the same stand in for each other and look less important than they are."
	);
}

/** Bars of the most important columns. */
export function importanceFigure(report: ImportanceReport, scores: ScoreTable): string {
	const { columns, score } = report;
	const shown = columns.slice(0, MOST_BARS);
	const [factor, unit] = isShare(scores, score) ? [100, { unit: "percentage points" }] : [1, {}];
	const series = { name: "importance", values: shown.map(({ mean }) => factor * mean) };
	const height = 76 + 25 * shown.length;
	const y = { label: `${inSentence(titleOf(scores, score))} gets worse by`, ...unit };
	const title = `Permutation importance (${importancePart(report)})`;
	return barChart(
		{ categories: shown.map(({ name }) => name), series: [series] },
		{ orientation: "horizontal", width: CHART.width, height, title, y },
	);
}
