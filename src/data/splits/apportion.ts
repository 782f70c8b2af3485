/** Shares out whole rows by fractions. */

/**
 * Whole numbers with the sum `total`, each within one of `total · shares[i]`: the largest remainders are rounded up, the first of equals first.
 *
 * @param shares - ≥ 0, with the sum 1
 */
export function apportion(total: number, shares: readonly number[]): number[] {
	const exact = shares.map((share) => total * share);
	const parts = exact.map(floorOf);
	const byRemainder = parts.map((_, i) => i).sort((i, j) => exact[j] - parts[j] - (exact[i] - parts[i]));
	const left = total - parts.reduce((sum, part) => sum + part, 0);
	for (const i of byRemainder.slice(0, left)) parts[i]++;
	return parts;
}

/** Quotas this close below a whole number are that number, which rounding of fractions such as 1 − 0.2 − 0.1 missed. */
const ROUNDING = 1e-9;

const floorOf = (exact: number): number => Math.floor(exact + ROUNDING);

/**
 * Shares out the rows of each stratum so that each count is within one of `sizes[s] · shares[p]` and the parts are as large as `apportion` makes
 * them of all rows.
 *
 * After rounding down, each stratum has fewer rows left than there are parts, and gives one each to the parts that need most. Such a
 * choice meets all needs if there is a way at all (Ryser 1957, doi:10.4153/CJM-1957-044-3), and there is: the quotas' own fractions.
 *
 * @returns the count for part p of stratum s at `[s][p]`
 */
export function apportionStrata(sizes: readonly number[], shares: readonly number[]): number[][] {
	const counts = sizes.map((size) => shares.map((share) => floorOf(size * share)));
	const total = sizes.reduce((sum, size) => sum + size, 0);
	const needs = apportion(total, shares).map((size, part) => size - counts.reduce((sum, stratum) => sum + stratum[part], 0));
	for (const [s, stratum] of counts.entries()) {
		const left = sizes[s] - stratum.reduce((sum, count) => sum + count, 0);
		const remainder = (part: number): number => sizes[s] * shares[part] - stratum[part];
		const neediest = needs.map((_, part) => part).sort((p, q) => needs[q] - needs[p] || remainder(q) - remainder(p));
		for (const part of neediest.slice(0, left)) {
			stratum[part]++;
			needs[part]--;
		}
	}
	return counts;
}
