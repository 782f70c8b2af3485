/** Schedules one after another. */
import { ArgumentError } from "../../core/errors.ts";
import { integerOption } from "../../core/options.ts";
import type { Named } from "../../core/technique.ts";
import { defineComposite } from "./composite.ts";

/** Options of `sequence`. */
export interface SequenceOptions<S> {
	readonly schedules: readonly S[];
	/** Steps at which the next one begins, ascending; one fewer than schedules. */
	readonly milestones: readonly number[];
}

/** Each schedule runs from its milestone on, counting steps from there. */
export const sequence = defineComposite<SequenceOptions<unknown>>({
	name: "sequence",
	formula: "schedule i at t − milestone i",
	source: "—",
	torch: "lr_scheduler.SequentialLR",
	aliases: ["sequential"],
	options: {
		schedules: { kind: "list", about: "schedules", items: { kind: "technique", of: "schedule", about: "a schedule" } },
		milestones: { kind: "list", about: "steps at which the next one begins", items: integerOption("step", undefined, { min: 1 }) },
	},
	parts: ({ schedules }) => schedules as readonly Named[],
	make({ milestones }, parts) {
		if (milestones.length !== parts.length - 1 || milestones.some((step, i) => i > 0 && step <= milestones[i - 1])) {
			throw new ArgumentError(
				`sequence: expected ${parts.length - 1} ascending milestones for ${parts.length} schedules, received [${milestones.join(", ")}].`,
			);
		}
		const placeOf = (step: number): { part: number; since: number } => {
			const part = milestones.filter((milestone) => milestone <= step).length;
			return { part, since: step - (part === 0 ? 0 : milestones[part - 1]) };
		};
		return {
			kind: "step",
			name: "sequence",
			at(step, lr) {
				const { part, since } = placeOf(step);
				return parts[part].at(since, lr);
			},
		};
	},
});
