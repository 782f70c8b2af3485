/** The config of a run: what `gradus train` can be told, from flags, YAML or TypeScript, checked by one schema. */
import { z } from "zod";
import type { Named } from "../core/technique.ts";
import type { LayerConfig } from "../nn/build.ts";
import { type AnyRegistry, type Shelf, shelf as wholeShelf } from "./shelf.ts";
import { techniqueNameSchema, techniqueSchema } from "./technique-schema.ts";

const share = z.number().min(0).lt(1);
const names = z.array(z.string());

const columnSchema = z
	.strictObject({
		type: z.enum(["numeric", "nominal", "text", "date"]).optional().meta({ description: "what its cells are; inferred if left out" }),
		scale: z.enum(["standardize", "minMax", "robust", "log", "none"]).optional().meta({ description: "of numbers; default standardize" }),
		impute: z
			.unknown()
			.optional()
			.meta({ description: 'what replaces missing cells: "median", "mean", "mostFrequent" or { constant: value }' }),
		encode: z.unknown().optional().meta({ description: 'of names: "oneHot", "ordinal" or "embedding"' }),
	})
	.meta({ description: "how one column is read and prepared" });

const dataSchema = z.strictObject({
	source: z.string().meta({ description: "a file (CSV, TSV, Parquet, JSON lines), a folder of images or of IDX files, or digits or iris" }),
	target: z.union([z.string(), names]).optional().meta({ description: "the column to predict, or several columns of numbers" }),
	task: z.enum(["classes", "values"]).optional().meta({ description: "classification or regression; inferred if left out" }),
	exclude: names.default([]).meta({ description: "columns to leave out" }),
	columns: z.record(z.string(), columnSchema).default({}).meta({ description: "columns that are treated differently, by name" }),
	missingTarget: z.enum(["error", "drop"]).default("error").meta({ description: "what happens to rows without target" }),
	maxOneHot: z.int().min(0).default(30).meta({ description: "most categories that are one-hot encoded; more are embedded" }),
	delimiter: z.string().optional().meta({ description: "between cells; found by itself if left out" }),
	header: z.boolean().optional().meta({ description: "whether the first line holds names; found by itself if left out" }),
	encoding: z.enum(["utf-8", "latin-1"]).optional(),
	missing: names.optional().meta({ description: "texts that mean a missing cell" }),
	validation: share.default(0.2).meta({ description: "share of the examples that judge while training" }),
	test: z
		.union([share, z.string()])
		.optional()
		.meta({ description: "share kept for the test after training, or a file or folder of test data; default a tenth from 1,000 rows on" }),
	split: z
		.union([z.enum(["random", "stratified"]), z.strictObject({ group: z.string() }), z.strictObject({ time: z.string() })])
		.default("stratified")
		.meta({ description: "how examples are told apart: at random, by class, by whole groups, or by time" }),
	folds: z.int().min(2).optional().meta({ description: "cross-validation with so many parts" }),
	imageSize: z
		.union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])])
		.optional()
		.meta({ description: "height and width in pixels" }),
	imageScaling: z.enum(["scale", "meanImage", "channelMean", "channelStandard"]).optional(),
	corruptImages: z.enum(["error", "skip"]).default("error"),
});

const trainingSchema = z.strictObject({
	epochs: z.int().min(1).optional().meta({ description: "passes over the training data; default by its size" }),
	batchSize: z
		.union([z.int().min(1), z.literal("all")])
		.optional()
		.meta({ description: "examples of a step; default by the data's size" }),
	patience: z.int().min(0).nullable().optional().meta({ description: "epochs without improvement before training stops; null for never" }),
	dropLast: z.boolean().default(false).meta({ description: "leaves out a last batch of fewer examples" }),
	shuffle: z.boolean().default(true),
	monitor: z.string().optional().meta({ description: 'the score that judges: "loss" or a metric' }),
	ema: share.nullable().default(null).meta({ description: "decay of a moving average of the weights; null for none" }),
	scheduleEvery: z.enum(["step", "epoch"]).default("step"),
	logEvery: z.int().min(0).optional().meta({ description: "steps between step records" }),
	layersEvery: z.int().min(0).optional().meta({ description: "steps between records of layers" }),
	checkpointSeconds: z.number().positive().default(30),
	checkpointSteps: z.int().min(1).nullable().default(null),
});

const machineSchema = z.strictObject({
	executor: z.enum(["auto", "native", "wasm", "reference"]).default("auto"),
	threads: z.int().min(1).optional().meta({ description: "default: all cores, where that helps" }),
	deterministic: z.boolean().default(false).meta({ description: "the same bits on every machine: WASM without relaxed SIMD" }),
});

/** The schema of a run's config, with a shelf of one's own if need be. */
export function runConfigSchema(shelf: Shelf = wholeShelf) {
	const of = (kind: string): z.ZodType<Named> => techniqueSchema(kind, shelf);
	const layer = of("layer") as z.ZodType<LayerConfig>;
	const model = z.union([modelText(shelf), z.array(layer), of("model")]);
	return z.strictObject({
		data: dataSchema,
		model: model.optional().meta({ description: "a model by name, such as mlp:256x3, or a list of layers; default by the data" }),
		weightInit: of("initializer").optional().meta({ description: "first weights of all layers; default by the activation that follows" }),
		loss: of("loss").optional().meta({ description: "default crossEntropy for classes, meanSquaredError for values" }),
		optimizer: of("optimizer").optional(),
		schedule: of("schedule").nullable().optional(),
		augmentation: z.array(of("augmentation")).default([]).meta({ description: "random changes of training images, in this order" }),
		metrics: z.array(techniqueNameSchema("metric", shelf)).optional().meta({ description: "scores besides the loss; default by the task" }),
		training: trainingSchema.prefault({}),
		machine: machineSchema.prefault({}),
		seed: z.int().default(42),
	});
}

/** `mlp:256x3`: a model's name and its main option in one text. */
function modelText(shelf: Shelf): z.ZodType<string> {
	const { model } = shelf;
	return z.string().superRefine((text, context) => {
		try {
			(model as unknown as AnyRegistry).get(text.split(":")[0]);
		} catch (error) {
			context.addIssue({ code: "custom", message: (error as Error).message });
		}
	});
}

/** A checked config with all defaults. */
export type RunConfig = z.output<ReturnType<typeof runConfigSchema>>;

/** A config as people write it. */
export type RunConfigInput = z.input<ReturnType<typeof runConfigSchema>>;

/**
 * Gives a config its type, for `gradus.config.ts`.
 *
 * @example
 * export default defineConfig({ data: { source: "titanic.csv", target: "survived" }, model: "mlp:64x2" });
 */
export function defineConfig(config: RunConfigInput): RunConfigInput {
	return config;
}
