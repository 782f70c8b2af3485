/** A line search whose steps satisfy the strong Wolfe conditions: enough decrease, and a slope that has become flat enough. */

/** The function along the line at one step length. */
export interface LinePoint {
	/** Step length along the direction. */
	readonly step: number;
	readonly value: number;
	/** Derivative along the direction. */
	readonly slope: number;
}

/** Constants of the search. */
export interface StrongWolfeOptions {
	/** Share of the decrease promised by the slope that counts as enough, in (0, 1). Default 1e-4. */
	readonly decrease?: number;
	/** Share of the first slope that counts as flat, in (decrease, 1). Default 0.9. */
	readonly curvature?: number;
	/** Evaluations at most. Default 25. */
	readonly maxEvaluations?: number;
	/** Interval length, times the largest element of the direction, at which it stops. Default 1e-9. */
	readonly tolerance?: number;
	/** Largest element of the direction. Default 1. */
	readonly directionSize?: number;
}

/** How much a bracket may grow at once. */
const GROWTH = 10;
/** A trial step keeps this share of the bracket away from its ends. */
const MARGIN = 0.1;

/**
 * A step length t with f(t) ≤ f(0) + c₁ t f′(0) and |f′(t)| ≤ c₂ |f′(0)|; where evaluations run out, the best point with enough decrease.
 *
 * @param start - the point at step 0, with a negative slope
 * @param first - the first step to try, > 0
 * @param at - evaluates the function at a step
 * @see Nocedal & Wright 2006, Numerical Optimization, algorithms 3.5 and 3.6; trial steps by the cubic of (3.59)
 */
export function strongWolfe(start: LinePoint, first: number, at: (step: number) => LinePoint, options: StrongWolfeOptions = {}): LinePoint {
	const { decrease = 1e-4, curvature = 0.9, maxEvaluations = 25, tolerance = 1e-9, directionSize = 1 } = options;
	// Written so that a value that is no number is too high.
	const isLow = ({ step, value }: LinePoint): boolean => value <= start.value + decrease * step * start.slope;
	const isFlat = ({ slope }: LinePoint): boolean => Math.abs(slope) <= -curvature * start.slope;
	let left = maxEvaluations;
	const evaluate = (step: number): LinePoint => {
		left--;
		return at(step);
	};

	/** Narrows a bracket whose `low` end has the lowest value with enough decrease and a slope towards `high`. */
	const zoom = (lowEnd: LinePoint, highEnd: LinePoint): LinePoint => {
		let [low, high] = [lowEnd, highEnd];
		while (left > 0 && Math.abs(high.step - low.step) * directionSize > tolerance) {
			const trial = evaluate(between(low, high));
			if (!isLow(trial) || trial.value >= low.value) {
				high = trial;
				continue;
			}
			if (isFlat(trial)) return trial;
			if (trial.slope * (high.step - low.step) >= 0) high = low;
			low = trial;
		}
		return low;
	};

	let before = start;
	let step = first;
	while (left > 0) {
		const trial = evaluate(step);
		if (!isLow(trial) || (before !== start && trial.value >= before.value)) return zoom(before, trial);
		if (isFlat(trial)) return trial;
		if (trial.slope >= 0) return zoom(trial, before);
		step = Math.min(GROWTH * step, Math.max(step + 0.01 * (step - before.step), cubicMinimum(before, trial) ?? 2 * step));
		before = trial;
	}
	return before;
}

/** A step inside the bracket, away from its ends: the cubic's minimum, or the middle. */
function between(a: LinePoint, b: LinePoint): number {
	const [from, to] = [Math.min(a.step, b.step), Math.max(a.step, b.step)];
	const middle = (from + to) / 2;
	const guess = cubicMinimum(a, b) ?? middle;
	const room = MARGIN * (to - from);
	return Math.min(to - room, Math.max(from + room, guess));
}

/** Where the cubic through two values and slopes is least, or null if there is no such place. */
function cubicMinimum(a: LinePoint, b: LinePoint): number | null {
	const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
	const radicand = d1 * d1 - a.slope * b.slope;
	const d2 = Math.sign(b.step - a.step) * Math.sqrt(radicand);
	const place = b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
	return Number.isFinite(place) ? place : null;
}
