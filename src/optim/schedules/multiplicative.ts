/** A rate that is multiplied at each step by a function of one's own. */
import { ArgumentError } from "../../core/errors.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `multiplicative`. */
export interface MultiplicativeOptions {
	/** What the rate is multiplied with when step t begins, t from 1. */
	readonly factor: (step: number) => number;
}

/** lr · Π_{i=1…t} factor(i). Products so far are remembered, so that a step costs one multiplication. */
export const multiplicative = defineSchedule<MultiplicativeOptions>({
	name: "multiplicative",
	formula: "lr · Π f(i), i = 1 … t",
	source: "—",
	torch: "lr_scheduler.MultiplicativeLR",
	options: { factor: { kind: "code", about: "a function of the step" } },
	make({ factor }) {
		if (typeof factor !== "function") {
			throw new ArgumentError(`multiplicative: expected factor to be a function of the step, received ${typeof factor}.`);
		}
		const products = [1];
		return {
			kind: "step",
			name: "multiplicative",
			at(step, lr) {
				for (let i = products.length; i <= step; i++) products.push(products[i - 1] * factor(i));
				return lr * products[step];
			},
		};
	},
});
