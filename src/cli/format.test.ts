import { describe, expect, it } from "vitest";
import { duration, scoreText, short, sparkline, table } from "./format.ts";

describe("texts for the terminal", () => {
	it("a sparkline goes from the lowest to the highest value and leaves gaps", () => {
		expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█");
		expect(sparkline([7, Number.NaN, 0])).toBe("█ ▁");
		expect(sparkline([5, 5])).toBe("▁▁");
		expect(sparkline(new Array(500).fill(1))).toHaveLength(20);
	});

	it.each([
		[0.85, "850 ms"],
		[12.4, "12.4 s"],
		[187, "3:07"],
		[3765, "1:02:45"],
	])("%d seconds are %s", (seconds, text) => {
		expect(duration(seconds)).toBe(text);
	});

	it("numbers have four digits, shares are in percent", () => {
		expect([short(0), short(0.123456), short(0.00012), short(Number.NaN)]).toEqual(["0", "0.1235", "1.20e-4", "NaN"]);
		expect([scoreText("accuracy", 0.912), scoreText("loss", 0.5)]).toEqual(["91.20 %", "0.5"]);
	});

	it("columns are aligned, those of numbers to the right", () => {
		expect(
			table(
				[
					["a", "10"],
					["bcd", "2"],
				],
				[1],
			),
		).toBe("a    10\nbcd   2");
	});
});
