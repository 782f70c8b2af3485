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
	const { technique, options } = registry.find(typeof config === "string" ? parseShort(config) : (config as Named));
	return technique.layers(options, task);
}

/** `mlp:256x3` is `{ mlp: [256, 256, 256] }`, `mlp:256,128` is `{ mlp: [256, 128] }`, `resnet:20` is `{ resnet: 20 }`. */
function parseShort(text: string): Named {
	const [name, ...rest] = text.split(":");
	if (rest.length === 0) return name;
	const numbers = rest
		.join(":")
		.split(",")
		.flatMap((part) => {
			const [, length, count = "1"] = /^\s*(\d+)\s*(?:x\s*(\d+))?\s*$/.exec(part) ?? [];
			if (length === undefined) {
				throw new ArgumentError(
					`"${text}": expected numbers after the colon, such as mlp:256x3, mlp:256,128 or resnet:20, received "${part}".`,
				);
			}
			return new Array<number>(Math.min(1000, Number(count))).fill(Number(length));
		});
	return { [name]: numbers.length === 1 ? numbers[0] : numbers };
}
