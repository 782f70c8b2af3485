/** Examples that teach something: wrong answers, or the least sure ones, or the largest errors, as the model saw them. */
import { escapeText } from "../charts/svg.ts";
import { alignedFormat, formatCount, formatNumber, formatPercent, formatSigned } from "../format.ts";
import { cellColumns, paragraph, type Section, type TableColumn, table } from "../html/markup.ts";
import { pngDataUri } from "../html/png.ts";
import { partText } from "../part-text.ts";
import type { ClassAnswer, ExampleInput, JudgedPart, ShownExample, ValueAnswer } from "../run-report-data.ts";

/** Cells of a row at most. */
const MOST_CELLS = 12;

type Image = Extract<ExampleInput, { kind: "image" }>;

/** The section of examples. */
export function examplesSection(part: JudgedPart): Section {
	const { shown } = part.examples;
	const images = shown.flatMap((example) => (example.input.kind === "image" ? [imageFigure(example, example.input)] : []));
	const rows = shown.flatMap((example) => (example.input.kind === "cells" ? [{ example, cells: example.input.cells }] : []));
	const content = (images.length > 0 ? `<div class="examples">\n${images.join("\n")}\n</div>\n` : "") + cellsTable(rows);
	const shares = images.length > 0 && shown.some(({ answer }) => answer.kind === "class" && answer.confidence !== null);
	const text = paragraph(`${examplesText(part)}${shares ? " In parentheses: the probability that the model gave." : ""}`, "muted");
	return { id: "examples", title: examplesTitle(part), content: content === "" ? "" : text + content, note: partText(part) };
}

/** What is shown, as a heading. */
export function examplesTitle({ examples }: JudgedPart): string {
	return { wrong: "Wrong answers", "least sure": "The least sure answers", "largest errors": "Largest errors" }[examples.kind];
}

/** How the examples were chosen, and of how many. */
export function examplesText({ exampleCount, examples: { kind, wrongCount, shown } }: JudgedPart): string {
	const all = formatCount(exampleCount);
	switch (kind) {
		case "wrong": {
			const some = shown.length === 1 ? "The one that was surest." : `The ${shown.length} that were surest, first of all.`;
			const these = wrongCount === shown.length ? "All of them, the surest first." : some;
			const are = wrongCount === 1 ? "is" : "are";
			return `${formatCount(wrongCount)} of ${all} answers ${are} wrong (${formatPercent(wrongCount / exampleCount)}). ${wrongCount === 1 ? "" : these}`.trimEnd();
		}
		case "least sure":
			return `None of the ${all} answers is wrong. Of these the model was least sure.`;
		case "largest errors":
			if (exampleCount === 1) return "The only prediction.";
			return `The ${shown.length === 1 ? `one of ${all} predictions that is` : `${shown.length} of ${all} predictions that are`} furthest from the truth.`;
		default:
			throw kind satisfies never;
	}
}

function imageFigure({ id, answer }: ShownExample, { width, height, channels, pixels }: Image): string {
	const bytes = Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
	const uri = pngDataUri({ width, height, channels, bytes });
	const lines = answerLines(answer);
	const alt = `${id}: ${lines.join(", ")}`;
	const image = `<img src="${uri}" width="${width}" height="${height}" alt="${escapeText(alt)}">`;
	return `<div class="example">${image}<p>${lines.map(escapeText).join("<br>")}</p><p class="muted">${escapeText(id)}</p></div>`;
}

/** Truth and answer in a few short lines. */
export function answerLines(answer: ClassAnswer | ValueAnswer): string[] {
	if (answer.kind === "values") {
		const many = answer.targets.length > 1;
		return answer.targets.map(
			({ name, actual, predicted }) => `${many ? `${name}: ` : ""}true ${formatNumber(actual)}, predicted ${formatNumber(predicted)}`,
		);
	}
	const { actual, predicted, confidence, ofTruth } = answer;
	const sure = confidence === null ? "" : ` (${formatPercent(confidence, 0)})`;
	const truth = ofTruth === null || actual === predicted ? "" : ` (${formatPercent(ofTruth, 0)})`;
	return [`true: ${actual}${truth}`, `answer: ${predicted}${sure}`];
}

function cellsTable(rows: readonly { readonly example: ShownExample; readonly cells: readonly (readonly [string, string])[] }[]): string {
	if (rows.length === 0) return "";
	const names = rows[0].cells.slice(0, MOST_CELLS).map(([name]) => name);
	const cells = rows.map((row) => row.cells.slice(0, MOST_CELLS).map(([, cell]) => cell));
	const columns = [{ title: "" }, ...answerColumns(rows[0].example.answer), ...cellColumns(names, cells)];
	const answers = answerRows(rows.map(({ example }) => example.answer));
	return table(
		columns,
		rows.map(({ example }, i) => [example.id, ...answers[i], ...cells[i]]),
	);
}

/** Columns of truth and answer. */
export function answerColumns(answer: ClassAnswer | ValueAnswer): TableColumn[] {
	if (answer.kind === "values") {
		const many = answer.targets.length > 1;
		return answer.targets.flatMap(({ name }) =>
			["true", "predicted", "error"].map((title) => ({ title: many ? `${name}, ${title}` : title, isNumber: true })),
		);
	}
	const shares = answer.confidence === null ? [] : ["confidence", "of the true class"].map((title) => ({ title, isNumber: true }));
	return [{ title: "true" }, { title: "answer" }, ...shares];
}

/** The cells under `answerColumns`, a row for each answer. */
export function answerRows(answers: readonly (ClassAnswer | ValueAnswer)[]): string[][] {
	const values = answers.flatMap((answer) => (answer.kind === "values" ? [answer.targets] : []));
	const formats = (values[0] ?? []).map((_, k) => alignedFormat(values.flatMap((row) => [row[k].actual, row[k].predicted])));
	return answers.map((answer) => {
		if (answer.kind === "values") {
			return answer.targets.flatMap(({ actual, predicted }, k) => [
				...[actual, predicted].map(formats[k]),
				formatSigned(predicted - actual, formats[k]),
			]);
		}
		const { actual, predicted, confidence, ofTruth } = answer;
		const shares = confidence === null || ofTruth === null ? [] : [confidence, ofTruth];
		return [actual, predicted, ...shares.map((share) => formatPercent(share))];
	});
}
