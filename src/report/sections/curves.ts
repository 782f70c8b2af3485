/** How training went: loss and scores by epoch, learning rate and gradient norm by step. */
import { type AxisOptions, type LineSeries, lineChart, type Marker } from "../charts/index.ts";
import { beside, figure, paragraph, type Section, table } from "../html/markup.ts";
import type { RunReportData } from "../run-report-data.ts";
import { runStanding } from "../run-standing.ts";
import { factsOf, isShare, type ScoreTable, scoreText, titleOf } from "../score-facts.ts";

type Run = RunReportData["run"];

/** What curves by epoch need. */
export type CurvesData = Pick<RunReportData, "run" | "scores" | "data">;

/** Size of a chart, so that its text can be read where it shrinks to a telephone's width. */
export const CHART = { width: 480, height: 290 } as const;

/** From so many epochs on their curves say more than those of single batches. */
const FEW_EPOCHS = 3;
/** Losses that lie further apart than this by a factor are drawn on a logarithmic axis: on another the smaller ones are all 0. */
const WIDE = 1000;

/** The section of curves. */
export function curvesSection(report: RunReportData): Section {
	const { run } = report;
	const names = scoreNames(run);
	const charts = [
		...names.map((name) => scoreFigure(report, name)),
		...[stepLossFigure(run), learningRateFigure(run), gradientNormFigure(run)],
	];
	const content = beside(...charts.map(figure), scoresTable(report));
	const isJudged = run.epochs.some(({ validation }) => validation !== null);
	const note = isJudged ? paragraph(CURVES_TEXT, "muted") : "";
	const title = runStanding(run).isOver ? "Training" : "Training so far";
	return { id: "curves", title, content: content === "" ? "" : note + content };
}

/** How the two curves of a score were measured. */
const CURVES_TEXT =
	"Training values are means over an epoch's batches, taken while the weights still changed; validation values are taken at its end. " +
	"That is why validation may look better at first.";

/** Loss first, then the other scores that epochs have. */
export function scoreNames({ epochs }: Run): string[] {
	const names = epochs.flatMap(({ train, validation }) => [...Object.keys(train), ...Object.keys(validation ?? {})]);
	return [...new Set(names)].sort((a, b) => Number(b === "loss") - Number(a === "loss"));
}

/** Values of a score by epoch, from 1; NaN where it was not measured. */
export function scoreCurves({ epochs }: Run, name: string): LineSeries[] {
	const x = epochs.map(({ epoch }) => epoch + 1);
	const curves = [
		{ name: "training", x, y: epochs.map(({ train }) => train[name] ?? Number.NaN) },
		{ name: "validation", x, y: epochs.map(({ validation }) => validation?.[name] ?? Number.NaN), color: 1 },
	];
	return curves.filter(({ y }) => !y.every(Number.isNaN));
}

/** A score of training and validation by epoch, the best epoch marked. */
export function scoreFigure({ run, scores, data }: CurvesData, name: string): string {
	const best = run.end?.bestEpoch ?? run.epochs.findLast((epoch) => epoch.best)?.epoch;
	const markers: Marker[] = best == null || run.epochs.length < 2 ? [] : [{ axis: "x", at: best + 1, label: "best" }];
	const curves = scoreCurves(run, name).map((curve) => (isShare(scores, name) ? inPercent(curve) : curve));
	const y = axisFor(curves.flatMap((curve) => Array.from(curve.y)));
	const title = `${titleOf(scores, name)}${unitText(scores, name, data.target)}${curves.length === 1 ? `, ${curves[0].name}` : ""}`;
	return lineChart(curves, { ...CHART, title, x: { label: "epoch", whole: true }, y, markers });
}

function inPercent(curve: LineSeries): LineSeries {
	return { ...curve, y: Array.from(curve.y, (value) => 100 * value) };
}

function unitText(scores: ScoreTable, name: string, target: string): string {
	const unit = factsOf(scores, name)?.unit ?? "none";
	return { share: " (%)", target: ` (${target})`, none: "" }[unit];
}

function axisFor(values: readonly number[]): AxisOptions {
	const finite = values.filter(Number.isFinite);
	const isWide = Math.min(...finite) > 0 && Math.max(...finite) > WIDE * Math.min(...finite);
	return isWide ? { scale: "log" } : {};
}

/** Scores of the first, the best and the last epoch: a row for each score of each part. The first row holds headings. */
export function epochTable({ run, scores }: Pick<RunReportData, "run" | "scores">): string[][] {
	const { epochs } = run;
	const best = epochs.findLastIndex((epoch) => epoch.best);
	const chosen = [...new Set([0, best, epochs.length - 1])].filter((i) => i in epochs);
	const rows = scoreNames(run).flatMap((name) =>
		scoreCurves(run, name).map((curve) => [
			`${titleOf(scores, name)}, ${curve.name}`,
			...chosen.map((i) => (Number.isNaN(curve.y[i]) ? "—" : scoreText(scores, name, curve.y[i]))),
		]),
	);
	return rows.length === 0 ? [] : [["", ...chosen.map((i) => `epoch ${epochs[i].epoch + 1}${i === best ? ", best" : ""}`)], ...rows];
}

function scoresTable(report: RunReportData): string {
	const [head, ...rows] = epochTable(report);
	if (head === undefined) return "";
	return table(
		head.map((title, i) => ({ title, isNumber: i > 0 })),
		rows,
	);
}

/** Loss of single batches, while there are too few epochs for curves. */
function stepLossFigure({ steps, epochs }: Run): string {
	if (steps.length === 0 || epochs.length >= FEW_EPOCHS) return "";
	const series = { name: "loss", x: steps.map(({ step }) => step), y: steps.map(({ loss }) => loss) };
	return lineChart([series], { ...CHART, title: "Loss of the batches", x: { label: "step", whole: true }, y: axisFor(series.y) });
}

/** The learning rate of all steps; null if it changes, or there are none. */
export function constantRate({ steps }: Run): number | null {
	return steps.length > 0 && steps.every(({ lr }) => lr === steps[0].lr) ? steps[0].lr : null;
}

function learningRateFigure(run: Run): string {
	const { steps } = run;
	if (steps.length === 0 || constantRate(run) !== null) return "";
	const series = { name: "learning rate", x: steps.map(({ step }) => step), y: steps.map(({ lr }) => lr) };
	return lineChart([series], { ...CHART, title: "Learning rate", x: { label: "step", whole: true }, y: { min: 0 } });
}

/** Gradient norm by step on a logarithmic axis. */
export function gradientNormFigure({ steps }: Run): string {
	if (steps.length === 0) return "";
	const series = { name: "gradient norm", x: steps.map(({ step }) => step), y: steps.map(({ gradNorm }) => gradNorm) };
	return lineChart([series], { ...CHART, title: "Gradient norm", x: { label: "step", whole: true }, y: { scale: "log" } });
}
