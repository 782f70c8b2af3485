/** A network that remembers what it was built from, so that a saved one can be built again. */
import type { Shape } from "../core/shape.ts";
import type { Named } from "../core/technique.ts";
import type { Module } from "./module.ts";
import { Sequential } from "./sequential.ts";

/** What `buildNetwork` returns: modules one after another, and the list that they were built from. */
export class Network extends Sequential {
	/** The list of layers, as it was given. */
	readonly layerConfigs: readonly Named[];
	/** Of one example, without the batch axis. */
	readonly inputShape: Shape;

	constructor(layers: readonly Module[], from: { readonly layerConfigs: readonly Named[]; readonly inputShape: Shape }) {
		super(layers);
		this.layerConfigs = from.layerConfigs;
		this.inputShape = from.inputShape;
	}
}
