/** One value everywhere. */
import { numberOption } from "../../core/options.ts";
import { full } from "../../tensor/create.ts";
import { defineInitializer } from "./initializer.ts";

/** Options of `constant`. */
export interface ConstantOptions {
	/** The value. */
	readonly value: number;
}

/** `value` everywhere: for biases such as the 1 of an LSTM's forget gate. As weights it keeps all units of a layer equal for ever. */
export const constant = defineInitializer<ConstantOptions>({
	name: "constant",
	formula: "value",
	source: "—",
	torch: "nn.init.constant_",
	options: { value: numberOption("the value") },
	fill: (shape, _rng, { value }) => full(shape, value),
});
