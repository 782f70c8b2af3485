/** A rate by a function of one's own. */
import { ArgumentError } from "../../core/errors.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `lambda`. */
export interface LambdaOptions {
	/** Factor of the optimizer's rate at a step, from 0. */
	readonly factor: (step: number) => number;
}

/** lr · factor(t). Only from code: a config file holds no functions. */
export const lambda = defineSchedule<LambdaOptions>({
	name: "lambda",
	formula: "lr · f(t)",
	source: "—",
	torch: "lr_scheduler.LambdaLR",
	options: { factor: { kind: "code", about: "a function of the step" } },
	make({ factor }) {
		if (typeof factor !== "function")
			throw new ArgumentError(`lambda: expected factor to be a function of the step, received ${typeof factor}.`);
		return { kind: "step", name: "lambda", at: (step, lr) => lr * factor(step) };
	},
});
