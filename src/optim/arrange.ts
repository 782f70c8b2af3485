/** In which order an optimizer lays out its parameters, and which settings each has. */
import type { Resolved } from "../core/options.ts";
import { type NamedTensors, ParameterBlock } from "../tensor/parameters.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type CommonOptions, type ParameterSettings, settingsOf } from "./settings.ts";

/** What an optimizer trains: tensors, tensors by name, or a block of them. */
export type Trainable = ParameterBlock | NamedTensors;

/** Puts parameters with equal settings side by side, so that a step is one pass for each distinct setting. */
export function arrange(where: string, trainable: Trainable, common: Resolved<CommonOptions>) {
	const given = trainable instanceof ParameterBlock ? trainable.ranges.map(({ name, parameter }) => [name, parameter] as const) : null;
	const named = given ?? Object.entries(trainable as NamedTensors);
	const groups: ParameterSettings[] = [];
	const keys: string[] = [];
	const groupOf = new Map<Tensor, number>();
	for (const [name, parameter] of named) {
		const settings = settingsOf(where, common, name, parameter);
		const key = JSON.stringify(settings);
		if (!keys.includes(key)) {
			keys.push(key);
			groups.push(settings);
		}
		groupOf.set(parameter, keys.indexOf(key));
	}
	if (trainable instanceof ParameterBlock) return { block: trainable, groups, groupOf };
	const sorted = [...named].sort(([, a], [, b]) => (groupOf.get(a) as number) - (groupOf.get(b) as number));
	return { block: new ParameterBlock(inOrder(sorted)), groups, groupOf };
}

/** A record keeps no order for names that are whole numbers; a list does. */
function inOrder(named: readonly (readonly [string, Tensor])[]): NamedTensors {
	const numbered = named.some(([name]) => /^\d+$/.test(name));
	return numbered ? named.map(([, parameter]) => parameter) : Object.fromEntries(named);
}
