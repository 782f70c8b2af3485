/** Month, weekday and hour of a time in UTC. */

/** A part of the calendar that comes round. */
export interface CalendarPart {
	readonly name: "month" | "weekday" | "hour";
	/** Number of its values, which are 0 … cycle − 1. */
	readonly cycle: number;
	/** Its value at that many seconds since 1970-01-01. */
	of(seconds: number): number;
}

const DAY = 86_400;

const modulo = (x: number, n: number): number => ((x % n) + n) % n;

/** January is 0. The calendar repeats every 146,097 days, which brings every time into the range of `Date`. */
function monthOf(seconds: number): number {
	return new Date(modulo(Math.floor(seconds / DAY), 146_097) * DAY * 1000).getUTCMonth();
}

/** The parts that preprocessing knows: month (0 = January), weekday (0 = Sunday), hour. */
export const calendarParts: readonly CalendarPart[] = [
	{ name: "month", cycle: 12, of: monthOf },
	{ name: "weekday", cycle: 7, of: (seconds) => modulo(Math.floor(seconds / DAY) + 4, 7) },
	{ name: "hour", cycle: 24, of: (seconds) => Math.floor(modulo(seconds, DAY) / 3600) },
];
