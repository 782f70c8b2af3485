/** The config of a run: what `gradus train` can be told, from flags, YAML or TypeScript, checked by one schema. */
import { z } from "zod";
import { GradusError } from "../core/errors.ts";
import type { Named } from "../core/technique.ts";
import type { LayerConfig } from "../nn/build.ts";
import { namedModel } from "../nn/models/index.ts";
import { dataSchema } from "./data-config.ts";
import { type Shelf, shelf as wholeShelf } from "./shelf.ts";
import { explain, registriesOf, techniqueNameSchema, techniqueSchema } from "./technique-schema.ts";

const share = z.number().min(0).lt(1);

const trainingSchema = z.strictObject({
	epochs: z
		.int()
		.min(1)
		.optional()
		.meta({ description: "passes over the training data; default by its size", alsoCalled: ["maxEpochs", "passes"] }),
	batchSize: z
		.union([z.int().min(1), z.literal("all")])
		.optional()
		.meta({ description: "examples of a step; default by the data's size", alsoCalled: ["batch", "miniBatch"] }),
	patience: z
		.int()
		.min(0)
		.nullable()
		.optional()
		.meta({ description: "epochs without improvement before training stops; null for never", alsoCalled: ["earlyStopping"] }),
	dropLast: z.boolean().default(false).meta({ description: "leaves out a last batch of fewer examples" }),
	shuffle: z.boolean().default(true).meta({ description: "another order of the examples in each epoch" }),
	monitor: z.string().optional().meta({ description: 'the score that judges: "loss" or a metric' }),
	ema: share
		.nullable()
		.default(null)
		.meta({ description: "decay of a moving average of the weights; null for none", alsoCalled: ["weightAverage"] }),
	scheduleEvery: z.enum(["step", "epoch"]).default("step").meta({ description: "what the schedule counts" }),
	logEvery: z.int().min(0).optional().meta({ description: "steps between step records" }),
	layersEvery: z.int().min(0).optional().meta({ description: "steps between records of layers" }),
	checkpointSeconds: z.number().positive().default(30).meta({ description: "seconds between checkpoints within an epoch" }),
	checkpointSteps: z.int().min(1).nullable().default(null).meta({ description: "steps between checkpoints besides those; null for none" }),
});

const machineSchema = z.strictObject({
	executor: z
		.enum(["auto", "native", "wasm", "reference"])
		.default("auto")
		.meta({ description: "what computes", alsoCalled: ["backend", "device"] }),
	threads: z
		.int()
		.min(1)
		.optional()
		.meta({ description: "default: all cores, where that helps", alsoCalled: ["cores", "workers"] }),
	deterministic: z
		.boolean()
		.default(false)
		.meta({ description: "the same bits on every machine: WASM without relaxed SIMD", alsoCalled: ["reproducible"] }),
});

/** The schema of a run's config, with a shelf of one's own if need be. */
export function runConfigSchema(shelf: Shelf = wholeShelf) {
	const of = (kind: string): z.ZodType<Named> => techniqueSchema(kind, shelf);
	const layer = of("layer") as z.ZodType<LayerConfig>;
	const model = z.union([modelText(shelf), z.array(layer), of("model")]);
	return z.strictObject({
		data: dataSchema.meta({ examples: [{ source: "titanic.csv", target: "survived" }], alsoCalled: ["dataset"] }),
		model: model.optional().meta({
			description: "a model by name, such as mlp:256x3, or a list of layers; default by the data",
			examples: ["mlp:64x2", [{ linear: 64 }, "relu", { linear: 3 }]],
			alsoCalled: ["layers", "network", "net", "architecture", "hidden"],
		}),
		weightInit: of("initializer")
			.optional()
			.meta({
				description: "first weights of all layers; default by the activation that follows",
				examples: ["heNormal"],
				alsoCalled: ["init", "initializer", "initialization"],
			}),
		loss: of("loss")
			.optional()
			.meta({
				description: "default crossEntropy for classes, meanSquaredError for values",
				examples: ["crossEntropy", { huber: { delta: 1 } }],
				alsoCalled: ["criterion", "objective", "lossFunction"],
			}),
		optimizer: of("optimizer")
			.optional()
			.meta({
				description: "what changes the weights, and its learning rate; default adamW",
				examples: [{ adamW: { lr: 0.001 } }],
				alsoCalled: ["lr", "learningRate", "weightDecay", "momentum", "optim"],
			}),
		schedule: of("schedule")
			.nullable()
			.optional()
			.meta({
				description: "how the learning rate changes; default oneCycle, null for none",
				examples: ["cosine", null],
				alsoCalled: ["scheduler", "lrSchedule", "lrScheduler"],
			}),
		augmentation: z
			.array(of("augmentation"))
			.default([])
			.meta({
				description: "random changes of training images, in this order",
				examples: [["flip", { crop: 4 }]],
				alsoCalled: ["augment", "transform", "transforms"],
			}),
		metrics: z
			.array(techniqueNameSchema("metric", shelf))
			.optional()
			.meta({ description: "scores besides the loss; default by the task", examples: [["accuracy"]], alsoCalled: ["scores"] }),
		training: trainingSchema.prefault({}).meta({ examples: [{ epochs: 30, batchSize: 64 }], alsoCalled: ["train", "fit"] }),
		machine: machineSchema.prefault({}).meta({ examples: [{ threads: 2 }], alsoCalled: ["hardware"] }),
		seed: z
			.int()
			.default(42)
			.meta({ description: "of everything random", examples: [42], alsoCalled: ["randomSeed", "randomState"] }),
	});
}

/** `mlp:256x3`: a model's name and its main option in one text. */
function modelText(shelf: Shelf): z.ZodType<string> {
	const registries = registriesOf("model", shelf);
	return z.string().superRefine((text, context) => {
		const message = explain(text.split(":")[0], registries, shelf) ?? problemOf(() => explain(namedModel(text), registries, shelf));
		if (message !== null) context.addIssue({ code: "custom", message });
	});
}

function problemOf(check: () => string | null): string | null {
	try {
		return check();
	} catch (error) {
		if (error instanceof GradusError) return error.message;
		throw error;
	}
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
