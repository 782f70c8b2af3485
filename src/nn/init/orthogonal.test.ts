import { expect, test } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { sizeOf } from "../../core/shape.ts";
import { tensor } from "../../tensor/create.ts";
import "../../tensor/index.ts";
import { orthogonal } from "./orthogonal.ts";
import { randomFrame } from "./random-frame.ts";

/** Float32 holds entries to 6e-8 of 1 and the reflections add a few times that; a sum of up to 300 such products stays within 1e-6 of gain² ≤ 4. */
const TOLERANCE = 1e-5;

function largestDeviation(shape: readonly number[], gain: number): number {
	const flat = orthogonal({ gain })(shape, new RandomStream(3)).reshape([shape[0], sizeOf(shape.slice(1))]);
	const [rows, columns] = flat.shape;
	const product = rows <= columns ? flat.matmul(flat.transpose()) : flat.transpose().matmul(flat);
	return Math.max(
		...Array.from(product.dataSync(), (value, i) => {
			const side = Math.min(rows, columns);
			return Math.abs(value - (Math.floor(i / side) === i % side ? gain * gain : 0));
		}),
	);
}

test.each([
	[[10, 10], 1],
	[[20, 100], Math.SQRT2],
	[[100, 20], 2],
	[[8, 4, 3, 3], 1],
	[[300, 300], 1],
	[[1, 5], 1],
	[[5, 1], 1],
])("a weight of shape %j and gain %d has orthogonal rows or columns of that length", (shape, gain) => {
	expect(largestDeviation(shape, gain)).toBeLessThan(TOLERANCE);
});

test("all rotations are equally likely: the eigenvalue angles' mean cosine, the trace, has mean 0 and variance 1 (Diaconis & Shahshahani 1994)", () => {
	const make = orthogonal();
	const traces = Array.from({ length: 2000 }, (_, i) => {
		const values = make([6, 6], new RandomStream(5, i)).dataSync();
		return [0, 7, 14, 21, 28, 35].reduce((sum, at) => sum + values[at], 0);
	});
	const mean = traces.reduce((sum, x) => sum + x) / traces.length;
	const variance = traces.reduce((sum, x) => sum + (x - mean) ** 2, 0) / traces.length;
	// 5 standard errors: 1 / √2000 of the mean, √(2 / 2000) of the variance. Without the sign correction the mean is off by −1.8.
	expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(2000));
	expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 2000));
});

test("reflections by single numbers give their signs, and a vector of zeros still gives a unit vector", () => {
	expect([
		...randomFrame(
			tensor([
				[-2, 0],
				[7, 3],
			]),
		).dataSync(),
	]).toEqual([-1, 0, 0, 1].map((x) => expect.closeTo(x, 6)));
	expect([
		...randomFrame(
			tensor([
				[0, 0],
				[0, 1],
			]),
		).dataSync(),
	]).toEqual([1, 0, 0, 1].map((x) => expect.closeTo(x, 6)));
});
