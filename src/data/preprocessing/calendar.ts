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

/**
 * January is 0. Whole-number arithmetic on years that begin in March, so that the leap day comes last; a `Date` for each cell of a large
 * table takes ten times as long.
 *
 * @see Hinnant 2014, "chrono-compatible low-level date algorithms", civil_from_days
 */
function monthOf(seconds: number): number {
	const day = modulo(Math.floor(seconds / DAY) + DAYS_FROM_MARCH_0, DAYS_OF_400_YEARS);
	const year = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365);
	const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
	return (Math.floor((5 * dayOfYear + 2) / 153) + 2) % 12;
}

/** After so many days the calendar repeats. */
const DAYS_OF_400_YEARS = 146_097;

/** From 1 March of the year 0 to 1 January 1970. */
const DAYS_FROM_MARCH_0 = 719_468;

/** The parts that preprocessing knows: month (0 = January), weekday (0 = Sunday), hour. */
export const calendarParts: readonly CalendarPart[] = [
	{ name: "month", cycle: 12, of: monthOf },
	{ name: "weekday", cycle: 7, of: (seconds) => modulo(Math.floor(seconds / DAY) + 4, 7) },
	{ name: "hour", cycle: 24, of: (seconds) => Math.floor(modulo(seconds, DAY) / 3600) },
];
