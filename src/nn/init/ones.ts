/** All ones. */
import { ones as onesTensor } from "../../tensor/create.ts";
import { defineInitializer } from "./initializer.ts";

/** 1 everywhere: for scales of normalisations. */
export const ones = defineInitializer<object>({
	name: "ones",
	formula: "1",
	source: "—",
	torch: "nn.init.ones_",
	options: {},
	fill: (shape) => onesTensor(shape),
});
