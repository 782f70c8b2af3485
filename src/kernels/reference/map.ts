/** Elementwise formulas, one element after the other. */
import type { Kernels } from "../contracts.ts";
import { makeEvaluator } from "./evaluate.ts";
import { converterTo, elementsOf, positionsOf } from "./view.ts";

/** See {@link Kernels.map}. */
export const map: Kernels["map"] = (formula, inputs, outputs) => {
	const dtypes = inputs.map((input) => input.dtype);
	const { slots, outputs: results, run } = makeEvaluator(formula, dtypes);
	const sources = inputs.map((input) => ({ data: elementsOf(input), at: positionsOf(input) }));
	const targets = outputs.map((output) => ({
		data: elementsOf(output),
		at: positionsOf(output),
		convert: converterTo(output.dtype),
	}));
	const size = outputs.length === 0 ? 0 : outputs[0].size;
	for (let i = 0; i < size; i++) {
		for (let k = 0; k < sources.length; k++) slots[k] = sources[k].data[sources[k].at[i]];
		run();
		for (let k = 0; k < targets.length; k++) targets[k].data[targets[k].at[i]] = targets[k].convert(slots[results[k]]);
	}
};
