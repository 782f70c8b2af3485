/** A running 64-bit hash of a column's cells: two columns with the same hash are the same, but for a chance of 1 in 10¹⁹. */

/** Hashes cells in order; how they are cut into batches makes no difference. */
export class Fingerprint {
	// Two streams of the 32-bit mixing step of MurmurHash3 (Appleby 2011), with different constants.
	#a = 0x9747b28c;
	#b = 0x3c6ef372;
	readonly #names = new Map<number, number>();

	/** Numbers as bits; −0 is 0, and all NaN are the same. */
	addNumbers(values: Float64Array): void {
		const bits = new Float64Array(1);
		const words = new Uint32Array(bits.buffer);
		for (let i = 0; i < values.length; i++) {
			bits[0] = Number.isNaN(values[i]) ? Number.NaN : values[i] + 0;
			this.#word(words[0]);
			this.#word(words[1]);
		}
	}

	/** Codes by the order in which they appear, so that other names for the same categories hash alike. */
	addCodes(codes: Int32Array): void {
		for (let i = 0; i < codes.length; i++) {
			const code = codes[i];
			let name = code;
			if (code >= 0) {
				name = this.#names.get(code) ?? this.#names.size;
				this.#names.set(code, name);
			}
			this.#word(name);
		}
	}

	/** Texts by their units, each followed by a mark no unit has. */
	addTexts(values: readonly (string | null)[]): void {
		for (const value of values) {
			for (let i = 0; i < (value?.length ?? 0); i++) this.#word(value!.charCodeAt(i));
			this.#word(value === null ? 0x10001 : 0x10000);
		}
	}

	/** The hash so far. */
	toString(): string {
		return `${(this.#a >>> 0).toString(16)} ${(this.#b >>> 0).toString(16)}`;
	}

	#word(word: number): void {
		this.#a = mix(this.#a, word, 0xcc9e2d51, 0x1b873593);
		this.#b = mix(this.#b, word, 0x85ebca6b, 0xc2b2ae35);
	}
}

function mix(hash: number, word: number, first: number, second: number): number {
	const scattered = Math.imul(word + 0x165667b1, first);
	const turned = Math.imul((scattered << 15) | (scattered >>> 17), second);
	const joined = hash ^ turned;
	return (Math.imul((joined << 13) | (joined >>> 19), 5) + 0xe6546b64) | 0;
}
