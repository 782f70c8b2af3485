/** Schedules by name. */
import { type Named, Registry, techniquesIn } from "../../core/technique.ts";
import { isSchedule } from "./composite.ts";
import * as list from "./list.ts";
import type { Schedule, ScheduleContext, ScheduleMaker } from "./schedule.ts";

/** All schedules of the shelf by name. */
export const scheduleRegistry = new Registry("schedule", techniquesIn<ScheduleMaker<object>>("schedule", list));

/** A schedule by name, by name with options, or ready-made. */
export type ScheduleLike = Named | Schedule;

/** Finds a schedule. @throws ArgumentError with the nearest names if there is none of that name */
export function toSchedule(
	given: ScheduleLike,
	context: ScheduleContext,
	registry: Registry<ScheduleMaker<object>> = scheduleRegistry,
): Schedule {
	if (isSchedule(given)) return given;
	const { technique, options } = registry.find(given);
	return technique.create(options, context, (named, inner) => toSchedule(named, inner, registry));
}
