/** Moments of a sample and how far they may lie from what is expected of them. */

/** What a sample tells of its distribution. */
export interface Moments {
	readonly count: number;
	readonly mean: number;
	/** Σ (x − mean)² / count */
	readonly variance: number;
	readonly min: number;
	readonly max: number;
	/** Standard error of `mean`, from the sample's own variance. */
	readonly meanError: number;
	/** Standard error of `variance`, from the sample's own fourth moment. */
	readonly varianceError: number;
}

/** Moments of values, the mean taken off first so that nothing cancels. */
export function momentsOf(values: ArrayLike<number>): Moments {
	const count = values.length;
	let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (let i = 0; i < count; i++) {
		sum += values[i];
		min = Math.min(min, values[i]);
		max = Math.max(max, values[i]);
	}
	const mean = sum / count;
	let [second, fourth] = [0, 0];
	for (let i = 0; i < count; i++) {
		const square = (values[i] - mean) ** 2;
		second += square;
		fourth += square * square;
	}
	const variance = second / count;
	const meanError = Math.sqrt(variance / count);
	const varianceError = Math.sqrt(Math.max(0, fourth / count - variance * variance) / count);
	return { count, mean, variance, min, max, meanError, varianceError };
}
