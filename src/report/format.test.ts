import { describe, expect, test } from "vitest";
import { alignedFormat, formatCounted, formatNumber, formatPercent, formatScore, formatSigned } from "./format.ts";

describe("numbers in reports", () => {
	test("have four digits, a true minus sign and commas from 10,000 on", () => {
		expect([0, 0.123456, -2.5, 9999, 12345.6, -1234567, 1.2345e-5, 2e9].map(formatNumber)).toEqual([
			...["0", "0.1235", "−2.5", "9999", "12,350", "−1,235,000", "1.23e−5", "2.00e9"],
		]);
		expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(formatNumber)).toEqual(["NaN", "∞", "−∞"]);
	});

	test("of one column have the same decimals", () => {
		const format = alignedFormat([46.6, 20.1234, Number.NaN]);
		expect([46.6, 20.1234, -3, Number.NaN].map(format)).toEqual(["46.60", "20.12", "−3.00", "NaN"]);
		expect([123456, -5].map(alignedFormat([123456, -5]))).toEqual(["123,456", "−5"]);
		expect([0].map(alignedFormat([0]))).toEqual(["0"]);
	});

	test("are written as their unit wants it", () => {
		expect([formatScore("share", 0.9125), formatScore("target", 0.9125), formatScore("none", 0.9125)]).toEqual([
			...["91.25 %", "0.9125", "0.9125"],
		]);
		expect([formatPercent(-0.001), formatPercent(0.5, 0), formatPercent(Number.NaN)]).toEqual(["−0.1 %", "50 %", "NaN"]);
		expect([formatSigned(1.5), formatSigned(-1.5), formatSigned(0)]).toEqual(["+1.5", "−1.5", "0"]);
		expect([formatCounted(1, "epoch"), formatCounted(1200, "epoch")]).toEqual(["1 epoch", "1,200 epochs"]);
	});
});
