import { describe, expect, test } from "vitest";
import { formatPower, formatShort, formatTicks } from "./number-format.ts";
import { makeScale, roundStep } from "./scale.ts";

const labels = (scale: ReturnType<typeof makeScale>): string[] => scale.ticks.map(({ label }) => label).filter((label) => label !== "");

describe("a linear axis", () => {
	test("has ticks on multiples of 1, 2 or 5 times a power of ten", () => {
		expect([0.03, 0.1, 1.1, 2.1, 5.5, 70].map(roundStep)).toEqual([0.05, 0.1, 2, 5, 10, 100]);
		expect(labels(makeScale([1, 60], {}, { tickCount: 8 }))).toEqual(["10", "20", "30", "40", "50", "60"]);
		expect(labels(makeScale([-0.3, 0.7], {}, { tickCount: 5 }))).toEqual(["−0.2", "0", "0.2", "0.4", "0.6"]);
	});

	test("of whole numbers has ticks at them alone", () => {
		expect(labels(makeScale([1, 2], {}, { tickCount: 5 }))).toEqual(["1.0", "1.2", "1.4", "1.6", "1.8", "2.0"]);
		expect(labels(makeScale([1, 2], { whole: true }, { tickCount: 5 }))).toEqual(["1", "2"]);
		expect(labels(makeScale([1, 1], { whole: true }, { tickCount: 5 }))).toEqual(["1"]);
		expect(labels(makeScale([1, 60], { whole: true }, { tickCount: 8 }))).toEqual(["10", "20", "30", "40", "50", "60"]);
	});

	test("ends on the data or on ticks", () => {
		const data = makeScale([3, 17], {}, { tickCount: 4 });
		const ticks = makeScale([3, 17], {}, { tickCount: 4, ends: "ticks" });
		expect([data.min, data.max, ticks.min, ticks.max]).toEqual([3, 17, 0, 20]);
		expect([data.fraction(10), ticks.fraction(10), ticks.fraction(30)]).toEqual([0.5, 0.5, 1.5]);
		expect([3, 17].map(makeScale([0, 100], { min: 3, max: 17 }, { tickCount: 4, ends: "ticks" }).fraction)).toEqual([0, 1]);
	});

	test("has room for equal values, none, and leaves out what is not finite", () => {
		expect(makeScale([5, 5], {}, { tickCount: 5 }).fraction(5)).toBe(0.5);
		expect(makeScale([], {}, { tickCount: 5 })).toMatchObject({ min: 0, max: 1 });
		expect(makeScale([Number.NaN, 2, Number.POSITIVE_INFINITY, 4], {}, { tickCount: 2 })).toMatchObject({ min: 2, max: 4 });
	});
});

describe("a logarithmic axis", () => {
	test("has powers of ten, every n-th where they are many", () => {
		expect(labels(makeScale([1e-6, 1], { scale: "log" }, { tickCount: 10 }))).toEqual([
			"10⁻⁶",
			"10⁻⁵",
			"10⁻⁴",
			"10⁻³",
			"10⁻²",
			"10⁻¹",
			"10⁰",
		]);
		expect(labels(makeScale([1e-6, 1], { scale: "log" }, { tickCount: 4 }))).toEqual(["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]);
		expect(labels(makeScale([0.01, 10], { scale: "log" }, { tickCount: 5 }))).toEqual(["0.01", "0.1", "1", "10"]);
	});

	test("has 2 and 5 between few powers, and all multiples where there is no power", () => {
		expect(labels(makeScale([0.5, 20], { scale: "log" }, { tickCount: 5 }))).toEqual(["0.5", "1", "2", "5", "10", "20"]);
		expect(labels(makeScale([3, 8], { scale: "log" }, { tickCount: 5 }))).toEqual(["3", "4", "5", "6", "7", "8"]);
		expect(labels(makeScale([2e-7, 6e-6], { scale: "log" }, { tickCount: 5 }))).toEqual(["2·10⁻⁷", "5·10⁻⁷", "10⁻⁶", "2·10⁻⁶", "5·10⁻⁶"]);
	});

	test("places powers at equal distances and values that are not positive nowhere", () => {
		const scale = makeScale([1, 1000, 0, -5], { scale: "log" }, { tickCount: 4 });
		expect([1, 10, 100, 1000].map(scale.fraction)).toEqual([0, 1 / 3, 2 / 3, 1].map((x) => expect.closeTo(x, 12)));
		expect([0, -1, Number.NaN].map(scale.fraction)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
		expect(makeScale([0.6, 170], { scale: "log" }, { tickCount: 4, ends: "ticks" })).toMatchObject({ min: 0.5, max: 200 });
	});
});

test("numbers are short and have a true minus sign", () => {
	expect(
		[0, -1, 9999, 12345, 1234.5, 0.012345, 1.5e-5, -2.5e7, 1e13, 999999, Number.NaN, Number.NEGATIVE_INFINITY].map(formatShort),
	).toEqual([...["0", "−1", "9999", "12.3k", "1230", "0.0123", "1.5e−5", "−25M", "1e13", "1M", "NaN", "−∞"]]);
	expect(formatTicks([0, 5000, 10000, 15000], 5000)).toEqual(["0", "5k", "10k", "15k"]);
	expect(formatTicks([0, 2e-5, 4e-5], 2e-5)).toEqual(["0", "2e−5", "4e−5"]);
	expect(formatTicks([0, 0.5, 1], 0.5)).toEqual(["0", "0.5", "1.0"]);
	expect([formatPower(-12), formatPower(3)]).toEqual(["10⁻¹²", "10³"]);
});
