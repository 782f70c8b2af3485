/** Running a model for a look at it, without a trace. */
import type { RandomState } from "../../core/random/index.ts";
import { RandomStream } from "../../core/random/index.ts";
import type { AnyModule, ForwardCall } from "../module.ts";
import { walk } from "../walk.ts";

/**
 * Runs `fn` with the model in the given mode; afterwards, also after an error, modes, running statistics, counters and random streams are
 * as before. Parameters stay as `fn` leaves them.
 */
export function undisturbed<R>(model: AnyModule, { training }: { training: boolean }, fn: () => R): R {
	const undo = remember(model);
	try {
		model.train(training);
		return fn();
	} finally {
		for (const step of undo) step();
	}
}

function remember(model: AnyModule): (() => void)[] {
	const undo: (() => void)[] = [];
	for (const held of walk(model)) {
		switch (held.kind) {
			case "module": {
				const { value } = held;
				const { training } = value;
				const numbers = value.numbers();
				undo.push(() => {
					value.training = training;
					if (Object.keys(numbers).length > 0) value.loadNumbers(numbers);
				});
				break;
			}
			case "tensor": {
				const { value } = held;
				if (value.requiresGrad) break;
				const data = value.dataSync();
				undo.push(() => value.executor.write(value.block, value.dtype, value.offset, data));
				break;
			}
			case "stream": {
				// A copy draws in its place, for others may hold the stream itself.
				const state: RandomState = held.value.state();
				held.replace(RandomStream.fromState(state));
				undo.push(() => held.replace(held.value));
				break;
			}
			default:
				throw held satisfies never;
		}
	}
	return undo;
}

/** Runs `fn` while `observer` is told of each forward pass of these modules. */
export function observed<R>(modules: Iterable<AnyModule>, observer: (call: ForwardCall) => void, fn: () => R): R {
	const ends = [...modules].map((module) => module.observe(observer));
	try {
		return fn();
	} finally {
		for (const end of ends) end();
	}
}
