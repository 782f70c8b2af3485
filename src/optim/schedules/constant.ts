/** No change. */
import { atLeastZero } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `constant`. */
export interface ConstantOptions {
	/** Factor of the optimizer's rate, ≥ 0. Default 1. */
	readonly factor?: number;
}

/** lr · factor at every step. */
export const constant = defineSchedule<ConstantOptions>({
	name: "constant",
	formula: "lr · factor",
	source: "—",
	torch: "lr_scheduler.ConstantLR",
	shorthand: "factor",
	options: { factor: atLeastZero("factor of the optimizer's rate", 1) },
	make: ({ factor }) => ({ kind: "step", name: "constant", at: (_, lr) => lr * factor }),
});
