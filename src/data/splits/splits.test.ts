import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { DataError } from "../errors.ts";
import { apportion, apportionStrata } from "./apportion.ts";
import { kFold } from "./k-fold.ts";
import { type Split, type SplitBy, splitRows } from "./split-rows.ts";

const rng = (seed = 1) => new RandomStream(seed);
const sizesOf = ({ train, validation, test }: Split) => [train.length, validation.length, test.length];

/** Each row once, each part in ascending order. */
function expectPartition(parts: readonly Int32Array[], rowCount: number): void {
	for (const part of parts) expect(part).toEqual(part.slice().sort());
	const rows = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
	expect(rows).toEqual(Array.from({ length: rowCount }, (_, row) => row));
}

const fractions = fc.tuple(fc.double({ min: 0, max: 0.49, noNaN: true }), fc.double({ min: 0, max: 0.49, noNaN: true }));

/** Splits; null where the rows are too few, which must be a DataError. */
function trySplit(options: Parameters<typeof splitRows>[0]): Split | null {
	try {
		return splitRows(options);
	} catch (error) {
		expect(error).toBeInstanceOf(DataError);
		return null;
	}
}

describe("apportion", () => {
	it("gives what is left to the largest remainders", () => {
		// 5.6, 2.1, 2.3 of 10 … 7 · 0.56 = 3.92, 7 · 0.21 = 1.47, 7 · 0.23 = 1.61
		expect(apportion(7, [0.56, 0.21, 0.23])).toEqual([4, 1, 2]);
		expect(apportion(10, [1 - 0.2 - 0.1, 0.2, 0.1])).toEqual([7, 2, 1]);
	});

	it("keeps every stratum and the whole within one row of their shares", () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }), fractions, (sizes, [v, t]) => {
				const shares = [1 - v - t, v, t];
				const counts = apportionStrata(sizes, shares);
				const total = sizes.reduce((sum, size) => sum + size, 0);
				for (const [s, stratum] of counts.entries()) {
					expect(stratum.reduce((sum, count) => sum + count, 0)).toBe(sizes[s]);
					for (const [p, count] of stratum.entries()) expect(Math.abs(count - sizes[s] * shares[p])).toBeLessThanOrEqual(1 + 1e-6);
				}
				expect(shares.map((_, p) => counts.reduce((sum, stratum) => sum + stratum[p], 0))).toEqual(apportion(total, shares));
			}),
		);
	});
});

describe("splitRows", () => {
	it("takes a fifth for validation and nothing for test by default", () => {
		expect(sizesOf(splitRows({ rowCount: 10, rng: rng() }))).toEqual([8, 2, 0]);
	});

	it("is the same for the same seed, another for another", () => {
		const split = (seed: number) => splitRows({ rowCount: 100, test: 0.1, rng: rng(seed) });
		expect(split(1)).toEqual(split(1));
		expect(split(1)).not.toEqual(split(2));
	});

	it("gives each row the same chance to be in the validation part", () => {
		const counts = new Float64Array(10);
		for (let seed = 0; seed < 2000; seed++) for (const row of splitRows({ rowCount: 10, rng: rng(seed) }).validation) counts[row]++;
		// Binomial with n = 2000, p = 0.2: mean 400, deviation 17.9; five deviations.
		for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(90);
	});

	it("puts each row in one part, in the sizes asked for, at random", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 200 }), fractions, fc.integer(), (rowCount, [validation, test], seed) => {
				const split = trySplit({ rowCount, validation, test, rng: rng(seed) });
				if (split === null) return;
				expectPartition([split.train, split.validation, split.test], rowCount);
				for (const [i, share] of [1 - validation - test, validation, test].entries()) {
					expect(Math.abs(sizesOf(split)[i] - share * rowCount)).toBeLessThanOrEqual(1);
				}
			}),
		);
	});

	it("keeps the share of each class in each part to within one row", () => {
		const codes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 120 });
		fc.assert(
			fc.property(codes, fractions, (stratify, [validation, test]) => {
				const split = trySplit({ rowCount: stratify.length, validation, test, by: { stratify }, rng: rng() });
				if (split === null) return;
				expectPartition([split.train, split.validation, split.test], stratify.length);
				const count = (rows: ArrayLike<number>, code: number) => Array.from(rows).filter((row) => stratify[row] === code).length;
				for (const code of new Set(stratify)) {
					const size = stratify.filter((other) => other === code).length;
					for (const [part, share] of [
						[split.train, 1 - validation - test],
						[split.validation, validation],
						[split.test, test],
					] as const) {
						expect(Math.abs(count(part, code) - share * size)).toBeLessThanOrEqual(1 + 1e-6);
					}
				}
			}),
		);
	});

	it("splits 90 and 10 rows of two classes into 72 + 8, 18 + 2", () => {
		const stratify = Int32Array.from({ length: 100 }, (_, row) => (row % 10 === 0 ? 1 : 0));
		const { train, validation } = splitRows({ rowCount: 100, by: { stratify }, rng: rng() });
		const ones = (rows: Int32Array) => rows.filter((row) => stratify[row] === 1).length;
		expect([train.length, ones(train), validation.length, ones(validation)]).toEqual([80, 8, 20, 2]);
	});

	it("keeps groups together", () => {
		const groups = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 120 });
		fc.assert(
			fc.property(groups, fractions, fc.integer(), (group, [validation, test], seed) => {
				const split = trySplit({ rowCount: group.length, validation, test, by: { group }, rng: rng(seed) });
				if (split === null) return;
				const parts = [split.train, split.validation, split.test];
				expectPartition(parts, group.length);
				const seen = parts.map((rows) => new Set(Array.from(rows, (row) => group[row])));
				expect(seen.reduce((count, { size }) => count + size, 0)).toBe(new Set(group).size);
			}),
		);
	});

	it("comes to the sizes asked for where groups are small", () => {
		const group = Int32Array.from({ length: 1000 }, (_, row) => row >> 1);
		const sizes = sizesOf(splitRows({ rowCount: 1000, validation: 0.2, test: 0.1, by: { group }, rng: rng() }));
		for (const [i, size] of [700, 200, 100].entries()) expect(Math.abs(sizes[i] - size)).toBeLessThanOrEqual(2);
	});

	it("gives each part a group as long as there are enough", () => {
		const group = Int32Array.from({ length: 30 }, (_, row) => Math.floor(row / 10));
		expect(sizesOf(splitRows({ rowCount: 30, validation: 0.1, test: 0.1, by: { group }, rng: rng() }))).toEqual([10, 10, 10]);
	});

	it("puts later times after earlier ones and equal ones together", () => {
		const times = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 100 });
		fc.assert(
			fc.property(times, fractions, (time, [validation, test]) => {
				const split = trySplit({ rowCount: time.length, validation, test, by: { time }, rng: rng() });
				if (split === null) return;
				const parts = [split.train, split.validation, split.test];
				expectPartition(parts, time.length);
				const filled = parts.filter((rows) => rows.length > 0).map((rows) => Array.from(rows, (row) => time[row]));
				for (let i = 1; i < filled.length; i++) expect(Math.max(...filled[i - 1])).toBeLessThan(Math.min(...filled[i]));
			}),
		);
	});

	it("takes the last fifth of times that all differ", () => {
		const { train, validation } = splitRows({ rowCount: 5, by: { time: [50, 10, 30, 20, 40] }, rng: rng() });
		expect([train, validation]).toEqual([Int32Array.of(1, 2, 3, 4), Int32Array.of(0)]);
	});

	it.each<[SplitBy, RegExp]>([
		[{ stratify: [0, 0, 0, 1, 2] }, /at least 2 rows of each class, received 1 of classes 1, 2/],
		[{ stratify: [0, 0, -1, 1, 1], classes: ["cat", "dog"] }, /received 1 of class −1 \(a missing target\)/],
		[{ stratify: [0, 0, 0, 1, 0], classes: ["cat", "dog"] }, /received 1 of class dog/],
		[{ stratify: [0, 0] }, /a code for each of 5 rows, received 2/],
		[{ group: [7, 7, 7, 7, 7] }, /rows for the validation part, received none/],
		[{ time: [1, 1, 1, 1, 1] }, /received none/],
		[{ time: [1, 2, Number.NaN, 4, 5] }, /a time in each row, received none in row 2/],
	])("refuses %j", (by, message) => {
		expect(() => splitRows({ rowCount: 5, by, rng: rng() })).toThrow(message);
	});

	it("refuses a rule that is none, such as what classCodes gives for numbers", () => {
		expect(() => splitRows({ rowCount: 5, by: null as never, rng: rng() })).toThrow(
			/expected by to be "random".* received null\.\n {2}Try: classCodes/,
		);
		expect(() => splitRows({ rowCount: 5, by: "stratified" as never, rng: rng() })).toThrow(/received "stratified"/);
	});

	it("asks for a random stream unless it draws nothing", () => {
		expect(() => splitRows({ rowCount: 5 } as never)).toThrow(/expected rng to be a RandomStream, received undefined/);
		expect(splitRows({ rowCount: 5, by: { time: [5, 4, 3, 2, 1] } } as never).validation).toEqual(Int32Array.of(0));
	});

	it("refuses fractions that leave nothing for training, and parts without rows", () => {
		expect(() => splitRows({ rowCount: 5, validation: 0.5, test: 0.5, rng: rng() })).toThrow(/validation \+ test to be less than 1/);
		expect(() => splitRows({ rowCount: 5, validation: 20, rng: rng() })).toThrow(/validation to be a fraction/);
		expect(() => splitRows({ rowCount: 2, rng: rng() })).toThrow(/validation part, received none: 2 rows/);
	});
});

describe("kFold", () => {
	it("validates each row once, in folds whose sizes and classes differ by one at most", () => {
		const codes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 100 });
		fc.assert(
			fc.property(codes, fc.integer({ min: 2, max: 8 }), fc.boolean(), (classes, folds, stratified) => {
				const rowCount = classes.length;
				const counts = [...new Set(classes)].map((code) => classes.filter((other) => other === code).length);
				if (stratified && counts.includes(1)) return;
				const parts = kFold({ rowCount, folds, stratify: stratified ? classes : undefined, rng: rng() });
				expectPartition(
					parts.map(({ validation }) => validation),
					rowCount,
				);
				for (const { train, validation } of parts) expectPartition([train, validation], rowCount);
				const spread = (sizes: number[]) => Math.max(...sizes) - Math.min(...sizes);
				expect(spread(parts.map(({ validation }) => validation.length))).toBeLessThanOrEqual(1);
				if (!stratified) return;
				for (const code of new Set(classes)) {
					expect(spread(parts.map(({ validation }) => validation.filter((row) => classes[row] === code).length))).toBeLessThanOrEqual(1);
				}
			}),
		);
	});

	it("keeps groups together and folds even", () => {
		const group = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 5));
		const parts = kFold({ rowCount: 60, folds: 4, group, rng: rng() });
		expect(parts.map(({ validation }) => validation.length)).toEqual([15, 15, 15, 15]);
		for (const { train, validation } of parts) {
			const trained = new Set(Array.from(train, (row) => group[row]));
			expect(validation.some((row) => trained.has(group[row]))).toBe(false);
		}
	});

	it("is the same for the same seed, another for another", () => {
		const folds = (seed: number) => kFold({ rowCount: 50, rng: rng(seed) });
		expect(folds(3)).toEqual(folds(3));
		expect(folds(3)).not.toEqual(folds(4));
	});

	it.each<[Omit<Parameters<typeof kFold>[0], "rng">, RegExp]>([
		[{ rowCount: 10, folds: 1 }, /folds to be an integer ≥ 2, received 1/],
		[{ rowCount: 4, folds: 5 }, /at least 5 rows for 5 folds, received 4/],
		[{ rowCount: 4, folds: 3, group: [0, 0, 1, 1] }, /at least 3 groups for 3 folds, received 2/],
		[{ rowCount: 3, folds: 2, stratify: [0, 0, 1] }, /at least 2 rows of each class, received 1 of class 1/],
		[{ rowCount: 3, folds: 2, stratify: [0, 0, 1], group: [0, 1, 2] }, /stratify or group, received both/],
	])("refuses %j", (options, message) => {
		expect(() => kFold({ ...options, rng: rng() })).toThrow(message);
	});
});
