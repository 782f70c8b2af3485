/** No activation. */
import { defineActivation } from "./activation.ts";

/** x */
export const identity = defineActivation<object>({
	name: "identity",
	formula: "x",
	source: "—",
	torch: "nn.Identity",
	options: {},
	range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
	zeroCentred: true,
	saturates: "nowhere",
	gain: 1,
	build: (x) => x,
});
