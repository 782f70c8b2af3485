/** Mixtures of two images and their targets. */
import { numberOption } from "../../core/options.ts";
import type { Batch } from "../dataset.ts";
import { defineAugmentation } from "./augmentation.ts";
import { drawBeta } from "./beta.ts";

/** Options of `mixup`. */
export interface MixupOptions {
	/** Both parameters of the beta distribution of λ, from 0.001 to 1000: small ones keep images nearly apart, 1 makes λ uniform. Default 0.2. */
	readonly alpha?: number;
}

/**
 * Mixes each image with another of the batch, and their targets in the same proportion. Class indices become probabilities
 * `[rows, classes]`; for values the values are mixed.
 *
 * λ and the partner are drawn for each image by itself (with replacement), not once for the batch, so what becomes of an image depends on the
 * rows of its batch but not on who computes it.
 */
export const mixup = defineAugmentation<MixupOptions>({
	name: "mixup",
	formula: "x ← λ x + (1 − λ) x', y ← λ y + (1 − λ) y', λ from Beta(alpha, alpha)",
	source: "Zhang, Cissé, Dauphin & Lopez-Paz 2018, arXiv:1710.09412",
	torch: "torchvision.transforms.v2.MixUp",
	options: { alpha: numberOption("both parameters of the beta distribution", 0.2, { min: 0.001, max: 1000 }) },
	shorthand: "alpha",
	make: ({ alpha }) => ({
		kind: "batch",
		name: "mixup",
		augment(batch, classCount, streamOf) {
			const pairs = Array.from({ length: batch.rowCount }, (_, row): Pair => {
				const rng = streamOf(row);
				return { lambda: drawBeta(alpha, rng), partner: rng.integer(0, batch.rowCount) };
			});
			return mixPairs(batch, classCount, pairs);
		},
	}),
});

/** What a row is mixed with. */
export interface Pair {
	/** The row's own share, 0 … 1. */
	readonly lambda: number;
	/** The other row. */
	readonly partner: number;
}

/** The batch with row i mixed with `pairs[i]`, its targets as numbers. */
export function mixPairs(batch: Batch, classCount: number | null, pairs: readonly Pair[]): Batch {
	const targets = batch.y instanceof Int32Array ? oneHot(batch.y, classCount ?? 1) : batch.y;
	batch.x.set(mixRows(batch.x, pairs));
	return { ...batch, y: mixRows(targets, pairs) };
}

function oneHot(labels: Int32Array, classCount: number): Float32Array {
	const out = new Float32Array(labels.length * classCount);
	for (let row = 0; row < labels.length; row++) out[row * classCount + labels[row]] = 1;
	return out;
}

function mixRows(values: Float32Array, pairs: readonly Pair[]): Float32Array {
	const out = new Float32Array(values.length);
	const width = values.length / pairs.length;
	for (const [row, { lambda, partner }] of pairs.entries()) {
		const [own, other] = [row * width, partner * width];
		for (let i = 0; i < width; i++) out[own + i] = lambda * values[own + i] + (1 - lambda) * values[other + i];
	}
	return out;
}
