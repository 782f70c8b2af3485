/** Initializers by name. */
import { type Named, Registry, techniquesIn } from "../../core/technique.ts";
import type { Initializer, InitializerMaker } from "./initializer.ts";
import * as list from "./list.ts";

/** All initializers of the shelf by name. */
export const initializerRegistry = new Registry("initializer", techniquesIn<InitializerMaker<object>>("initializer", list));

/** An initializer by name, by name with options, or ready-made. */
export type InitializerLike = Named | Initializer;

/** Finds an initializer. @throws ArgumentError with the nearest names if there is none of that name */
export function toInitializer(given: InitializerLike, registry: Registry<InitializerMaker<object>> = initializerRegistry): Initializer {
	if (typeof given === "function") return given;
	const { technique, options } = registry.find(given);
	return technique(options);
}
