/** Schedules at the same time. */
import type { Named } from "../../core/technique.ts";
import { defineComposite } from "./composite.ts";

/** Options of `chain`. */
export interface ChainOptions<S> {
	readonly schedules: readonly S[];
}

/** Each schedule takes the rate that the one before gives: factors multiply. */
export const chain = defineComposite<ChainOptions<unknown>>({
	name: "chain",
	formula: "sₙ(t, … s₁(t, lr))",
	source: "—",
	torch: "lr_scheduler.ChainedScheduler",
	aliases: ["chained"],
	shorthand: "schedules",
	options: { schedules: { kind: "list", about: "schedules", items: { kind: "technique", of: "schedule", about: "a schedule" } } },
	parts: ({ schedules }) => schedules as readonly Named[],
	make: (_, parts) => ({
		kind: "step",
		name: "chain",
		at: (step, lr) => parts.reduce((rate, part) => part.at(step, rate), lr),
	}),
});
