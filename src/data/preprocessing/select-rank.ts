/** One order statistic without sorting all. */

/** Ranges up to this length are sorted. */
const SHORT = 64;

/**
 * The number that sorting would put at `rank`, from 0. Reorders the numbers, none of which may be NaN.
 *
 * Quickselect with the middle of three as pivot (Hoare 1961, doi:10.1145/366622.366647), and sorting where pivots turn out badly too often.
 */
export function selectRank(numbers: Float64Array, rank: number): number {
	let [low, high] = [0, numbers.length - 1];
	for (let patience = 2 * Math.log2(numbers.length + 1); high - low > SHORT; patience--) {
		if (patience < 0) break;
		const pivot = middleOf(numbers[low], numbers[(low + high) >>> 1], numbers[high]);
		let [i, j] = [low, high];
		while (i <= j) {
			while (numbers[i] < pivot) i++;
			while (numbers[j] > pivot) j--;
			if (i > j) break;
			const number = numbers[i];
			numbers[i++] = numbers[j];
			numbers[j--] = number;
		}
		// Now low … j ≤ pivot, i … high ≥ pivot, and what lies between equals it.
		if (rank <= j) high = j;
		else if (rank >= i) low = i;
		else return pivot;
	}
	numbers.subarray(low, high + 1).sort();
	return numbers[rank];
}

const middleOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
