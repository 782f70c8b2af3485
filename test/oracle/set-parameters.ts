/** Puts given tensors in the place of a model's parameters: fixtures bring the values and ask for gradients in them. */
import { type AnyModule, walk } from "../../src/nn/index.ts";
import type { Tensor } from "../../src/tensor/index.ts";

/** @throws Error unless each parameter of the model is given, and nothing else */
export function setParameters(model: AnyModule, given: Readonly<Record<string, Tensor>>): void {
	const missing = new Set(Object.keys(given));
	for (const held of walk(model)) {
		if (held.kind !== "tensor") continue;
		if (!missing.delete(held.path)) throw new Error(`No values for ${held.path}.`);
		held.replace(given[held.path]);
	}
	if (missing.size > 0) throw new Error(`The model has no ${[...missing].join(", ")}.`);
}
