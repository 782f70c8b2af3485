/** A rate that falls at given steps. */
import { integerOption, type ListSpec, positive } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `multiStep`. */
export interface MultiStepOptions {
	/** Steps at which the rate falls. */
	readonly milestones: readonly number[];
	/** What the rate is multiplied with. Default 0.1. */
	readonly gamma?: number;
}

const milestonesOption: ListSpec = {
	kind: "list",
	about: "steps at which the rate falls",
	items: integerOption("step", undefined, { min: 0 }),
};

/** lr · gamma^(milestones passed). */
export const multiStep = defineSchedule<MultiStepOptions>({
	name: "multiStep",
	formula: "lr · γ^(milestones ≤ t)",
	source: "—",
	torch: "lr_scheduler.MultiStepLR",
	shorthand: "milestones",
	options: { milestones: milestonesOption, gamma: positive("what the rate is multiplied with", 0.1) },
	make: ({ milestones, gamma }) => ({
		kind: "step",
		name: "multiStep",
		at: (t, lr) => lr * gamma ** milestones.filter((milestone) => milestone <= t).length,
	}),
});
