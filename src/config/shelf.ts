/** Everything that a config may name: the registries of the shelf, in one place, so that a user's own techniques can be added. */
import type { Registry, Technique } from "../core/technique.ts";
import { augmentationRegistry } from "../data/augmentation/registry.ts";
import { activationRegistry } from "../nn/activations/index.ts";
import { initializerRegistry } from "../nn/init/index.ts";
import { layerRegistry } from "../nn/layers/index.ts";
import { lossRegistry } from "../nn/losses/index.ts";
import { modelRegistry } from "../nn/models/index.ts";
import { optimizerRegistry } from "../optim/registry.ts";
import { scheduleRegistry } from "../optim/schedules/index.ts";
import { metricRegistry } from "../train/metrics/index.ts";

/** The registries of the shelf by the kind of their techniques. */
export const shelf = {
	activation: activationRegistry,
	augmentation: augmentationRegistry,
	initializer: initializerRegistry,
	layer: layerRegistry,
	loss: lossRegistry,
	metric: metricRegistry,
	model: modelRegistry,
	optimizer: optimizerRegistry,
	schedule: scheduleRegistry,
} as const;

/** Registries by kind; the type of `shelf`, whatever was added. */
export type Shelf = typeof shelf;

/** A registry of any kind. */
export type AnyRegistry = Registry<Technique>;
