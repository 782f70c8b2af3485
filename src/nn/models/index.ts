/** Models by name. */
import { ArgumentError } from "../../core/errors.ts";
import { type Named, Registry, techniquesIn } from "../../core/technique.ts";
import type { LayerConfig } from "../build.ts";
import * as list from "./list.ts";
import type { ModelTechnique, TaskShape } from "./model.ts";

/** All models of the shelf by name. */
export const modelRegistry = new Registry("model", techniquesIn<ModelTechnique>("model", list));

/** A model: a recipe by name (`"mlp"`, `"mlp:256x3"`, `{ cnn: { channels: [16, 32] } }`), or its layers. */
export type ModelConfig = Named | readonly LayerConfig[];

/**
 * The layers of a model, written out.
 *
 * @throws ArgumentError for an unknown name or options that do not fit the task
 * @example
 * modelLayers("mlp:256x3", { inputShape: [13], outputCount: 3 });
 */
export function modelLayers(config: ModelConfig, task: TaskShape, registry: Registry<ModelTechnique> = modelRegistry): LayerConfig[] {
	if (Array.isArray(config)) return [...config];
	const { technique, options } = registry.find(namedModel(config as Named));
	return technique.layers(options, task);
}

/** Most numbers after the colon; a network so deep cannot be trained, and a larger count would only fill the memory. */
const MOST_NUMBERS = 1000;

/**
 * A model as a name with options: `mlp:256x3` is `{ mlp: [256, 256, 256] }`, `mlp:256,128` is `{ mlp: [256, 128] }`, `resnet:20` is
 * `{ resnet: 20 }`; others stay as they are.
 *
 * @throws ArgumentError if what stands after the colon is no list of numbers, or of more than 1,000
 */
export function namedModel(model: Named): Named {
	if (typeof model !== "string" || !model.includes(":")) return model;
	const [name, ...rest] = model.split(":");
	const runs = rest
		.join(":")
		.split(",")
		.map((part) => runIn(part, model));
	const total = runs.reduce((sum, { count }) => sum + count, 0);
	if (total > MOST_NUMBERS) {
		throw new ArgumentError(`"${model}": expected at most ${MOST_NUMBERS} layers, received ${total}. Try: ${name}:${runs[0].width}x3.`);
	}
	const numbers = runs.flatMap(({ width, count }) => new Array<number>(count).fill(width));
	return { [name]: numbers.length === 1 ? numbers[0] : numbers };
}

/** `256x3`: three times 256. */
function runIn(part: string, model: string): { width: number; count: number } {
	const [, width, count = "1"] = /^\s*(\d+)\s*(?:x\s*(\d+))?\s*$/.exec(part) ?? [];
	if (width !== undefined) return { width: Number(width), count: Number(count) };
	throw new ArgumentError(`"${model}": expected numbers after the colon, such as mlp:256x3, mlp:256,128 or resnet:20, received "${part}".`);
}
