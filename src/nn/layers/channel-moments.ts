/** Mean and variance by channel of values that come in parts. */

/** Sums of a population by channel, in float64; parts are joined as by Chan, Golub & LeVeque 1979, so that nothing cancels. */
export class ChannelMoments {
	#count = 0;
	readonly #means: Float64Array;
	/** Σ (x − mean)² */
	readonly #squares: Float64Array;

	constructor(channels: number) {
		this.#means = new Float64Array(channels);
		this.#squares = new Float64Array(channels);
	}

	/** Values per channel so far. */
	get count(): number {
		return this.#count;
	}

	/** Adds a part of `count` ≥ 2 values per channel with these means and unbiased variances. */
	add(count: number, means: ArrayLike<number>, variances: ArrayLike<number>): void {
		const total = this.#count + count;
		for (let c = 0; c < this.#means.length; c++) {
			const distance = means[c] - this.#means[c];
			this.#squares[c] += variances[c] * (count - 1) + distance * distance * ((this.#count * count) / total);
			this.#means[c] += distance * (count / total);
		}
		this.#count = total;
	}

	/** Means of all values. */
	get means(): Float64Array {
		return this.#means;
	}

	/** Unbiased variances of all values. */
	get variances(): Float64Array {
		return this.#squares.map((sum) => sum / (this.#count - 1));
	}
}
