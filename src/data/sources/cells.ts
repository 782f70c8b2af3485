/**
 * What a written cell means: missing, a number, a date or a truth. The DuckDB reader and the own reader follow these rules alike; number
 * and date syntax is that of DuckDB's casts, of which `datePattern` is a part that both understand without doubt.
 */

/** Texts that mean "no value" if nothing else is said. */
export const defaultMissing: readonly string[] = ["", "NA", "N/A", "NaN", "null", "?", "nan", "None"];

/** Without spaces around it; other white space stays, as in SQL's trim. */
export function trimSpaces(cell: string): string {
	return cell.startsWith(" ") || cell.endsWith(" ") ? cell.replace(/^ +| +$/g, "") : cell;
}

/** The texts that count as missing, the empty one always among them. */
export function missingTexts(missing: readonly string[] = defaultMissing): ReadonlySet<string> {
	return new Set(["", ...missing.map(trimSpaces)]);
}

const digits = String.raw`\d+(?:_\d+)*`;
const space = String.raw`[ \t\n\v\f\r]*`;
const numberPattern = new RegExp(
	`^${space}[+-]?(?:(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:e[+-]?${digits})?|inf(?:inity)?)${space}$`,
	"i",
);

/** The number of "12", "-1.5e3", "1_000", ".5", "inf" and the like, spaces around it aside; NaN for other text. */
export function parseNumber(cell: string): number {
	if (!numberPattern.test(cell)) return Number.NaN;
	const plain = cell.trim().replaceAll("_", "");
	if (/inf/i.test(plain)) return plain.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	return Number(plain);
}

/** ISO 8601: a date, or a date and time with at most six decimals of a second; with seconds also Z or an offset. Both regex dialects read it. */
export const datePattern = `[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?`;

const wholeDate = new RegExp(`^${datePattern}$`);
const dateParts = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.](\d+))?(Z|([+-])(\d{2}):?(\d{2})?)?)?)?$/;

/** Seconds since 1970-01-01 UTC of an ISO 8601 date or time; without offset it is taken as UTC. NaN for other text and impossible dates. */
export function parseDate(cell: string): number {
	if (!wholeDate.test(cell)) return Number.NaN;
	const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", , sign, offsetHours = "0", offsetMinutes = "0"] =
		dateParts.exec(cell)!;
	const midnight = new Date(0);
	midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
	const isCalendarDay = midnight.getUTCMonth() === Number(month) - 1 && midnight.getUTCDate() === Number(day) && Number(year) > 0;
	if (!isCalendarDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return Number.NaN;
	if (Number(offsetHours) > 15 || Number(offsetMinutes) > 59) return Number.NaN;
	const offset = (sign === "-" ? -60 : 60) * (Number(offsetHours) * 60 + Number(offsetMinutes));
	const seconds = midnight.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
	return (seconds * 1e6 + Number(fraction.padEnd(6, "0"))) / 1e6;
}

/** 1 for true, 0 for false, whatever their case; −1 for other text. */
export function parseTruth(cell: string): number {
	const lower = cell.toLowerCase();
	return lower === "true" ? 1 : lower === "false" ? 0 : -1;
}

/** The categories of truths, in code order. */
export const truthCategories: readonly string[] = ["false", "true"];
