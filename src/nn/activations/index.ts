/** Activations by name. */
import { type Named, Registry, techniquesIn } from "../../core/technique.ts";
import { Module } from "../module.ts";
import type { ActivationFunction } from "./activation.ts";
import * as list from "./list.ts";

/** All activations of the shelf by name. */
export const activationRegistry = new Registry("activation", techniquesIn<ActivationFunction<object>>("activation", list));

/** An activation by name, by name with options, or as a layer. */
export type ActivationLike = Named | Module;

/**
 * The layer of an activation.
 *
 * @throws ArgumentError with the nearest names if there is none of that name
 * @example
 * new Sequential([new Linear(2, 16, { rng }), activation("tanh"), new Linear(16, 1, { rng })]);
 * activation({ leakyReLU: { slope: 0.1 } });
 */
export function activation(given: ActivationLike, registry: Registry<ActivationFunction<object>> = activationRegistry): Module {
	if (given instanceof Module) return given;
	const { technique, options } = registry.find(given);
	return technique.layer(options);
}
