/** How classes were told apart: confusion matrix, calibration, scores by class. */
import { heatmap } from "../charts/index.ts";
import { reliabilityDiagram } from "../charts/reliability-diagram.ts";
import { formatCount, formatPercent } from "../format.ts";
import { figures, paragraph, section, table } from "../html/markup.ts";
import type { CalibrationReport, ClassOutcome, JudgedPart } from "../run-report-data.ts";
import { type ClassScores, classScores, commonConfusions, confusedClasses } from "./class-scores.ts";

/** More classes make a matrix that nobody can read, and a file of megabytes. */
const MOST_CLASSES = 24;
/** Rows of the table of scores. */
const MOST_ROWS = 60;
const MOST_CONFUSIONS = 10;

/** The section of a classification. */
export function classesSection(outcome: ClassOutcome, part: JudgedPart): string {
	const { calibration } = outcome;
	const title = `Classes (${part.name}, ${formatCount(part.exampleCount)} examples)`;
	const content =
		(outcome.classes.length > MOST_CLASSES
			? paragraph(`The ${MOST_CLASSES} of ${outcome.classes.length} classes with most mistakes:`, "muted")
			: "") +
		figures(confusionFigure(outcome), calibration === null ? "" : calibrationFigure(calibration)) +
		(calibration === null ? "" : paragraph(calibrationText(calibration), "muted")) +
		`<div class="figures"><div>${scoresTable(outcome)}</div><div>${confusionsTable(outcome)}</div></div>\n`;
	return section("classes", title, content);
}

/** The confusion matrix. */
export function confusionFigure(outcome: ClassOutcome): string {
	const shown = confusedClasses(outcome, MOST_CLASSES);
	const names = shown.map((k) => outcome.classes[k]);
	const values = shown.map((i) => shown.map((j) => outcome.confusion[i][j]));
	const labels = { rowLabel: "true class", columnLabel: "predicted class" };
	return heatmap({ rows: names, columns: names, values }, { ...labels, title: "Confusion matrix", width: 540 });
}

/** The reliability diagram. */
export function calibrationFigure({ bins, expectedError }: CalibrationReport): string {
	const title = `Calibration (expected error ${formatPercent(expectedError)})`;
	return reliabilityDiagram(bins, { title, width: 540, height: 380, x: { label: "confidence" }, y: { label: "accuracy" } });
}

/** What the calibration error means here. */
export function calibrationText({ bins, expectedError }: CalibrationReport): string {
	const count = bins.reduce((total, bin) => total + bin.count, 0);
	const mean = (field: "confidence" | "accuracy"): number =>
		bins.reduce((total, bin) => total + (bin.count > 0 ? bin.count * bin[field] : 0), 0) / count;
	const [confidence, accuracy] = [mean("confidence"), mean("accuracy")];
	const tendency = confidence > accuracy ? "more sure than right" : "less sure than right";
	return (
		`Expected calibration error ${formatPercent(expectedError)}. Mean confidence ${formatPercent(confidence)}, accuracy ${formatPercent(accuracy)}: ` +
		`on the whole ${tendency}.`
	);
}

/** Scores of the classes that a table shows: all, or those with the least F1. */
export function shownScores(outcome: ClassOutcome, most: number): ClassScores[] {
	const all = classScores(outcome);
	return all.length <= most ? all : [...all].sort((a, b) => (a.f1 || 0) - (b.f1 || 0)).slice(0, most);
}

/** A score of a class; "—" where there is none. */
export function scoreCell(value: number): string {
	return Number.isNaN(value) ? "—" : formatPercent(value);
}

function scoresTable(outcome: ClassOutcome): string {
	const rows = shownScores(outcome, MOST_ROWS);
	const title = rows.length < outcome.classes.length ? `The ${rows.length} classes with the lowest F1` : "By class";
	const numbers = ["precision", "recall", "F1", "examples"].map((title) => ({ title, isNumber: true }));
	const cells = rows.map(({ name, precision, recall, f1, count }) => [name, ...[precision, recall, f1].map(scoreCell), formatCount(count)]);
	return `<h3>${title}</h3>\n${table([{ title: "class" }, ...numbers], cells)}`;
}

function confusionsTable(outcome: ClassOutcome): string {
	const found = commonConfusions(outcome, MOST_CONFUSIONS);
	if (found.length === 0 || outcome.classes.length < 3) return "";
	const columns = [
		{ title: "true class" },
		{ title: "taken for" },
		{ title: "times", isNumber: true },
		{ title: "of the class", isNumber: true },
	];
	const rows = found.map(({ actual, predicted, count, share }) => [actual, predicted, formatCount(count), formatPercent(share)]);
	return `<h3>Commonest mistakes</h3>\n${table(columns, rows)}`;
}
