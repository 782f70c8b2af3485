import { expect, test } from "vitest";
import { digits, iris } from "../index.ts";

// Expected sums and counts were computed with awk from the published CSV files.

test("digits has its 1,797 images, class counts and pixel sums", async () => {
	const { features, labels, rowCount, columnCount, classNames } = await digits();
	expect([rowCount, columnCount, features.length, labels.length]).toEqual([1797, 64, 1797 * 64, 1797]);
	expect(countsOf(labels, classNames.length)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
	expect(weightedSum(features, () => 1)).toBe(561_718);
	expect(weightedSum(features, (i) => (i % 64) + 1)).toBe(18_222_371);
	expect(weightedSum(features, (i) => (Math.floor(i / 64) + 1) % 97)).toBe(26_577_159);
	expect([...features.subarray(0, 16)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]);
	expect([...labels.subarray(0, 3)]).toEqual([0, 1, 2]);
});

test("iris has 50 flowers of each species and the sums of Fisher's table", async () => {
	const { features, labels, rowCount, columnCount, columnNames, classNames } = await iris();
	expect([rowCount, columnCount, features.length, labels.length]).toEqual([150, 4, 600, 150]);
	expect(columnNames).toHaveLength(4);
	expect(countsOf(labels, classNames.length)).toEqual([50, 50, 50]);
	const sums = columnNames.map((_, column) => weightedSum(features, (i) => (i % 4 === column ? 1 : 0)));
	// float32 keeps about 7 digits of each of the 150 summands.
	[876.5, 458.6, 563.7, 179.9].forEach((expected, column) => {
		expect(sums[column]).toBeCloseTo(expected, 4);
	});
	expect(features.subarray(0, 4)).toEqual(Float32Array.of(5.1, 3.5, 1.4, 0.2));
	expect(features.subarray(37 * 4, 38 * 4)).toEqual(Float32Array.of(4.9, 3.6, 1.4, 0.1));
});

test("each call gives arrays of its own", async () => {
	const [first, second] = [await iris(), await iris()];
	first.features.fill(0);
	expect(second.features[0]).toBe(Math.fround(5.1));
});

function countsOf(labels: Int32Array, classCount: number): number[] {
	const counts = new Array<number>(classCount).fill(0);
	for (const label of labels) counts[label]++;
	return counts;
}

function weightedSum(values: Float32Array, weight: (index: number) => number): number {
	return values.reduce((sum, value, i) => sum + weight(i) * value, 0);
}
