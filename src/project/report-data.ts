/** From a run in memory to what its report shows: the model is run over the part of the data that judges it. */
import { basename } from "node:path";
import { RandomStream } from "../core/random/index.ts";
import type { Dataset } from "../data/dataset.ts";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import { type Preprocessor, placeSteps } from "../data/preprocessing/preprocessor.ts";
import { type ModelSummary, summary } from "../nn/summary.ts";
import { formatNumber } from "../report/format.ts";
import type { ImportanceReport, ReportedData, RunReportData, ScoreFacts } from "../report/run-report-data.ts";
import { type RunRecord, readRun } from "../runs/read-run.ts";
import { withExecutor } from "../tensor/context.ts";
import { type FeatureGroup, permutationImportance } from "../train/analysis/permutation-importance.ts";
import { evaluate, executorOf } from "../train/evaluate.ts";
import { leakRemark } from "./data/leak-remark.ts";
import type { PreparedData } from "./data/opened.ts";
import type { FinishedRun } from "./finished-run.ts";
import { judgedPart, type PartName } from "./judged-part.ts";

/** What a report needs of a run. */
export type ReportedRun = Pick<FinishedRun, "path" | "config" | "opened" | "data" | "assembly" | "events" | "evaluations"> & {
	/** What there is to say about its weights. Default nothing. */
	readonly remarks?: readonly string[];
};

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
	const { path, events, opened, data, evaluations, remarks = [] } = reported;
	const part: PartName = evaluations.test === null ? "validation" : "test";
	const [dataset, evaluation] = [data[part], evaluations[part]];
	// Weights that fell apart before the first epoch was over are worth no figures.
	const run = readRun(events);
	const isBroken = run.end?.reason === "not finite" && run.end.bestEpoch === null;
	const isJudged = dataset !== null && evaluation !== null && !isBroken;
	const importance = isJudged ? await columnImportance(reported, dataset, part) : null;
	const { text, kinds } = layersOf(reported);
	return {
		name: basename(path),
		run,
		data: {
			...{ name: opened.name, kind: opened.kind, rowCount: opened.rowCount },
			parts: partSizes(data),
			target: data.target.kind === "classes" ? classesText(data.target.classes) : data.target.names.join(", "),
		},
		scores: scoreFacts(reported),
		modelSummary: text,
		layerKinds: kinds,
		judged: isJudged
			? await judgedPart(data, { dataset, part, evaluation, columnOrder: importance?.columns.map(({ name }) => name) ?? [] })
			: null,
		importance,
		remarks: [
			...remarks,
			...rescored(run, evaluations),
			...opened.remarks,
			...opened.leaks.map((leak) => leakRemark(leak, true)),
			...data.remarks,
		],
	};
}

/** Scores measured again differ by rounding alone; by more than this part only if the examples are others. */
const SAME = 0.01;

/** Said where the kept weights no longer score what was recorded: the rows are then not those of the run. */
function rescored(run: RunRecord, { validation }: ReportedRun["evaluations"]): string[] {
	const recorded = (run.end?.best ?? run.epochs.findLast((epoch) => epoch.best)?.validation)?.loss ?? Number.NaN;
	const measured = validation?.scores.loss ?? Number.NaN;
	// NaN is no difference: there is nothing to compare then.
	if (!(Math.abs(measured - recorded) > SAME * Math.abs(recorded))) return [];
	return [
		`Scored again, the validation loss is ${formatNumber(measured)}; during training it was ${formatNumber(recorded)}. The data or Gradus has changed ` +
			"since: the figures may be of rows that the model was trained on.",
	];
}

function partSizes({ train, validation, test }: PreparedData): ReportedData["parts"] {
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

function scoreFacts({ assembly }: ReportedRun): Record<string, ScoreFacts> {
	return Object.fromEntries(
		assembly.metrics.map(({ name, title, unit, goal }) => [name, { ...(title === undefined ? {} : { title }), unit, goal }]),
	);
}

/** The model's layers as a table, and what each of them is. */
function layersOf({ assembly: { model }, data }: ReportedRun): { text: string; kinds: Record<string, string> } {
	const executor = executorOf(model);
	const summarized = (): ModelSummary => summary(model, data.train.inputShape);
	const found = executor === undefined ? summarized() : withExecutor(executor, summarized);
	const kinds = found.rows.map(({ path, description }) => [path, kindOf(description)] as const);
	return { text: String(found), kinds: Object.fromEntries(kinds) };
}

/** What a layer is, without its sizes: `max pool` of `max pool 2×2`. */
function kindOf(description: string): string {
	return /^[\p{L}][\p{L}\d]*(?: [\p{L}]+)*/u.exec(description)?.[0] ?? description;
}

/** By column of the table; null for images and for very wide tables. */
async function columnImportance(
	{ assembly, data, config }: ReportedRun,
	dataset: Dataset,
	part: PartName,
): Promise<ImportanceReport | null> {
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
	return { score: metric?.name ?? "loss", part, rowCount, repeats: REPEATS, columns };
}

/** Features by the column that they were made of. */
export function columnGroups({ inputs }: Pick<Preprocessor, "inputs">): FeatureGroup[] {
	const groups = Map.groupBy(placeSteps(inputs), ({ input }) => input.name);
	return [...groups].map(([name, steps]) => ({
		name,
		features: steps.flatMap(({ start, featureNames }) => featureNames.map((_, i) => start + i)),
	}));
}
