import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scheduleRegistry, toSchedule } from "./index.ts";
import * as schedules from "./list.ts";
import type { Schedule, StepSchedule } from "./schedule.ts";

interface Curve {
	readonly rates: readonly number[];
	readonly momenta?: readonly number[];
}
const fixture = new URL("../../../test/oracle/fixtures/schedules.json", import.meta.url);
const { cases, plateaus } = JSON.parse(readFileSync(fixture, "utf8")) as {
	cases: Record<string, Curve>;
	plateaus: Record<string, Curve & { metrics: number[] }>;
};

/** The same schedules as in make_schedules.py, with the optimizer's rate. */
const ours: Record<string, { schedule: Schedule; lr?: number }> = {
	constant: { schedule: schedules.constant({ factor: 0.5 }) },
	lambda: { schedule: schedules.lambda({ factor: (t) => 1 / (1 + t) }) },
	multiplicative: { schedule: schedules.multiplicative({ factor: (t) => 1 - 1 / (t + 10) }) },
	step: { schedule: schedules.step({ every: 30, gamma: 0.5 }) },
	multiStep: { schedule: schedules.multiStep({ milestones: [20, 50, 51, 150], gamma: 0.3 }) },
	exponential: { schedule: schedules.exponential({ gamma: 0.98 }) },
	polynomial: { schedule: schedules.polynomial({ steps: 150, power: 2 }) },
	cosine: { schedule: schedules.cosine({ steps: 200, minLr: 0.001 }) },
	"cosine twice": { schedule: schedules.cosine({ steps: 40 }) },
	cosineRestarts: { schedule: schedules.cosineRestarts({ period: 30, minLr: 0.01 }) },
	"cosineRestarts growing": { schedule: schedules.cosineRestarts({ period: 15, growth: 2 }) },
	triangular: { schedule: schedules.cyclic({ maxLr: 0.1, stepsUp: 20 }), lr: 0.01 },
	triangular2: { schedule: schedules.cyclic({ maxLr: 0.1, stepsUp: 15, stepsDown: 30, mode: "triangular2" }), lr: 0.01 },
	expRange: { schedule: schedules.cyclic({ maxLr: 0.1, stepsUp: 20, mode: "expRange", gamma: 0.99 }), lr: 0.01 },
	oneCycle: { schedule: schedules.oneCycle({ steps: 201 }) },
	"oneCycle linear": {
		schedule: schedules.oneCycle({
			maxLr: 0.5,
			steps: 201,
			riseShare: 0.4,
			shape: "linear",
			momentum: [0.8, 0.9],
			startDivisor: 10,
			endDivisor: 100,
		}),
	},
	linearWarmup: { schedule: schedules.linearWarmup({ steps: 50, from: 0.1 }) },
	sequence: {
		schedule: schedules.sequence({
			schedules: [schedules.linearWarmup({ steps: 20, from: 0.1 }), schedules.exponential({ gamma: 0.97 })],
			milestones: [20],
		}),
	},
	chain: {
		schedule: schedules.chain({ schedules: [schedules.linearWarmup({ steps: 20, from: 0.1 }), schedules.exponential({ gamma: 0.98 })] }),
	},
};

/** PyTorch computes most curves by recursion, which gathers a rounding of float64 a step: 200 steps stay below 1e-12. */
const TOLERANCE = 1e-12;

describe("schedules", () => {
	it.each(Object.keys(cases))("%s follows PyTorch's curve over 200 steps", (name) => {
		const { schedule, lr = 0.1 } = ours[name];
		const steps = schedule as StepSchedule;
		cases[name].rates.forEach((rate, t) => {
			expect(Math.abs(steps.at(t, lr) - rate), `step ${t}: ${steps.at(t, lr)} and ${rate}`).toBeLessThan(TOLERANCE);
		});
		cases[name].momenta?.forEach((momentum, t) => {
			expect(Math.abs((steps.momentumAt?.(t) ?? 0) - momentum), `momentum at ${t}`).toBeLessThan(TOLERANCE);
		});
	});

	it("one cycle leaves momentum alone if told so", () => {
		expect((schedules.oneCycle({ steps: 100, momentum: null }) as StepSchedule).momentumAt).toBeUndefined();
	});

	it("inverse time halves the rate after 1 / κ steps", () => {
		const schedule = schedules.inverseTime({ decay: 0.1 }) as StepSchedule;
		expect([0, 10, 30].map((t) => schedule.at(t, 0.8))).toEqual([0.8, 0.4, 0.2]);
	});

	it.each(Object.entries(plateaus))("reduce on plateau agrees with PyTorch's: %s", (name, { metrics, rates }) => {
		const options = {
			usual: { factor: 0.5, patience: 3 },
			cooldown: { factor: 0.5, patience: 2, cooldown: 5, minLr: 0.005 },
			max: { goal: "max", factor: 0.3, patience: 4, threshold: 0.01 },
			absolute: { factor: 0.5, patience: 3, threshold: 0.02, thresholdMode: "absolute" },
		} as const;
		const schedule = schedules.reduceOnPlateau(options[name as keyof typeof options]);
		if (schedule.kind !== "metric") throw new Error("expected a schedule of measured values");
		rates.forEach((rate, i) => {
			expect(schedule.at(metrics.slice(0, i + 1), 0.1)).toBeCloseTo(rate, 12);
		});
	});
});

describe("schedules by name", () => {
	const context = { totalSteps: 100, stepsPerEpoch: 10 };

	it("take what they leave out from the training", () => {
		const schedule = toSchedule("cosine", context) as StepSchedule;
		expect(schedule.at(100, 0.1)).toBeCloseTo(0, 15);
		expect(schedule.at(50, 0.1)).toBeCloseTo(0.05, 15);
	});

	it("nest", () => {
		const schedule = toSchedule({ sequence: { schedules: [{ linearWarmup: 10 }, "cosine"], milestones: [10] } }, context) as StepSchedule;
		expect(schedule.at(0, 0.3)).toBeCloseTo(0.1, 12);
		expect(schedule.at(10, 0.3)).toBeCloseTo(0.3, 12);
	});

	it.each([
		["cosin", /no schedule "cosin"\. Did you mean "cosine"/],
		[{ cosine: { stepz: 3 } }, /there is no option "stepz"\. Did you mean "steps"/],
		[{ step: { every: 0 } }, /every to be a whole number ≥ 1, received 0/],
		[{ exponential: { gamma: -1 } }, /gamma to be a number > 0, received -1/],
		[{ sequence: { schedules: ["cosine", "constant"], milestones: [] } }, /1 ascending milestones for 2 schedules/],
		[{ chain: { schedules: ["reduceOnPlateau"] } }, /follows measured values, not steps/],
	])("refuse %j", (named, message) => {
		expect(() => toSchedule(named, context)).toThrow(message);
	});

	it("are all known", () => {
		expect(scheduleRegistry.names.length).toBe(Object.keys(schedules).length);
	});
});
