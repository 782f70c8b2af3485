/** A run's config with what was left open written out, so that the file in the run's folder is the whole record and repeats the run. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import { optionsInConfig } from "../config/technique-schema.ts";
import { resolveOptions } from "../core/options.ts";
import type { Named, Registry, Technique } from "../core/technique.ts";
import { targetColumns } from "../data/preprocessing/target.ts";
import { lossRegistry } from "../nn/losses/index.ts";
import { type ModelConfig, modelRegistry, namedModel } from "../nn/models/index.ts";
import { optimizerRegistry } from "../optim/registry.ts";
import { scheduleRegistry } from "../optim/schedules/index.ts";
import type { OpenedData, PreparedData } from "./data/opened.ts";
import { planTraining } from "./defaults.ts";
import { testShare } from "./split.ts";

/** What the data and the machine decided. */
export interface Decided {
	readonly opened: OpenedData;
	readonly data: PreparedData;
	/** Threads of the executor. */
	readonly threads: number;
}

/**
 * The config with paths that hold anywhere, and with the target, the sizes of the parts, the model, the training and all options of its
 * techniques as they are for this data. A run of it is the run of the config given.
 */
export function settledConfig(config: RunConfig, { opened, data, threads }: Decided): RunConfig {
	const plan = planTraining(config, data);
	const { batchSize } = config.training;
	// Checked again, which puts everything in its order.
	return parseRunConfig({
		...config,
		data: { ...config.data, source: settledPath(config.data.source), ...settledTest(config, opened), ...settledInput(config, data) },
		model: settledModel(plan.model),
		loss: spelledOut(plan.loss, lossRegistry),
		optimizer: spelledOut(plan.optimizer, optimizerRegistry),
		schedule: plan.schedule === null ? null : spelledOut(plan.schedule, scheduleRegistry),
		metrics: [...plan.metrics],
		training: {
			...config.training,
			epochs: plan.epochs,
			batchSize: batchSize === "all" ? batchSize : plan.batchSize,
			patience: plan.patience,
			monitor: plan.monitor,
		},
		machine: { ...config.machine, threads },
	});
}

/** A path that holds wherever the run is looked at; names of built-in data stay. */
function settledPath(path: string): string {
	return existsSync(path) ? resolve(path) : path;
}

function settledTest(config: RunConfig, opened: OpenedData): Partial<RunConfig["data"]> {
	const { test } = config.data;
	if (typeof test === "string") return { test: settledPath(test) };
	// A test set that came with the data is no share of it.
	return opened.hasOwnTest ? {} : { test: testShare(config, opened) };
}

function settledInput(
	{ data: { imageScaling = "channelStandard" } }: RunConfig,
	{ input, target }: PreparedData,
): Partial<RunConfig["data"]> {
	if (input.kind === "images") return { imageScaling };
	const columns = targetColumns(input.preprocessor.target);
	return { target: columns.length === 1 ? columns[0] : columns, task: target.kind };
}

function settledModel(model: ModelConfig): NonNullable<RunConfig["model"]> {
	return Array.isArray(model) ? [...model] : spelledOut(namedModel(model as Named), modelRegistry);
}

/** A technique with all of its options, but those that are off as they are by default, and those that follow from the training. */
function spelledOut(named: Named, registry: Registry<Technique>): Named {
	const { technique, options } = registry.find(named);
	const specs = optionsInConfig(technique);
	const resolved = resolveOptions(technique.name, specs as never, options);
	const known = Object.entries(resolved).filter(([name, value]) => !(isNothing(value) && isNothing(specs[name].default)));
	return known.length === 0 ? technique.name : { [technique.name]: Object.fromEntries(known) };
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
