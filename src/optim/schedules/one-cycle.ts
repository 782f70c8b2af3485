/** One cycle: up, then far down, with momentum the other way. */
import { choiceOption, integerOption, numberOption, positive } from "../../core/options.ts";
import { defineSchedule } from "./schedule.ts";

/** Options of `oneCycle`. */
export interface OneCycleOptions {
	/** The highest rate. Default: the optimizer's own. */
	readonly maxLr?: number | null;
	/** Steps of the whole cycle, ≥ 2. In a training: default all its steps. */
	readonly steps: number;
	/** Share of the steps in which the rate rises, 0 to 1. Default 0.3. */
	readonly riseShare?: number;
	/** Default "cosine". */
	readonly shape?: "cosine" | "linear";
	/** Momentum (β₁) at the highest rate and at the ends. Default [0.85, 0.95]; null leaves momentum alone. */
	readonly momentum?: readonly [low: number, high: number] | null;
	/** The first rate is maxLr / startDivisor. Default 25. */
	readonly startDivisor?: number;
	/** The last rate is the first / endDivisor. Default 1e4. */
	readonly endDivisor?: number;
}

type Curve = (from: number, to: number, share: number) => number;
const cosineCurve: Curve = (from, to, share) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
const linearCurve: Curve = (from, to, share) => from + (to - from) * share;

/** From maxLr / 25 up to maxLr and down to next to nothing; momentum from 0.95 to 0.85 and back. */
export const oneCycle = defineSchedule<OneCycleOptions>({
	name: "oneCycle",
	formula: "maxLr / 25 ↗ maxLr ↘ maxLr / 25e4; momentum 0.95 ↘ 0.85 ↗ 0.95",
	source: "Smith & Topin 2018, arXiv:1708.07120",
	torch: "lr_scheduler.OneCycleLR",
	options: {
		maxLr: positive("the highest rate; default the optimizer's own", null),
		steps: integerOption("steps of the whole cycle", undefined, { min: 2 }),
		riseShare: numberOption("share of the steps in which the rate rises", 0.3, { min: 0, max: 1 }),
		shape: choiceOption("of the rise and the fall", ["cosine", "linear"], "cosine"),
		momentum: {
			kind: "list",
			about: "momentum at the highest rate and at the ends; null leaves it alone",
			items: numberOption("momentum", undefined, { min: 0, below: 1 }),
			length: 2,
			default: [0.85, 0.95],
			nullable: true,
		},
		startDivisor: positive("the first rate is maxLr / startDivisor", 25),
		endDivisor: positive("the last rate is the first / endDivisor", 1e4),
	},
	fromTraining: ({ totalSteps }) => ({ steps: Math.max(2, totalSteps) }),
	make({ maxLr, steps, riseShare, shape, momentum, startDivisor, endDivisor }) {
		const curve = shape === "cosine" ? cosineCurve : linearCurve;
		const peak = riseShare * steps - 1;
		const last = steps - 1;
		/** From `ends[0]` over `top` to `ends[1]`. */
		const between = (step: number, top: number, ends: readonly [number, number]): number => {
			const t = Math.min(step, last);
			if (t <= peak) return curve(ends[0], top, peak === 0 ? 1 : t / peak);
			return curve(top, ends[1], (t - peak) / (last - peak));
		};
		return {
			kind: "step",
			name: "oneCycle",
			at(step, lr) {
				const top = maxLr ?? lr;
				const first = top / startDivisor;
				return between(step, top, [first, first / endDivisor]);
			},
			...(momentum === null ? {} : { momentumAt: (step: number) => between(step, momentum[0], [momentum[1], momentum[1]]) }),
		};
	},
});
