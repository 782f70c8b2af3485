/** From a run in memory to what its report shows: the model is run over the part of the data that judges it. */
import { basename } from "node:path";
import { RandomStream } from "../core/random/index.ts";
import type { Dataset } from "../data/dataset.ts";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import { type Preprocessor, placeSteps } from "../data/preprocessing/preprocessor.ts";
import { summary } from "../nn/summary.ts";
import type { ImportanceReport, RunReportData } from "../report/run-report-data.ts";
import { readRun } from "../runs/read-run.ts";
import { withExecutor } from "../tensor/context.ts";
import { type FeatureGroup, permutationImportance } from "../train/analysis/permutation-importance.ts";
import { evaluate, executorOf } from "../train/evaluate.ts";
import type { PreparedData } from "./data/opened.ts";
import type { FinishedRun } from "./finished-run.ts";
import { judgedPart, type PartName } from "./judged-part.ts";

/** What a report needs of a run. */
export type ReportedRun = Pick<FinishedRun, "path" | "config" | "opened" | "data" | "assembly" | "events" | "evaluations">;

/** More rows make importance no surer than a model's other scores. */
const MOST_ROWS = 2000;
/** Each column costs five passes over the rows. */
const MOST_COLUMNS = 60;
const REPEATS = 5;

/**
 * What the report of a run shows. The test part judges where there is one, else the validation part.
 *
 * @example
 * writeFileSync("report.html", runReport(await reportData(await reopenRun(folder))));
 */
export async function reportData(reported: ReportedRun): Promise<RunReportData> {
	const { path, events, opened, data, evaluations } = reported;
	// A test file beside the data is opened and closed elsewhere: its scores are in the journal, its examples are not shown.
	const part: PartName = data.test === null ? "validation" : "test";
	const [dataset, evaluation] = [data[part], evaluations[part]];
	const importance = dataset === null ? null : await columnImportance(reported, dataset);
	return {
		name: basename(path),
		run: readRun(events),
		data: {
			...{ name: opened.name, kind: opened.kind, rowCount: opened.rowCount },
			parts: partSizes(data),
			target: data.target.kind === "classes" ? classesText(data.target.classes) : data.target.names.join(", "),
		},
		modelSummary: modelText(reported),
		judged:
			dataset === null || evaluation === null
				? null
				: await judgedPart(data, { dataset, part, evaluation, columnOrder: importance?.columns.map(({ name }) => name) ?? [] }),
		importance,
		remarks: [...opened.remarks, ...opened.leaks.map(({ text }) => text), ...data.remarks],
	};
}

function partSizes({ train, validation, test }: PreparedData): Record<string, number> {
	return {
		training: train.size,
		...(validation === null ? {} : { validation: validation.size }),
		...(test === null ? {} : { test: test.size }),
	};
}

function classesText(classes: readonly string[]): string {
	const shown = classes.slice(0, 12).join(", ");
	return `${classes.length} classes: ${shown}${classes.length > 12 ? ", …" : ""}`;
}

function modelText({ assembly: { model }, data }: ReportedRun): string {
	const executor = executorOf(model);
	const text = (): string => String(summary(model, data.train.inputShape));
	return executor === undefined ? text() : withExecutor(executor, text);
}

/** By column of the table; null for images and for very wide tables. */
async function columnImportance({ assembly, data, config }: ReportedRun, dataset: Dataset): Promise<ImportanceReport | null> {
	if (data.input.kind !== "table") return null;
	const groups = columnGroups(data.input.preprocessor);
	if (groups.length > MOST_COLUMNS) return null;
	const { loss, metrics, outputs, decode, model } = assembly;
	const rng = new RandomStream(config.seed).split("importance");
	const rowCount = Math.min(MOST_ROWS, dataset.size);
	const rows =
		rowCount === dataset.size ? Int32Array.from({ length: rowCount }, (_, i) => i) : rng.permutation(dataset.size).slice(0, rowCount);
	const { x, y } = await dataset.read(rows);
	const { inputShape, target } = dataset;
	const [metric] = metrics;
	const score = async (inputs: Float32Array): Promise<number> => {
		const examples = arrayDataset({ x: inputs, y, inputShape, target });
		const options = metric === undefined ? { loss } : { metrics: [metric] };
		const { scores } = await evaluate(model, examples, { ...options, outputs, decode });
		return scores[metric?.name ?? "loss"];
	};
	const columns = await permutationImportance({ x, rowCount, groups, score, goal: metric?.goal ?? "min", rng, repeats: REPEATS });
	return { score: metric?.name ?? "loss", rowCount, repeats: REPEATS, columns };
}

/** Features by the column that they were made of. */
export function columnGroups({ inputs }: Pick<Preprocessor, "inputs">): FeatureGroup[] {
	const groups = Map.groupBy(placeSteps(inputs), ({ input }) => input.name);
	return [...groups].map(([name, steps]) => ({
		name,
		features: steps.flatMap(({ start, featureNames }) => featureNames.map((_, i) => start + i)),
	}));
}
