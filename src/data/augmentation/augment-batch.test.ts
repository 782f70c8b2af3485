import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import type { Batch, TargetKind } from "../dataset.ts";
import { type AugmentContext, augmentBatch } from "./augment-batch.ts";
import { drawBeta } from "./beta.ts";
import { mixPairs, mixup } from "./mixup.ts";
import { augmentationRegistry, toAugmentations } from "./registry.ts";

const inputShape = [2, 4, 4];
const size = 32;
const target: TargetKind = { kind: "classes", classes: ["a", "b", "c"] };

/** The examples of those numbers; values tell example and place. */
const batchOf = (indices: readonly number[]): Batch => ({
	x: Float32Array.from(indices.flatMap((index) => Array.from({ length: size }, (_, i) => index + i / size))),
	y: Int32Array.from(indices, (index) => index % 3),
	rowCount: indices.length,
});

const contextOf = (indices: readonly number[], epoch = 0): AugmentContext => ({
	inputShape,
	target,
	indices,
	epoch,
	rng: new RandomStream(7, "augmentation"),
});
const everyImageAugmentation = toAugmentations(["flip", { crop: 1 }, "shift", { rotate: 30 }, { noise: 0.1 }, { cutout: 0.25 }]);

/** Each image after augmentation, by its number. */
function results(indices: readonly number[], epoch = 0): Map<number, Float32Array> {
	const { x } = augmentBatch(batchOf(indices), everyImageAugmentation, contextOf(indices, epoch));
	return new Map(indices.map((index, row) => [index, x.slice(row * size, (row + 1) * size)]));
}

describe("augmentBatch", () => {
	it("changes an image in the same way in any batch, in any place", () => {
		const all = results([0, 1, 2, 3, 4, 5, 6, 7]);
		fc.assert(
			fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), (indices) => {
				for (const [index, image] of results(indices)) expect(image).toEqual(all.get(index));
			}),
			{ numRuns: 20 },
		);
	});

	it("changes images otherwise in another epoch, and unlike each other", () => {
		const [first, second] = [results([0, 1]), results([0, 1], 1)];
		expect(first.get(0)).not.toEqual(second.get(0));
		const flipped = Array.from({ length: 64 }, (_, i) => i);
		const { x } = augmentBatch(batchOf(flipped), toAugmentations(["flip"]), contextOf(flipped));
		const isFlipped = flipped.map((index) => x[index * size] !== index);
		expect(new Set(isFlipped)).toEqual(new Set([true, false]));
	});

	it("applies the augmentations in their order", () => {
		const indices = [0];
		const zeroed = toAugmentations([{ cutout: 1 }, { noise: 1 }]);
		const noisy = toAugmentations([{ noise: 1 }, { cutout: 1 }]);
		const nonZero = ({ x }: Batch): number => x.filter((value) => value !== 0).length;
		expect(nonZero(augmentBatch(batchOf(indices), zeroed, contextOf(indices)))).toBe(size);
		expect(nonZero(augmentBatch(batchOf(indices), noisy, contextOf(indices)))).toBeLessThan(size);
	});

	it("gives two of one kind streams of their own", () => {
		const image = (steps: readonly object[]): Float32Array =>
			augmentBatch({ ...batchOf([0]), x: new Float32Array(size) }, toAugmentations(steps as { noise: number }[]), contextOf([0])).x;
		const [once, twice] = [image([{ noise: 1 }]), image([{ noise: 1 }, { noise: 1 }])];
		expect(twice.every((value, i) => value !== 2 * once[i])).toBe(true);
	});

	it("keeps the batch where there is nothing to do", () => {
		const batch = batchOf([1, 2]);
		expect(augmentBatch(batch, [], { ...contextOf([1, 2]), inputShape: [32] })).toBe(batch);
	});

	it("refuses what are no images, and batches of other examples", () => {
		const [batch, steps] = [batchOf([1, 2]), toAugmentations(["flip"])];
		expect(() => augmentBatch(batch, steps, { ...contextOf([1, 2]), inputShape: [32] })).toThrow(ShapeError);
		expect(() => augmentBatch(batch, steps, { ...contextOf([1, 2]), inputShape: [32] })).toThrow(
			/expected images \[channels, height, width\], received examples \[32\]/,
		);
		expect(() => augmentBatch(batch, steps, contextOf([1]))).toThrow(/expected 1 images \[2, 4, 4\], received 2 rows of 64 values/);
		expect(() => augmentBatch(batch, steps, { ...contextOf([1, 2]), inputShape: [1, 4, 4] })).toThrow(ShapeError);
	});
});

describe("mixup", () => {
	it("mixes images and class targets in the given proportions", () => {
		const batch: Batch = { x: Float32Array.of(1, 2, 10, 20), y: Int32Array.of(0, 2), rowCount: 2 };
		const mixed = mixPairs(batch, 3, [
			{ lambda: 0.75, partner: 1 },
			{ lambda: 0.5, partner: 0 },
		]);
		expect(mixed.x).toBe(batch.x);
		expect(Array.from(mixed.x)).toEqual([3.25, 6.5, 5.5, 11]);
		expect(mixed.y).toEqual(Float32Array.of(0.75, 0, 0.25, 0.5, 0, 0.5));
	});

	it("keeps a row that is mixed with itself", () => {
		const batch: Batch = { x: Float32Array.of(1, 2), y: Int32Array.of(1), rowCount: 1 };
		expect(mixPairs(batch, 2, [{ lambda: 0.25, partner: 0 }])).toEqual({ x: Float32Array.of(1, 2), y: Float32Array.of(0, 1), rowCount: 1 });
	});

	it("mixes values and targets that were mixed before", () => {
		const batch: Batch = { x: Float32Array.of(0, 4), y: Float32Array.of(1, 10, 3, 30), rowCount: 2 };
		const mixed = mixPairs(batch, null, [
			{ lambda: 0.5, partner: 1 },
			{ lambda: 1, partner: 0 },
		]);
		expect(mixed).toEqual({ x: Float32Array.of(2, 4), y: Float32Array.of(2, 20, 3, 30), rowCount: 2 });
	});

	it("makes probabilities of every class that add up to 1", () => {
		const indices = Array.from({ length: 50 }, (_, i) => i);
		const { y } = augmentBatch(batchOf(indices), [mixup({ alpha: 1 })], contextOf(indices));
		expect(y).toBeInstanceOf(Float32Array);
		expect(y).toHaveLength(150);
		for (let row = 0; row < 50; row++) {
			expect(y[row * 3] + y[row * 3 + 1] + y[row * 3 + 2]).toBeCloseTo(1, 6);
			expect(y[row * 3 + (row % 3)]).toBeGreaterThan(0);
		}
	});

	it("takes an empty batch", () => {
		expect(augmentBatch(batchOf([]), [mixup()], contextOf([])).y).toEqual(new Float32Array(0));
	});

	it("refuses an alpha of 0", () => {
		expect(() => mixup({ alpha: 0 })).toThrow(ArgumentError);
	});
});

describe("drawBeta", () => {
	it.each([0.2, 1, 4])("has the mean ½ and variance 1 / (4 (2 α + 1)) for α = %d", (alpha) => {
		const rng = new RandomStream(3);
		const draws = Array.from({ length: 10_000 }, () => drawBeta(alpha, rng));
		const variance = 1 / (4 * (2 * alpha + 1));
		const mean = draws.reduce((a, b) => a + b) / draws.length;
		const spread = draws.reduce((a, b) => a + (b - 0.5) ** 2, 0) / draws.length;
		// 5 standard errors; the squares lie in 0 … ¼, so their deviation is at most 1/8.
		expect(Math.abs(mean - 0.5)).toBeLessThan((5 * Math.sqrt(variance)) / 100);
		expect(Math.abs(spread - variance)).toBeLessThan((5 * 0.125) / 100);
		expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...draws)).toBeLessThanOrEqual(1);
	});

	it.each([0.001, 1000])("gives a number for α = %d", (alpha) => {
		const rng = new RandomStream(5);
		for (let i = 0; i < 100; i++) {
			const lambda = drawBeta(alpha, rng);
			expect(lambda >= 0 && lambda <= 1).toBe(true);
		}
	});
});

describe("augmentations by name", () => {
	it("are seven, each with a source and defaults", () => {
		expect(augmentationRegistry.names.sort()).toEqual(["crop", "cutout", "flip", "mixup", "noise", "rotate", "shift"]);
		for (const { source, options } of augmentationRegistry) {
			expect(source).toMatch(/\d{4}, (arXiv|doi):/);
			for (const option of Object.values(options)) expect(option).toHaveProperty("default");
		}
	});

	it("are found by name, with options, by shorthand, or are taken ready-made", () => {
		const own = mixup();
		const found = toAugmentations(["flip", { rotate: { degrees: 5 } }, { crop: 2 }, own]);
		expect(found.map(({ name }) => name)).toEqual(["flip", "rotate", "crop", "mixup"]);
		expect(found[3]).toBe(own);
	});

	it("are refused with the nearest name", () => {
		expect(() => toAugmentations(["flp"])).toThrow(/There is no augmentation "flp"\. Did you mean "flip"/);
	});
});
