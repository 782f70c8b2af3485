/** Gaussian noise. */
import { atLeastZero } from "../../core/options.ts";
import { normalQuantile } from "../../core/random/elementary.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { advanceCounter, philox } from "../../core/random/philox.ts";
import { defineAugmentation } from "./augmentation.ts";

/** Options of `noise`. */
export interface NoiseOptions {
	/** Standard deviation in units of the scaled values, ≥ 0. Default 0.1, a tenth of the spread of standardised images. */
	readonly std?: number;
}

/** Adds independent normal noise to every value, in 65,536 steps of equal probability, at most 4.3 standard deviations. */
export const noise = defineAugmentation<NoiseOptions>({
	name: "noise",
	formula: "x ← x + N(0, std²)",
	source: "Bishop 1995, doi:10.1162/neco.1995.7.1.108",
	torch: "torchvision.transforms.v2.GaussianNoise",
	aliases: ["gaussianNoise"],
	options: { std: atLeastZero("standard deviation, in units of the scaled values", 0.1) },
	shorthand: "std",
	make: ({ std }) => {
		const table = normalTable(std);
		return { kind: "image", name: "noise", augment: (image, _shape, rng) => addFromTable(image, table, rng) };
	},
});

const LEVELS = 2 ** 16;

/** Normal values of equal probability. Looking them up is ten times as fast as computing a quantile for each value of each image. */
function normalTable(std: number): Float32Array {
	return Float32Array.from({ length: LEVELS }, (_, level) => {
		const lower = (level + 0.5) / LEVELS;
		return std * normalQuantile(lower, 1 - lower);
	});
}

/** Each random word has two levels. */
function addFromTable(image: Float32Array, table: Float32Array, rng: RandomStream): void {
	const position = rng.take(Math.ceil(image.length / 2));
	const counter = new Uint32Array(position.counter);
	const words = new Uint32Array(4);
	const levels = new Uint16Array(8);
	for (let start = 0; start < image.length; start += levels.length) {
		philox(counter, position.key, words);
		advanceCounter(counter, 1);
		for (let i = 0; i < levels.length; i++) levels[i] = words[i >> 1] >>> (16 * (i & 1));
		const end = Math.min(levels.length, image.length - start);
		for (let i = 0; i < end; i++) image[start + i] += table[levels[i]];
	}
}
