/** Predictions in words: confusion matrix, calibration, scores by class, residuals, examples. */
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import { partText } from "../part-text.ts";
import type { ClassOutcome, ExampleInput, JudgedPart, ShownExample, ValueOutcome } from "../run-report-data.ts";
import { commonConfusions, confusedClasses } from "../sections/class-scores.ts";
import { calibrationText, scoreCell, shownScores } from "../sections/classes.ts";
import { answerColumns, answerLines, answerRows, examplesText, examplesTitle } from "../sections/examples.ts";
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
		["true \\ answer", ...shown.map((k) => plain(classes[k], 8))],
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
		`${heading(`Confusion matrix (${partText(part)})`)}\n${columns(matrix)}`,
		`${heading(`By class (${part.name})`)}\n${columns([["class", "precision", "recall", "F1", "examples"], ...scores])}`,
		...(mistakes.length === 0 ? [] : [`${heading(`Commonest mistakes (${part.name})`)}\n${mistakes.join("\n")}`]),
		...(calibration === null ? [] : [`${heading(`Calibration (${partText(part)})`)}\n${wrapped(calibrationText(calibration))}`]),
	];
}

/** Blocks about predicted numbers. */
export function valueBlocks({ targets }: ValueOutcome, part: JudgedPart): string[] {
	const title = heading(`Errors (${partText(part)})`);
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

/** The block of examples: wrong answers, the least sure or the largest errors. */
export function examplesBlock(part: JudgedPart): string {
	const shown = part.examples.shown.slice(0, MOST_EXAMPLES);
	const images = shown.flatMap((example) => (example.input.kind === "image" ? [captioned(example, example.input)] : []));
	const rows = shown.flatMap((example) => (example.input.kind === "cells" ? [{ example, cells: example.input.cells }] : []));
	const blocks: string[] = [];
	for (let i = 0; i < images.length; i += IMAGES_IN_ROW) blocks.push(sideBySide(images.slice(i, i + IMAGES_IN_ROW)));
	if (rows.length > 0) {
		const head = ["", ...answerColumns(rows[0].example.answer).map(({ title }) => title), ...rows[0].cells.map(([column]) => column)];
		const answers = answerRows(rows.map(({ example }) => example.answer));
		const table = rows.map(({ example, cells }, i) => [example.id, ...answers[i], ...cells.map(([, cell]) => cell)]);
		blocks.push(columns([head, ...table]));
	}
	const text = wrapped(examplesText({ ...part, examples: { ...part.examples, shown } }));
	return `${heading(`${examplesTitle(part)} (${partText(part)})`)}\n${text}\n\n${blocks.join("\n\n")}`;
}

function captioned({ id, answer }: ShownExample, image: Extract<ExampleInput, { kind: "image" }>): string[] {
	return [...shadedImage(image), ...[...answerLines(answer), id].map((text) => plain(text, IMAGE_WIDTH - 1))];
}

function sideBySide(blocks: readonly string[][]): string {
	const height = Math.max(...blocks.map((lines) => lines.length));
	const line = (i: number): string => blocks.map((lines) => padded(lines[i] ?? "")).join(" ");
	return Array.from({ length: height }, (_, i) => line(i).trimEnd()).join("\n");
}

function padded(text: string): string {
	return text + " ".repeat(Math.max(0, IMAGE_WIDTH - Array.from(text).length));
}
