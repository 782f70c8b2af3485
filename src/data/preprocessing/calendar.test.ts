import fc from "fast-check";
import { expect, it } from "vitest";
import { calendarParts } from "./calendar.ts";

it("calendar parts agree with Date for all its times, before 1970 too", () => {
	const most = 8.64e12;
	fc.assert(
		fc.property(fc.integer({ min: -most, max: most }), (seconds) => {
			const date = new Date(seconds * 1000);
			expect(calendarParts.map(({ of }) => of(seconds))).toEqual([date.getUTCMonth(), date.getUTCDay(), date.getUTCHours()]);
		}),
	);
});
