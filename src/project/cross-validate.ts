/** Cross-validation: a config trained once a fold, each time judged on rows that it has not seen. */
import type { RunConfig } from "../config/run-config.ts";
import { ArgumentError } from "../core/errors.ts";
import { RandomStream } from "../core/random/index.ts";
import type { Dataset } from "../data/dataset.ts";
import { kFold, type SplitBy, splitRows } from "../data/splits/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { Scores } from "../runs/events.ts";
import { evaluate } from "../train/evaluate.ts";
import type { TrainingResult } from "../train/trainer.ts";
import { assemble, type RunOptions } from "./assemble.ts";
import type { OpenedData, PreparedData } from "./data/opened.ts";
import { stopsEarly } from "./defaults.ts";

/** What one fold brought. */
export interface FoldResult {
	/** Its number from 0. */
	readonly fold: number;
	/** Loss and metrics on the rows that were held out. */
	readonly scores: Scores;
	readonly training: TrainingResult;
}

/** What all folds brought. */
export interface CrossValidation {
	readonly folds: readonly FoldResult[];
	/** Of each score over the folds. */
	readonly mean: Scores;
	/** Standard deviation of each score between the folds, with n − 1 degrees of freedom. */
	readonly deviation: Scores;
}

/** How to cross-validate. */
export interface CrossValidateOptions {
	/** Number of folds. Default: the config's, else 5. */
	readonly folds?: number;
	/** Row numbers that each fold holds out, where they are given from outside; `folds` is then not used. */
	readonly rows?: readonly ArrayLike<number>[];
	/** Told of each fold as it ends. */
	readonly onFold?: (result: FoldResult) => void;
	/** What each fold's trainer gets besides the config. Folds after an abort are not trained. */
	readonly run?: RunOptions;
}

/**
 * Trains a config once a fold and scores it on the rows held out, which have no part in training or in choosing when to stop. Where the
 * config stops early, a share of the fold's training rows (`data.validation`) judges that; else all of them are for training.
 *
 * Folds follow `data.split`: they keep classes or groups as a single split does. The same seed gives the same folds.
 *
 * @throws ArgumentError for folds by time, or rows that are not the data's
 * @example
 * const { mean, deviation } = await crossValidate(config, await openData(config), bestExecutor(), { folds: 5 });
 */
export async function crossValidate(
	config: RunConfig,
	opened: OpenedData,
	executor: Executor,
	options: CrossValidateOptions = {},
): Promise<CrossValidation> {
	const { folds = config.data.folds ?? 5, rows, onFold, run = {} } = options;
	const heldOut = rows?.map((own) => checkedRows(own, opened.rowCount)) ?? foldRows(config, opened, folds);
	const results: FoldResult[] = [];
	for (const [fold, own] of heldOut.entries()) {
		if (run.signal?.aborted) break;
		const result = { fold, ...(await trainFold(config, opened, executor, { heldOut: own, fold, run })) };
		results.push(result);
		onFold?.(result);
	}
	return { folds: results, ...summarize(results.map(({ scores }) => scores)) };
}

/** Rows that each fold holds out. */
function foldRows({ seed }: RunConfig, { rowCount, splitBy }: OpenedData, folds: number): Int32Array[] {
	if (typeof splitBy === "object" && "time" in splitBy) {
		throw new ArgumentError(
			"crossValidate: folds by time would train on the future of the rows they judge.\n  Try: one split by time, or folds by group.",
		);
	}
	const by = splitBy === "random" ? {} : splitBy;
	return kFold({ rowCount, folds, ...by, rng: new RandomStream(seed).split("folds") }).map(({ validation }) => validation);
}

function checkedRows(rows: ArrayLike<number>, rowCount: number): Int32Array {
	const numbers = Int32Array.from(rows).sort();
	const wrong = numbers.find((row, i) => row < 0 || row >= rowCount || row === numbers[i - 1]);
	if (numbers.length === 0 || numbers.length === rowCount || wrong !== undefined) {
		throw new ArgumentError(
			`crossValidate: expected each fold to hold out some of the rows 0 … ${rowCount - 1}, each once, received ${
				wrong === undefined ? `${numbers.length} rows` : `row ${wrong}, twice or outside`
			}.`,
		);
	}
	return numbers;
}

/** The parts of a fold. */
interface FoldParts {
	readonly train: Int32Array;
	readonly validation: Int32Array;
	readonly heldOut: Int32Array;
}

async function trainFold(
	config: RunConfig,
	opened: OpenedData,
	executor: Executor,
	{ heldOut, fold, run }: { heldOut: Int32Array; fold: number; run: RunOptions },
): Promise<Pick<FoldResult, "scores" | "training">> {
	const { data, judged } = await prepareFold(opened, partsOf(config, opened, heldOut, fold));
	try {
		const { model, loss, metrics, outputs, decode, trainer } = assemble(config, data, executor, run);
		const training = await trainer.fit();
		const { scores } = await evaluate(model, judged, { loss, metrics, outputs, decode });
		return { scores, training };
	} finally {
		for (const part of [data.train, data.validation, data.test, judged]) await part?.close?.();
	}
}

function partsOf(config: RunConfig, { rowCount, splitBy }: OpenedData, heldOut: Int32Array, fold: number): FoldParts {
	const isHeldOut = new Uint8Array(rowCount);
	for (const row of heldOut) isHeldOut[row] = 1;
	const rest = Int32Array.from({ length: rowCount }, (_, row) => row).filter((row) => isHeldOut[row] === 0);
	const { validation } = config.data;
	if (!stopsEarly(config) || validation === 0) return { train: rest, validation: new Int32Array(0), heldOut };
	const rng = new RandomStream(config.seed).split("fold validation", fold);
	const split = splitRows({ rowCount: rest.length, validation, by: ofRows(splitBy, rest), rng });
	return { train: split.train.map((i) => rest[i]), validation: split.validation.map((i) => rest[i]), heldOut };
}

/** The rule for some of the rows. */
function ofRows(by: SplitBy, rows: Int32Array): SplitBy {
	const pick = (values: ArrayLike<number>): number[] => Array.from(rows, (row) => values[row]);
	if (by === "random") return by;
	if ("stratify" in by) return { ...by, stratify: pick(by.stratify) };
	return "group" in by ? { group: pick(by.group) } : { time: pick(by.time) };
}

async function prepareFold(
	opened: OpenedData,
	{ train, validation, heldOut }: FoldParts,
): Promise<{ data: PreparedData; judged: Dataset }> {
	if (!opened.hasOwnTest) {
		const data = await opened.prepare({ train, validation, test: heldOut });
		return { data, judged: data.test as Dataset };
	}
	// Data with a test set of its own gives that whatever rows are asked for, so the fold comes in the place of the validation part.
	const test = new Int32Array(0);
	const data = await opened.prepare({ train, validation, test });
	const { validation: judged } = await opened.prepare({ train, validation: heldOut, test });
	return { data, judged: judged as Dataset };
}

function summarize(scores: readonly Scores[]): Pick<CrossValidation, "mean" | "deviation"> {
	const mean: Record<string, number> = {};
	const deviation: Record<string, number> = {};
	for (const name of Object.keys(scores[0] ?? {})) {
		const values = scores.map((own) => own[name]);
		mean[name] = values.reduce((sum, value) => sum + value, 0) / values.length;
		const squares = values.reduce((sum, value) => sum + (value - mean[name]) ** 2, 0);
		deviation[name] = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
	}
	return { mean, deviation };
}
