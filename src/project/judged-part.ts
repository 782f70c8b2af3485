/** A model on one part of the data: scores, confusion or residuals, and what it got most wrong. */
import type { Dataset } from "../data/dataset.ts";
import type { ClassOutcome, JudgedPart, ValueOutcome, WorstExample } from "../report/run-report-data.ts";
import { areProbabilities, calibration, confidenceOf } from "../train/analysis/calibration.ts";
import { classLosses, valueLosses, worstExamples } from "../train/analysis/example-losses.ts";
import { residuals } from "../train/analysis/residuals.ts";
import type { Evaluation } from "../train/evaluate.ts";
import { confusionMatrix, decisions } from "../train/metrics/checks.ts";
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
const WORST_COUNT = 16;

/** Looks at what a model predicted for a part of the data. */
export async function judgedPart(data: PreparedData, options: PartOptions): Promise<JudgedPart> {
	const { dataset, part, evaluation } = options;
	const { scores, predictions } = evaluation;
	const { target } = data;
	const isClasses = target.kind === "classes";
	const outcome = isClasses ? classOutcome(predictions, target.classes) : valueOutcome(predictions, target.names);
	const answers = isClasses ? classAnswers(predictions, target.classes) : valueAnswers(predictions, target.names);
	const losses = isClasses ? classLosses(predictions) : valueLosses(predictions);
	const worst: WorstExample[] = [];
	for (const example of worstExamples(losses, WORST_COUNT)) {
		worst.push({ loss: losses[example], ...answers(example), ...(await shownExample(data, options, example)) });
	}
	return { name: part, exampleCount: dataset.size, scores, outcome, worst };
}

function classOutcome(predictions: Predictions, classes: readonly string[]): ClassOutcome {
	const matrix = confusionMatrix(predictions);
	const count = classes.length;
	return {
		kind: "classes",
		classes,
		confusion: classes.map((_, k) => matrix.slice(k * count, (k + 1) * count)),
		calibration: areProbabilities(predictions) ? calibration(predictions) : null,
	};
}

function valueOutcome(predictions: Predictions, names: readonly string[]): ValueOutcome {
	return { kind: "values", targets: names.map((name, k) => ({ name, ...residuals(predictions, k) })) };
}

type Answers = (example: number) => Pick<WorstExample, "actual" | "predicted">;

function classAnswers(predictions: Predictions, classes: readonly string[]): Answers {
	const decided = decisions(predictions);
	const sure = areProbabilities(predictions);
	return (example) => {
		const share = sure ? ` (${(100 * confidenceOf(predictions, example, decided[example])).toFixed(0)} %)` : "";
		return { actual: classes[predictions.targets[example]], predicted: `${classes[decided[example]]}${share}` };
	};
}

function valueAnswers({ outputs, targets, outputCount }: Predictions, names: readonly string[]): Answers {
	const texts = (values: ArrayLike<number>, example: number): string =>
		names.map((name, k) => `${names.length === 1 ? "" : `${name} `}${Number(values[example * outputCount + k].toPrecision(4))}`).join(", ");
	return (example) => ({ actual: texts(targets, example), predicted: texts(outputs, example) });
}

async function shownExample(
	{ input, cells }: PreparedData,
	{ dataset, part, columnOrder }: PartOptions,
	example: number,
): Promise<Pick<WorstExample, "id" | "input">> {
	if (input.kind === "table" && cells !== undefined) {
		const found = cells(part, example);
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
