import { describe, expect, it } from "vitest";
import { count, duration, scoreText, short, table } from "./format.ts";

describe("texts for the terminal", () => {
	it.each([
		[0.85, "850 ms"],
		[0.9999, "1.0 s"],
		[12.4, "12.4 s"],
		[59.97, "1:00"],
		[187, "3:07"],
		[3765, "1:02:45"],
	])("%d seconds are %s", (seconds, text) => {
		expect(duration(seconds)).toBe(text);
	});

	it("numbers have four digits and can be copied into a command", () => {
		expect([short(0), short(0.123456), short(0.00012), short(-2.5), short(Number.NaN)]).toEqual(["0", "0.1235", "1.20e-4", "-2.5", "NaN"]);
		expect(count(12345.4)).toBe("12,345");
	});

	it("a score is written as its metric says: shares in percent, whatever they are called, the rest in four digits", () => {
		expect([scoreText("accuracy", 0.912), scoreText("rmse", 0.5), scoreText("loss", 0.5)]).toEqual(["91.20 %", "0.5", "0.5"]);
		expect(scoreText("accuracy", Number.NaN)).toBe("NaN");
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
