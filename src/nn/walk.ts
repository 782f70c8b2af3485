/** The one walk over a model: its modules, tensors and random streams, found in plain fields. */
import { RandomStream } from "../core/random/index.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type AnyModule, Module } from "./module.ts";

/** Something that a model holds. */
export type Held =
	| { readonly kind: "module"; readonly path: string; readonly value: AnyModule }
	/** `requiresGrad` tells parameters from buffers; `replace` puts another tensor in its place. */
	| { readonly kind: "tensor"; readonly path: string; readonly value: Tensor; replace(other: Tensor): void }
	| { readonly kind: "stream"; readonly path: string; readonly value: RandomStream; replace(other: RandomStream): void };

/**
 * Everything that a model holds, in the order of its fields: first the module itself with path "", then what its fields and lists of
 * fields hold, each thing once even where two modules share it.
 */
export function* walk(model: AnyModule): Generator<Held> {
	yield* walkModule(model, "", new Set());
}

function* walkModule(module: AnyModule, path: string, seen: Set<unknown>): Generator<Held> {
	if (seen.has(module)) return;
	seen.add(module);
	yield { kind: "module", path, value: module };
	for (const { name, value, replace } of fieldsOf(module)) {
		const inner = path === "" ? name : `${path}.${name}`;
		if (value instanceof Module) {
			yield* walkModule(value, inner, seen);
		} else if (value instanceof RandomStream) {
			yield { kind: "stream", path: inner, value, replace };
		} else if (!seen.has(value)) {
			seen.add(value);
			yield { kind: "tensor", path: inner, value, replace };
		}
	}
}

interface Field {
	readonly name: string;
	readonly value: AnyModule | Tensor | RandomStream;
	replace(other: AnyModule | Tensor | RandomStream): void;
}

/** Fields that hold something, lists item by item. A module's `inlineField` gives its items the module's own path. */
function fieldsOf(module: AnyModule): Field[] {
	return Object.entries(module).flatMap(([name, value]) => {
		if (isHeld(value)) return [fieldOf(module, name, name)];
		if (!Array.isArray(value)) return [];
		const prefix = name === module.inlineField ? "" : `${name}.`;
		return value.flatMap((item, i) => (isHeld(item) ? [fieldOf(value, i, `${prefix}${i}`)] : []));
	});
}

function isHeld(value: unknown): value is Field["value"] {
	return value instanceof Module || value instanceof Tensor || value instanceof RandomStream;
}

function fieldOf(owner: object, key: string | number, name: string): Field {
	const slots = owner as Record<string | number, Field["value"]>;
	return {
		name,
		value: slots[key],
		replace: (other) => {
			slots[key] = other;
		},
	};
}
