/** A model on one part of the data: scores, confusion or residuals, and examples that teach something. */
import type { Dataset } from "../data/dataset.ts";
import type {
	ClassAnswer,
	ClassOutcome,
	JudgedPart,
	ShownExample,
	ShownExamples,
	ValueAnswer,
	ValueOutcome,
} from "../report/run-report-data.ts";
import { areProbabilities, calibration, confidenceOf } from "../train/analysis/calibration.ts";
import { classLosses, valueLosses, worstExamples } from "../train/analysis/example-losses.ts";
import { residuals } from "../train/analysis/residuals.ts";
import type { Evaluation } from "../train/evaluate.ts";
import { confusionMatrix, decisions } from "../train/metrics/checks.ts";
import { logLoss } from "../train/metrics/log-loss.ts";
import type { Predictions } from "../train/metrics/metric.ts";
import type { PreparedData } from "./data/opened.ts";
import { displayImage } from "./display-image.ts";

/** A part that can judge. */
export type PartName = "validation" | "test";

/** Which examples, and in which order columns are shown. */
export interface PartOptions {
	readonly dataset: Dataset;
	readonly part: PartName;
	/** What the model made of them. */
	readonly evaluation: Evaluation;
	/** Names of columns that come first among an example's cells. */
	readonly columnOrder: readonly string[];
}

/** Images fill two or three rows of the page, cells a table. */
const SHOWN_COUNT = 16;

/** Looks at what a model predicted for a part of the data. */
export async function judgedPart(data: PreparedData, options: PartOptions): Promise<JudgedPart> {
	const { dataset, part, evaluation } = options;
	const { scores, predictions } = evaluation;
	const { target } = data;
	const isClasses = target.kind === "classes";
	const outcome = isClasses ? classOutcome(predictions, target.classes) : valueOutcome(predictions, target.names);
	const answers = isClasses ? classAnswers(predictions, target.classes) : valueAnswers(predictions, target.names);
	const { chosen, ...kind } = isClasses ? teachingDecisions(predictions) : largestErrors(predictions);
	const shown: ShownExample[] = [];
	for (const example of chosen) shown.push({ answer: answers(example), ...(await shownExample(data, options, example)) });
	return { name: part, exampleCount: dataset.size, scores, outcome, examples: { ...kind, shown } };
}

type Chosen = Omit<ShownExamples, "shown"> & { readonly chosen: readonly number[] };

/** Wrong decisions, the surest first; if there is none, the right ones that were least sure. */
function teachingDecisions(given: Predictions): Chosen {
	const decided = decisions(given);
	// Where scores are no probabilities, a wrong answer's loss is how far it is ahead of the true class, a right one's how narrowly it is not.
	const losses = areProbabilities(given) ? null : classLosses(given);
	const sureness = (row: number): number => losses?.[row] ?? confidenceOf(given, row, decided[row]);
	const rows = Array.from({ length: given.rowCount }, (_, row) => row);
	const wrong = rows.filter((row) => decided[row] !== given.targets[row]);
	const surest = (among: readonly number[], sign: 1 | -1): number[] =>
		worstExamples(
			among.map((row) => sign * sureness(row)),
			SHOWN_COUNT,
		).map((i) => among[i]);
	if (wrong.length > 0) return { kind: "wrong", wrongCount: wrong.length, chosen: surest(wrong, 1) };
	return { kind: "least sure", wrongCount: 0, chosen: surest(rows, losses === null ? -1 : 1) };
}

function largestErrors(given: Predictions): Chosen {
	return { kind: "largest errors", wrongCount: 0, chosen: worstExamples(valueLosses(given), SHOWN_COUNT) };
}

function classOutcome(predictions: Predictions, classes: readonly string[]): ClassOutcome {
	const matrix = confusionMatrix(predictions);
	const count = classes.length;
	return {
		kind: "classes",
		classes,
		confusion: classes.map((_, k) => matrix.slice(k * count, (k + 1) * count)),
		...(areProbabilities(predictions)
			? { calibration: calibration(predictions), logLoss: logLoss(predictions) }
			: { calibration: null, logLoss: null }),
	};
}

function valueOutcome(predictions: Predictions, names: readonly string[]): ValueOutcome {
	return { kind: "values", targets: names.map((name, k) => ({ name, ...residuals(predictions, k) })) };
}

function classAnswers(predictions: Predictions, classes: readonly string[]): (example: number) => ClassAnswer {
	const decided = decisions(predictions);
	const isSure = areProbabilities(predictions);
	return (example) => {
		const [actual, answer] = [predictions.targets[example], decided[example]];
		const share = (k: number): number | null => (isSure ? confidenceOf(predictions, example, k) : null);
		return { kind: "class", actual: classes[actual], predicted: classes[answer], confidence: share(answer), ofTruth: share(actual) };
	};
}

function valueAnswers({ outputs, targets, outputCount }: Predictions, names: readonly string[]): (example: number) => ValueAnswer {
	const at = (values: ArrayLike<number>, example: number, k: number): number => values[example * outputCount + k];
	return (example) => ({
		kind: "values",
		targets: names.map((name, k) => ({ name, actual: at(targets, example, k), predicted: at(outputs, example, k) })),
	});
}

async function shownExample(
	{ input, cells }: PreparedData,
	{ dataset, part, columnOrder }: PartOptions,
	example: number,
): Promise<Pick<ShownExample, "id" | "input">> {
	const found = input.kind === "table" ? (cells?.(part, example) ?? null) : null;
	if (found !== null) {
		const place = (name: string): number => (columnOrder.includes(name) ? columnOrder.indexOf(name) : columnOrder.length);
		const ordered = [...found.cells].sort(([a], [b]) => place(a) - place(b));
		return { id: `row ${found.row + 1}`, input: { kind: "cells", cells: ordered } };
	}
	const { x } = await dataset.read([example]);
	const id = `${part} ${example + 1}`;
	if (input.kind === "images") return { id, input: displayImage(x, input.shape) };
	const features = input.preprocessor.featureNames.map((name, i) => [name, String(Number(x[i].toPrecision(4)))] as const);
	return { id, input: { kind: "cells", cells: features } };
}
