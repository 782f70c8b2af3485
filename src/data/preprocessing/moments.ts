/** Count, mean and spread of numbers, of which parts can be merged. Cells that are not finite are missing and do not count. */

/** Count, mean and Σ(x − mean)². */
export interface Moments {
	readonly count: number;
	readonly mean: number;
	/** Σ(x − mean)² */
	readonly squares: number;
}

/** Of no numbers. */
export const noMoments: Moments = { count: 0, mean: 0, squares: 0 };

/** Moments of `view(x)` over the finite cells. Two passes, so that a large mean does not swallow a small spread. */
export function momentsOf(values: ArrayLike<number>, view: (x: number) => number = (x) => x): Moments {
	let [count, shift, sum] = [0, 0, 0];
	for (let i = 0; i < values.length; i++) {
		if (!Number.isFinite(values[i])) continue;
		const x = view(values[i]);
		if (count++ === 0) shift = x;
		sum += x - shift;
	}
	if (count === 0) return noMoments;
	const guess = shift + sum / count;
	let [first, second] = [0, 0];
	for (let i = 0; i < values.length; i++) {
		if (!Number.isFinite(values[i])) continue;
		const difference = view(values[i]) - guess;
		first += difference;
		second += difference * difference;
	}
	// What rounding left in the guess of the mean, taken out again: Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115.
	return { count, mean: guess + first / count, squares: Math.max(0, second - (first * first) / count) };
}

/** Moments of both parts together (Chan, Golub & LeVeque 1983). */
export function mergeMoments(a: Moments, b: Moments): Moments {
	if (a.count === 0) return b;
	if (b.count === 0) return a;
	const count = a.count + b.count;
	const difference = b.mean - a.mean;
	return {
		count,
		mean: a.mean + difference * (b.count / count),
		squares: a.squares + b.squares + difference * difference * a.count * (b.count / count),
	};
}

/** √(squares / count): of the numbers themselves, not an estimate for more of them. 0 for no numbers. */
export function deviationOf({ count, squares }: Moments): number {
	return count === 0 ? 0 : Math.sqrt(squares / count);
}
