/** Numbers such as −999 that stand for "no value". */

const isCandidate = (x: number): boolean => {
	const size = Math.abs(x);
	return size === 99 || size === 999 || size === 9999 || size === 99_999;
};

/** Looks for such numbers far outside of all others. */
export class SentinelSearch {
	readonly #counts = new Map<number, number>();
	#min = Number.POSITIVE_INFINITY;
	#max = Number.NEGATIVE_INFINITY;

	add(values: Float64Array): void {
		for (let i = 0; i < values.length; i++) {
			const x = values[i];
			if (isCandidate(x)) this.#counts.set(x, (this.#counts.get(x) ?? 0) + 1);
			else if (Number.isFinite(x)) this.#widen(x);
		}
	}

	/** Those at least as far from the other numbers as these are from each other. */
	found(): { value: number; count: number }[] {
		if (this.#min > this.#max) return [];
		const range = Math.max(this.#max - this.#min, 1);
		return [...this.#counts]
			.filter(([value]) => value < this.#min - range || value > this.#max + range)
			.map(([value, count]) => ({ value, count }));
	}

	#widen(x: number): void {
		if (x < this.#min) this.#min = x;
		if (x > this.#max) this.#max = x;
	}
}
