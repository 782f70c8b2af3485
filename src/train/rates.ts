/** Learning rate and momentum of the next step, from the schedule. */
import type { TrainerOptions } from "./options.ts";

/** Where training stands, as far as schedules look. */
export interface RatePlace {
	readonly step: number;
	readonly epoch: number;
	/** What the schedule scales. */
	readonly baseLr: number;
	/** Values of the monitored score, one an epoch. */
	monitored(): number[];
}

/** Writes the next step's rates into the optimizer. */
export function setRates(options: TrainerOptions, { step, epoch, baseLr, monitored }: RatePlace): void {
	const { optimizer, schedule = null, scheduleEvery = "step" } = options;
	if (schedule === null) {
		optimizer.lr = baseLr;
		return;
	}
	if (schedule.kind === "metric") {
		optimizer.lr = schedule.at(monitored(), baseLr);
		return;
	}
	const at = scheduleEvery === "step" ? step : epoch;
	optimizer.lr = schedule.at(at, baseLr);
	if (optimizer.momentum !== null && schedule.momentumAt !== undefined) optimizer.momentum = schedule.momentumAt(at);
}
