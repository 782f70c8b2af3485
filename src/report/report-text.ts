/** The report of a run in a terminal's words. */
import { diagnose } from "./diagnosis.ts";
import { formatNumber, formatScore } from "./format.ts";
import type { ImportanceReport, RunReportData } from "./run-report-data.ts";
import { epochColumns, epochRows, scoreCurves, scoreNames, titleOf } from "./sections/curves.ts";
import { importanceText } from "./sections/importance.ts";
import { updateSeries } from "./sections/layers.ts";
import { remarksOf } from "./sections/notes.ts";
import { dateText, headlineScores, runFacts } from "./sections/overview.ts";
import { bar, columns, heading, plain, sparkline, wrapped } from "./text/layout.ts";
import { classBlocks, valueBlocks, worstBlock } from "./text/outcome.ts";

const MOST_COLUMNS = 25;

/** What the HTML report shows, as plain text of at most 100 characters a line. */
export function reportText(report: RunReportData): string {
	const { judged, importance } = report;
	const blocks = [
		overview(report),
		`${heading("Diagnosis")}\n${diagnose(report.run)
			.map(({ kind, evidence, advice }) => wrapped(`${kind}: ${evidence} ${advice}`, 2))
			.join("\n")}`,
		...listed("Remarks", remarksOf(report)),
		...curves(report),
		...(judged === null
			? []
			: judged.outcome.kind === "classes"
				? classBlocks(judged.outcome, judged)
				: valueBlocks(judged.outcome, judged)),
		...(judged === null || judged.worst.length === 0 ? [] : [worstBlock(judged)]),
		...(importance === null ? [] : [importanceBlock(importance)]),
		...layers(report),
	];
	return `${blocks.join("\n\n")}\n`;
}

function overview(report: RunReportData): string {
	const { name, run } = report;
	const { from, scores } = headlineScores(report);
	const facts = runFacts(report).map(([term, text]) => wrapped(`${term.padEnd(12)}${text}`, 12));
	const texts = Object.entries(scores).map(([score, value]) => `${titleOf(score)} ${formatScore(score, value)}`);
	const date = run.start === null ? "" : `, ${dateText(run.start.time)}`;
	return [heading(`${name}${date}`), ...(texts.length === 0 ? [] : [wrapped(`${from.padEnd(12)}${texts.join(", ")}`, 12)]), ...facts].join(
		"\n",
	);
}

function listed(title: string, items: readonly string[]): string[] {
	return items.length === 0 ? [] : [`${heading(title)}\n${items.map((item) => wrapped(`- ${item}`, 2)).join("\n")}`];
}

function curves({ run }: RunReportData): string[] {
	if (run.epochs.length === 0) return [];
	const lines = scoreNames(run).flatMap((name) =>
		scoreCurves(run, name).map(({ name: part, y }) => curve(`${titleOf(name)}, ${part}`, Array.from(y))),
	);
	const steps =
		run.steps.length === 0
			? []
			: [
					curve(
						"Learning rate",
						run.steps.map(({ lr }) => lr),
					),
					curve(
						"Gradient norm",
						run.steps.map(({ gradNorm }) => gradNorm),
					),
				];
	const table = [["epoch", ...epochColumns(run)], ...epochRows(run).map(({ epoch, cells }) => [epoch, ...cells])];
	return [`${heading("Training")}\n${[...lines, ...steps].join("\n")}\n\n${columns(table)}`];
}

/** Name, curve, first and last value. */
function curve(name: string, values: readonly number[]): string {
	return plain(
		`${plain(name, 38).padEnd(39)}${sparkline(values, 36).padEnd(37)}${formatNumber(values[0])} → ${formatNumber(values[values.length - 1])}`,
	);
}

function importanceBlock(report: ImportanceReport): string {
	const shown = report.columns.slice(0, MOST_COLUMNS);
	const most = Math.max(...shown.map(({ mean }) => mean));
	const rows = shown.map(({ name, mean, deviation }) => [name, bar(mean / most), formatNumber(mean), `± ${formatNumber(deviation)}`]);
	return `${heading("Importance of the columns")}\n${wrapped(importanceText(report))}\n${columns(rows, { left: 2 })}`;
}

function layers({ run }: RunReportData): string[] {
	const rows = updateSeries(run.layers).map(({ name, y }) => {
		const values = Array.from(y);
		return [name, sparkline(values, 40), formatNumber(values[0]), formatNumber(values[values.length - 1])];
	});
	return rows.length === 0
		? []
		: [`${heading("Update ratio by layer")}\n${columns([["layer", "", "first", "last"], ...rows], { left: 2 })}`];
}
