/** All zeros. */
import { zeros as zerosTensor } from "../../tensor/create.ts";
import { defineInitializer } from "./initializer.ts";

/** 0 everywhere: for biases. As weights it keeps all units of a layer equal for ever. */
export const zeros = defineInitializer<object>({
	name: "zeros",
	formula: "0",
	source: "—",
	torch: "nn.init.zeros_",
	options: {},
	fill: (shape) => zerosTensor(shape),
});
