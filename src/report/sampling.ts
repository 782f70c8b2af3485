/** What chance makes of scores that are measured on a limited number of examples. */

/** Standard deviations either side that hold 95 % of a normal distribution. */
const CERTAIN = 1.96;

/**
 * √(p (1 − p) / n) with p = (right + 1) / (n + 2): the standard error of a share seen in n examples. Laplace's p keeps it above 0 where all
 * or none of a few examples are right.
 */
export function shareError(share: number, n: number): number {
	const p = (share * n + 1) / (n + 2);
	return Math.sqrt((p * (1 - p)) / n);
}

/** Where a rate lies with 95 % certainty if `right` of n examples are right. @see Wilson 1927, J. Am. Stat. Assoc. 22:209 */
export function shareInterval(right: number, n: number): readonly [low: number, high: number] {
	const [p, z2] = [right / n, CERTAIN ** 2];
	const middle = (p + z2 / (2 * n)) / (1 + z2 / n);
	const half = (CERTAIN * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
	return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/**
 * 1 / √n: by which part of itself the difference of two mean losses on the same n examples wavers. Losses of single examples spread about
 * as widely as their mean, as an exponential distribution does, and half of that is common to both, for the examples are the same.
 */
export function lossWaver(n: number): number {
	return 1 / Math.sqrt(n);
}
