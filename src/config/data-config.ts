/** What a config says of the data: where they are, how they are read, and how they are told apart. */
import { z } from "zod";

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

/** The schema of `data`. */
export const dataSchema = z.strictObject({
	source: z.string().meta({
		description: "a file (CSV, TSV, Parquet, JSON lines), a folder of images or of IDX files, or digits or iris",
		examples: ["titanic.csv"],
		alsoCalled: ["path", "file", "fileName", "folder", "directory", "csv", "url", "train"],
	}),
	target: z
		.union([z.string(), names])
		.optional()
		.meta({
			description: "the column to predict, or several columns of numbers",
			alsoCalled: ["label", "labels", "output", "y", "predict"],
		}),
	task: z
		.enum(["classes", "values"])
		.optional()
		.meta({ description: "classification or regression; inferred if left out", alsoCalled: ["problem", "kind"] }),
	exclude: names.default([]).meta({ description: "columns to leave out", alsoCalled: ["drop", "ignore", "dropColumns"] }),
	keepLeaks: z.boolean().default(false).meta({ description: "train with columns that say what is to be predicted, too" }),
	columns: z
		.record(z.string(), columnSchema)
		.default({})
		.meta({ description: "columns that are treated differently, by name", alsoCalled: ["features", "fields"] }),
	missingTarget: z.enum(["error", "drop"]).default("error").meta({ description: "what happens to rows without target" }),
	maxOneHot: z.int().min(0).default(30).meta({ description: "most categories that are one-hot encoded; more are embedded" }),
	delimiter: z
		.string()
		.optional()
		.meta({ description: "between cells; found by itself if left out", alsoCalled: ["separator", "sep"] }),
	header: z.boolean().optional().meta({ description: "whether the first line holds names; found by itself if left out" }),
	encoding: z
		.enum(["utf-8", "latin-1"])
		.optional()
		.meta({ description: "of text files; default utf-8", alsoCalled: ["charset"] }),
	missing: names.optional().meta({ description: "texts that mean a missing cell", alsoCalled: ["naValues", "nullValues"] }),
	validation: share
		.default(0.2)
		.meta({ description: "share of the examples that judge while training", alsoCalled: ["val", "validationSplit", "valSplit"] }),
	test: z
		.union([share, z.string().meta({ title: "a path" })])
		.optional()
		.meta({
			description: "share kept for the test after training, or a file or folder of test data; default a tenth from 1,000 rows on",
			alsoCalled: ["testSplit", "testSize", "testFile"],
		}),
	split: z
		.union([z.enum(["random", "stratified"]), z.strictObject({ group: z.string() }), z.strictObject({ time: z.string() })])
		.default("stratified")
		.meta({
			description: "how examples are told apart: at random, by class, by whole groups, or by time",
			examples: ["random", { group: "customer" }],
			alsoCalled: ["stratify"],
		}),
	folds: z
		.int()
		.min(2)
		.optional()
		.meta({ description: "cross-validation with so many parts", alsoCalled: ["kFold", "crossValidation"] }),
	imageSize: z
		.union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])])
		.optional()
		.meta({ description: "height and width in pixels", alsoCalled: ["size", "resize"] }),
	imageScaling: z
		.enum(["scale", "meanImage", "channelMean", "channelStandard"])
		.optional()
		.meta({ description: "how pixels become numbers; default channelStandard", alsoCalled: ["normalize", "normalization"] }),
	corruptImages: z.enum(["error", "skip"]).default("error").meta({ description: "what happens where an image cannot be read" }),
});
