/** Schedules made of schedules. */

import { ArgumentError } from "../../core/errors.ts";
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import { callable, type Named } from "../../core/technique.ts";
import type { FindSchedule, Schedule, ScheduleContext, ScheduleMaker, ScheduleTechnique, StepSchedule } from "./schedule.ts";

/** What a file of a composite schedule states. */
export interface CompositeFacts<O> extends Omit<ScheduleTechnique, "kind" | "options" | "create"> {
	readonly options: OptionSpecs<O>;
	/** The inner schedules: by name in a config, ready-made in code. */
	parts(options: Resolved<O>): readonly (Named | Schedule)[];
	make(options: Resolved<O>, parts: readonly StepSchedule[]): Schedule;
}

/** Makes a schedule of schedules known by name. */
export function defineComposite<O extends object>(facts: CompositeFacts<O>): ScheduleMaker<O> {
	const { make, parts, ...technique } = facts;
	const build = (options: O | undefined, find: (part: Named) => Schedule): Schedule => {
		const resolved = resolveOptions(facts.name, facts.options, options);
		const inner = parts(resolved).map((part) => (isSchedule(part) ? part : find(part)));
		return make(
			resolved,
			inner.map((part) => expectStepSchedule(facts.name, part)),
		);
	};
	const run = (options?: O): Schedule =>
		build(options, (part) => {
			throw new ArgumentError(`${facts.name}: expected ready-made schedules in code, received the name ${JSON.stringify(part)}.`);
		});
	const create = (options: object, context: ScheduleContext, find: FindSchedule): Schedule =>
		build(options as O, (part) => find(part, context));
	return callable(run, { ...technique, kind: "schedule" as const, options: anyOptions(facts.options), create });
}

/** Whether something is a ready-made schedule and not the name of one. */
export function isSchedule(given: unknown): given is Schedule {
	return typeof given === "object" && given !== null && "at" in given && typeof given.at === "function";
}

function expectStepSchedule(where: string, part: Schedule): StepSchedule {
	if (part.kind === "step") return part;
	throw new ArgumentError(`${where}: ${part.name} follows measured values, not steps, and cannot be a part of ${where}.`);
}
