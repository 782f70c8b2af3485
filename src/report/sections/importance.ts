/** Which columns the model relies on. */
import { barChart } from "../charts/index.ts";
import { formatCount, formatNumber } from "../format.ts";
import { figures, paragraph, section, table } from "../html/markup.ts";
import type { ImportanceReport } from "../run-report-data.ts";
import { titleOf } from "./curves.ts";

const MOST_BARS = 25;

/** The section of importance. */
export function importanceSection(report: ImportanceReport): string {
	const numbers = ["gets worse by", "± over shuffles"].map((title) => ({ title, isNumber: true }));
	const rows = report.columns.map(({ name, mean, deviation }) => [name, formatNumber(mean), formatNumber(deviation)]);
	const list = `<div>${table([{ title: "column" }, ...numbers], rows.slice(0, MOST_BARS))}</div>`;
	const content = `${paragraph(importanceText(report), "muted")}<div class="figures"><figure>${importanceFigure(report).trim()}</figure>${list}</div>\n`;
	return section("importance", "Importance of the columns", rows.length === 0 ? figures() : content);
}

/** What was done, in a sentence or two. */
export function importanceText({ score, rowCount, repeats }: ImportanceReport): string {
	return (
		`By how much ${titleOf(score).toLowerCase()} gets worse when the cells of one column are shuffled ` +
		`(${formatCount(rowCount)} rows, ${repeats} shuffles). Columns that say the same stand in for each other and look less important than they are.`
	);
}

/** Bars of the most important columns. */
export function importanceFigure({ columns, score }: ImportanceReport): string {
	const shown = columns.slice(0, MOST_BARS);
	const series = { name: "importance", values: shown.map(({ mean }) => mean) };
	const height = 70 + 24 * shown.length;
	const texts = { title: "Permutation importance", y: { label: `${titleOf(score).toLowerCase()} lost` } };
	return barChart(
		{ categories: shown.map(({ name }) => name), series: [series] },
		{ orientation: "horizontal", width: 560, height, ...texts },
	);
}
