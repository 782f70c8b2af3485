/** How training went: loss and scores by epoch, learning rate and gradient norm by step. */
import { type LineSeries, lineChart, type Marker } from "../charts/index.ts";
import { formatScore } from "../format.ts";
import { figures, section, table } from "../html/markup.ts";
import type { RunReportData } from "../run-report-data.ts";

type Run = RunReportData["run"];

/** The section of curves. */
export function curvesSection({ run }: RunReportData): string {
	const names = scoreNames(run);
	const content =
		figures(...names.map((name) => scoreFigure(run, name)), learningRateFigure(run), gradientNormFigure(run)) + scoresTable(run);
	return section("curves", "Training", content);
}

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
export function scoreFigure(run: Run, name: string): string {
	const best = run.end?.bestEpoch ?? run.epochs.findLast((epoch) => epoch.best)?.epoch;
	const markers: Marker[] = best == null || run.epochs.length < 2 ? [] : [{ axis: "x", at: best + 1, label: "best" }];
	return lineChart(scoreCurves(run, name), { ...SIZE, title: titleOf(name), x: { label: "epoch" }, markers });
}

const SIZE = { width: 560, height: 320 } as const;

/** Scores of the first, the best and the last epoch, as rows; for the columns see `epochColumns`. */
export function epochRows(run: Run): { epoch: string; cells: string[] }[] {
	const { epochs } = run;
	const best = epochs.findLastIndex((epoch) => epoch.best);
	const chosen = [...new Set([0, best, epochs.length - 1])].filter((i) => i in epochs);
	const curves = scoreNames(run).flatMap((name) => scoreCurves(run, name).map(({ y }) => ({ name, y })));
	return chosen.map((i) => ({
		epoch: `${epochs[i].epoch + 1}${i === best ? " (best)" : ""}`,
		cells: curves.map(({ name, y }) => formatScore(name, y[i])),
	}));
}

/** Headings of `epochRows`: what was measured, in training and in validation. */
export function epochColumns(run: Run): string[] {
	return scoreNames(run).flatMap((name) => scoreCurves(run, name).map((curve) => `${titleOf(name)}, ${curve.name}`));
}

function scoresTable(run: Run): string {
	if (run.epochs.length === 0) return "";
	const columns = epochColumns(run).map((title) => ({ title, isNumber: true }));
	return table(
		[{ title: "epoch" }, ...columns],
		epochRows(run).map(({ epoch, cells }) => [epoch, ...cells]),
	);
}

/** `meanAbsoluteError` → `Mean absolute error` */
export function titleOf(name: string): string {
	const words = name.replace(/([a-z])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`);
	return words.charAt(0).toUpperCase() + words.slice(1);
}

function learningRateFigure({ steps }: Run): string {
	if (steps.length === 0) return "";
	const series = { name: "learning rate", x: steps.map(({ step }) => step), y: steps.map(({ lr }) => lr) };
	return lineChart([series], { ...SIZE, title: "Learning rate", x: { label: "step" }, y: { min: 0 } });
}

/** Gradient norm by step on a logarithmic axis. */
export function gradientNormFigure({ steps }: Run): string {
	if (steps.length === 0) return "";
	const series = { name: "gradient norm", x: steps.map(({ step }) => step), y: steps.map(({ gradNorm }) => gradNorm) };
	return lineChart([series], { ...SIZE, title: "Gradient norm", x: { label: "step" }, y: { scale: "log" } });
}
