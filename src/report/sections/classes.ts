/** How classes were told apart: confusion matrix, calibration, scores by class. */
import { heatmap } from "../charts/index.ts";
import { reliabilityDiagram } from "../charts/reliability-diagram.ts";
import { formatCount, formatCounted, formatPercent } from "../format.ts";
import { beside, figures, paragraph, type Section, table } from "../html/markup.ts";
import { partText } from "../part-text.ts";
import type { CalibrationReport, ClassOutcome, JudgedPart } from "../run-report-data.ts";
import { shareError } from "../sampling.ts";
import { type ClassScores, classScores, commonConfusions, confusedClasses } from "./class-scores.ts";
import { CHART } from "./curves.ts";

/** More classes make a matrix that nobody can read, and a file of megabytes. */
const MOST_CLASSES = 24;
/** Rows of the table of scores. */
const MOST_ROWS = 60;
const MOST_CONFUSIONS = 10;
/** With fewer examples the bars of a reliability diagram stand for a handful each. */
const FEW_EXAMPLES = 100;

/** The section of a classification. */
export function classesSection(outcome: ClassOutcome, part: JudgedPart): Section {
	const { calibration } = outcome;
	const content =
		(outcome.classes.length > MOST_CLASSES
			? paragraph(`The ${MOST_CLASSES} of ${outcome.classes.length} classes with most mistakes:`, "muted")
			: "") +
		figures(confusionFigure(outcome, part), calibration === null ? "" : calibrationFigure(calibration, part)) +
		(calibration === null ? "" : paragraph(calibrationText(calibration), "muted")) +
		beside(scoresTable(outcome, part), confusionsTable(outcome, part));
	return { id: "classes", title: "Classes", content, note: partText(part) };
}

/** The confusion matrix. */
export function confusionFigure(outcome: ClassOutcome, part: JudgedPart): string {
	const shown = confusedClasses(outcome, MOST_CLASSES);
	const names = shown.map((k) => outcome.classes[k]);
	const values = shown.map((i) => shown.map((j) => outcome.confusion[i][j]));
	const labels = { rowLabel: "true class", columnLabel: "answer" };
	const title = `Confusion matrix (${partText(part)})`;
	return heatmap({ rows: names, columns: names, values }, { ...labels, title, width: CHART.width });
}

/** The reliability diagram. */
export function calibrationFigure({ bins }: CalibrationReport, part: JudgedPart): string {
	const texts = { title: `Calibration (${partText(part)})`, x: { label: "confidence" }, y: { label: "share that is right" } };
	return reliabilityDiagram(bins, { width: CHART.width, height: 360, ...texts });
}

/** What the calibration error means here. */
export function calibrationText({ bins, expectedError }: CalibrationReport): string {
	const count = bins.reduce((total, bin) => total + bin.count, 0);
	const mean = (field: "confidence" | "accuracy"): number =>
		bins.reduce((total, bin) => total + (bin.count > 0 ? bin.count * bin[field] : 0), 0) / count;
	const [confidence, accuracy] = [mean("confidence"), mean("accuracy")];
	const isChance = Math.abs(confidence - accuracy) < 2 * shareError(accuracy, count);
	const tendency = isChance
		? `as sure as right, as far as ${formatCounted(count, "example")} can tell`
		: confidence > accuracy
			? "more sure than right"
			: "less sure than right";
	return (
		`Mean confidence ${formatPercent(confidence)}, right ${formatPercent(accuracy)}: on the whole ${tendency}. ` +
		`Expected calibration error ${formatPercent(expectedError)}.` +
		(count < FEW_EXAMPLES ? ` With ${formatCounted(count, "example")} single bars say little.` : "")
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

function scoresTable(outcome: ClassOutcome, part: JudgedPart): string {
	const rows = shownScores(outcome, MOST_ROWS);
	const title = rows.length < outcome.classes.length ? `The ${rows.length} classes with the lowest F1` : "By class";
	const numbers = ["precision", "recall", "F1", "examples"].map((title) => ({ title, isNumber: true }));
	const cells = rows.map(({ name, precision, recall, f1, count }) => [name, ...[precision, recall, f1].map(scoreCell), formatCount(count)]);
	return `<h3>${title} (${part.name})</h3>\n${table([{ title: "class" }, ...numbers], cells)}`;
}

function confusionsTable(outcome: ClassOutcome, part: JudgedPart): string {
	const found = commonConfusions(outcome, MOST_CONFUSIONS);
	if (found.length === 0 || outcome.classes.length < 3) return "";
	const columns = [
		{ title: "true class" },
		{ title: "taken for" },
		{ title: "times", isNumber: true },
		{ title: "of the class", isNumber: true },
	];
	const rows = found.map(({ actual, predicted, count, share }) => [actual, predicted, formatCount(count), formatPercent(share)]);
	return `<h3>Commonest mistakes (${part.name})</h3>\n${table(columns, rows)}`;
}
