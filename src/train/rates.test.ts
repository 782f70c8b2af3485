import { describe, expect, it } from "vitest";
import type { Schedule } from "../optim/schedules/schedule.ts";
import type { TrainerOptions } from "./options.ts";
import { setRates } from "./rates.ts";

const place = { step: 7, epoch: 2, baseLr: 0.5, monitored: () => [3, 2, 1] };

/** What the optimizer holds after `setRates`. */
function ratesWith(schedule: Schedule | null, options: Partial<TrainerOptions> = {}, momentum: number | null = 0.9) {
	const optimizer = { lr: 123, momentum };
	setRates({ ...options, schedule, optimizer } as TrainerOptions, place);
	return optimizer;
}

const counting: Schedule = { kind: "step", name: "test", at: (step, lr) => lr * step };

describe("setRates", () => {
	it("without a schedule is the base rate, to which callbacks may have changed it", () => {
		expect(ratesWith(null).lr).toBe(0.5);
	});

	it("counts steps, or epochs if told", () => {
		expect(ratesWith(counting).lr).toBe(3.5);
		expect(ratesWith(counting, { scheduleEvery: "epoch" }).lr).toBe(1);
	});

	it("gives a schedule that judges the monitored values so far", () => {
		expect(ratesWith({ kind: "metric", name: "test", at: (values, lr) => lr * values.length }).lr).toBe(1.5);
	});

	it("sets the momentum where the schedule has one and the optimizer uses one", () => {
		const both: Schedule = { ...counting, momentumAt: (step) => step / 10 };
		expect(ratesWith(both).momentum).toBe(0.7);
		expect(ratesWith(both, {}, null).momentum).toBeNull();
		expect(ratesWith(counting).momentum).toBe(0.9);
	});
});
