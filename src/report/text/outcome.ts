/** Predictions in words: confusion matrix, calibration, scores by class, residuals, worst examples. */
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import type { ClassOutcome, ExampleInput, JudgedPart, ValueOutcome, WorstExample } from "../run-report-data.ts";
import { commonConfusions, confusedClasses } from "../sections/class-scores.ts";
import { calibrationText, scoreCell, shownScores } from "../sections/classes.ts";
import { residualText } from "../sections/values.ts";
import { shadedImage } from "./images.ts";
import { columns, heading, plain, wrapped } from "./layout.ts";

const MOST_CLASSES = 12;
const MOST_ROWS = 20;
const MOST_EXAMPLES = 8;
/** Examples whose images stand side by side. */
const IMAGES_IN_ROW = 4;
const IMAGE_WIDTH = 23;

/** Blocks about classes. */
export function classBlocks(outcome: ClassOutcome, part: JudgedPart): string[] {
	const { classes, confusion, calibration } = outcome;
	const shown = confusedClasses(outcome, MOST_CLASSES);
	const matrix = [
		["true \\ predicted", ...shown.map((k) => plain(classes[k], 8))],
		...shown.map((i) => [plain(classes[i], 20), ...shown.map((j) => (confusion[i][j] === 0 ? "·" : String(confusion[i][j])))]),
	];
	const scores = shownScores(outcome, MOST_ROWS).map(({ name, precision, recall, f1, count }) => [
		name,
		...[precision, recall, f1].map(scoreCell),
		formatCount(count),
	]);
	const mistakes = commonConfusions(outcome, 5).map(
		({ actual, predicted, count, share }) =>
			`${plain(actual, 30)} taken for ${plain(predicted, 30)}: ${formatCount(count)} (${formatPercent(share)})`,
	);
	return [
		`${heading(`Confusion matrix (${part.name}, ${formatCount(part.exampleCount)} examples)`)}\n${columns(matrix)}`,
		`${heading("By class")}\n${columns([["class", "precision", "recall", "F1", "examples"], ...scores])}`,
		...(mistakes.length === 0 ? [] : [`${heading("Commonest mistakes")}\n${mistakes.join("\n")}`]),
		...(calibration === null ? [] : [`${heading("Calibration")}\n${wrapped(calibrationText(calibration))}`]),
	];
}

/** Blocks about predicted numbers. */
export function valueBlocks({ targets }: ValueOutcome, part: JudgedPart): string[] {
	const title = heading(`Residuals (${part.name}, ${formatCount(part.exampleCount)} examples)`);
	return [`${title}\n${targets.map((target) => `${wrapped(residualText(target))}\n${columns(quantileRows(target))}`).join("\n")}`];
}

/** Quantiles of predicted − true. */
function quantileRows({ predicted, actual }: ValueOutcome["targets"][number]): string[][] {
	const errors = Float64Array.from(predicted, (value, i) => value - actual[i]).sort();
	const shares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];
	const values = shares.map((share) => formatNumber(errors[Math.round(share * (errors.length - 1))]));
	return [
		["quantile", ...shares.map((share) => `${100 * share} %`)],
		["predicted − true", ...values],
	];
}

/** The block of worst examples. */
export function worstBlock({ worst, name }: JudgedPart): string {
	const shown = worst.slice(0, MOST_EXAMPLES);
	const images = shown.flatMap((example) => (example.input.kind === "image" ? [captioned(example, example.input)] : []));
	const rows = shown.flatMap((example) => (example.input.kind === "cells" ? [{ example, cells: example.input.cells }] : []));
	const blocks: string[] = [];
	for (let i = 0; i < images.length; i += IMAGES_IN_ROW) blocks.push(sideBySide(images.slice(i, i + IMAGES_IN_ROW)));
	if (rows.length > 0) {
		const table = rows.map(({ example: { id, loss, actual, predicted }, cells }) => [
			...[id, formatNumber(loss), actual, predicted],
			...cells.map(([, cell]) => cell),
		]);
		blocks.push(columns([["", "loss", "true", "predicted", ...rows[0].cells.map(([column]) => column)], ...table]));
	}
	return `${heading(`Worst examples (${name})`)}\n${blocks.join("\n\n")}`;
}

function captioned({ id, loss, actual, predicted }: WorstExample, image: Extract<ExampleInput, { kind: "image" }>): string[] {
	const texts = [`true: ${actual}`, `predicted: ${predicted}`, id, `loss ${formatNumber(loss)}`];
	return [...shadedImage(image), ...texts.map((text) => plain(text, IMAGE_WIDTH - 1))];
}

function sideBySide(blocks: readonly string[][]): string {
	const height = Math.max(...blocks.map((lines) => lines.length));
	const line = (i: number): string => blocks.map((lines) => padded(lines[i] ?? "")).join(" ");
	return Array.from({ length: height }, (_, i) => line(i).trimEnd()).join("\n");
}

function padded(text: string): string {
	return text + " ".repeat(Math.max(0, IMAGE_WIDTH - Array.from(text).length));
}
