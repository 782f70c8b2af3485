/** The report of a run in a terminal's words. */
import { diagnose } from "./diagnosis/diagnose.ts";
import { formatNumber } from "./format.ts";
import { keyFigures } from "./key-figures.ts";
import { layerName } from "./layer-path.ts";
import type { ImportanceReport, RunReportData } from "./run-report-data.ts";
import { type ScoreTable, scoreChangeText, scoreText, titleOf } from "./score-facts.ts";
import { epochTable, scoreCurves, scoreNames } from "./sections/curves.ts";
import { importancePart, importanceText } from "./sections/importance.ts";
import { updateSeries } from "./sections/layers.ts";
import { remarksOf, runFacts } from "./sections/notes.ts";
import { dateText } from "./sections/overview.ts";
import { bar, columns, heading, plain, wrapped } from "./text/layout.ts";
import { classBlocks, examplesBlock, valueBlocks } from "./text/outcome.ts";
import { sparkline } from "./text/sparkline.ts";
import { verdictOf } from "./verdict.ts";

const MOST_COLUMNS = 25;
/** Room for the names of facts and key figures. */
const NAME_WIDTH = 15;

/** What the HTML report shows, as plain text of at most 100 characters a line. */
export function reportText(report: RunReportData): string {
	const { judged, importance } = report;
	const blocks = [
		overview(report),
		...keyFigureBlock(report),
		`${heading("Diagnosis")}\n${diagnose(report)
			.map(({ kind, evidence, advice }) => wrapped(`${kind}: ${evidence} ${advice}`, 2))
			.join("\n")}`,
		...listed("Remarks", remarksOf(report)),
		...curves(report),
		...(judged === null
			? []
			: judged.outcome.kind === "classes"
				? classBlocks(judged.outcome, judged)
				: valueBlocks(judged.outcome, judged)),
		...(judged === null || judged.examples.shown.length === 0 ? [] : [examplesBlock(judged)]),
		...(importance === null ? [] : [importanceBlock(importance, report.scores)]),
		...layers(report),
		`${heading("Run")}\n${runFacts(report)
			.map(([term, text]) => wrapped(`${term.padEnd(NAME_WIDTH)}${text}`, NAME_WIDTH))
			.join("\n")}`,
	];
	return `${blocks.join("\n\n")}\n`;
}

function overview(report: RunReportData): string {
	const { name, run } = report;
	const { sentence, details } = verdictOf(report);
	const date = run.start === null ? "" : `, ${dateText(run.start.time)}`;
	return [heading(`${name}${date}`), wrapped(sentence), ...details.map((text) => wrapped(text))].join("\n");
}

function keyFigureBlock(report: RunReportData): string[] {
	const figures = keyFigures(report);
	return figures.length === 0
		? []
		: [
				columns(
					figures.map(({ name, value, note }) => [name, value, note]),
					{ left: 1, leftLast: true },
				),
			];
}

function listed(title: string, items: readonly string[]): string[] {
	return items.length === 0 ? [] : [`${heading(title)}\n${items.map((item) => wrapped(`- ${item}`, 2)).join("\n")}`];
}

function curves({ run, scores }: RunReportData): string[] {
	const lines = scoreNames(run).flatMap((name) =>
		scoreCurves(run, name).map(({ name: part, y }) =>
			curve(`${titleOf(scores, name)}, ${part}`, Array.from(y), (value) => scoreText(scores, name, value)),
		),
	);
	const steps =
		run.steps.length === 0
			? []
			: [
					...(run.epochs.length > 0
						? []
						: [
								curve(
									"Loss of the batches",
									run.steps.map(({ loss }) => loss),
								),
							]),
					curve(
						"Learning rate",
						run.steps.map(({ lr }) => lr),
					),
					curve(
						"Gradient norm",
						run.steps.map(({ gradNorm }) => gradNorm),
					),
				];
	const table = epochTable({ run, scores });
	const all = [...lines, ...steps].join("\n");
	if (all === "") return [];
	return [`${heading("Training")}\n${all}${table.length === 0 ? "" : `\n\n${columns(table)}`}`];
}

/** Name, curve, first and last value. */
function curve(name: string, values: readonly number[], text: (value: number) => string = formatNumber): string {
	return plain(`${plain(name, 38).padEnd(39)}${sparkline(values, 36).padEnd(37)}${text(values[0])} → ${text(values[values.length - 1])}`);
}

function importanceBlock(report: ImportanceReport, scores: ScoreTable): string {
	const shown = report.columns.slice(0, MOST_COLUMNS);
	const most = Math.max(...shown.map(({ mean }) => mean));
	const text = (value: number): string => scoreChangeText(scores, report.score, value);
	const rows = shown.map(({ name, mean, deviation }) => [name, bar(mean / most), text(mean), `± ${text(deviation)}`]);
	const title = heading(`Importance of the columns (${importancePart(report)})`);
	return `${title}\n${wrapped(importanceText(report, scores))}\n${columns(rows, { left: 2 })}`;
}

function layers({ run, layerKinds }: RunReportData): string[] {
	const rows = updateSeries(run.layers).map(({ name, y }) => {
		const values = Array.from(y);
		return [layerName(name, layerKinds), sparkline(values, 40), formatNumber(values[0]), formatNumber(values[values.length - 1])];
	});
	return rows.length === 0
		? []
		: [`${heading("Update ratio by layer")}\n${columns([["layer", "", "first", "last"], ...rows], { left: 2 })}`];
}
