/** Numbers, times and shares as people read them, alike in reports and in the terminal. */
import type { ScoreUnit } from "../core/score-unit.ts";

/** Four significant digits, without an exponent where it can be avoided; with a plain hyphen, so that it can be copied into a command. */
export function plainNumber(value: number): string {
	if (!Number.isFinite(value)) return String(value);
	const size = Math.abs(value);
	if (value !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2).replace("e+", "e");
	return String(Number(value.toPrecision(4)));
}

/** The same for reading: a true minus sign, and commas from 10,000 on. */
export function formatNumber(value: number): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
	const text = plainNumber(value);
	const isLong = Math.abs(value) >= 1e4 && !text.includes("e");
	return trueMinus(isLong ? Number(text).toLocaleString("en-US", { maximumFractionDigits: 20 }) : text);
}

/** A change or an error, which has a sign: `+1.5`, `−0.2`, `0`. */
export function formatSigned(value: number, format: (value: number) => string = formatNumber): string {
	return `${value > 0 ? "+" : ""}${format(value)}`;
}

/** How numbers of one column are written: all with the decimals that give the largest four digits. */
export function alignedFormat(values: readonly number[]): (value: number) => string {
	const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
	if (largest < 1e-3 || largest >= 1e7) return formatNumber;
	const digits = Math.max(0, 3 - Math.floor(Math.log10(largest)));
	const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: largest >= 1e4 };
	return (value) => (Number.isFinite(value) ? trueMinus(value.toLocaleString("en-US", options)) : formatNumber(value));
}

/** 0.1234 as `12.3 %`. */
export function formatPercent(share: number, decimals = 1): string {
	return Number.isFinite(share) ? `${trueMinus((100 * share).toFixed(decimals))} %` : "NaN";
}

/** A score as its unit wants it: shares in percent with two decimals, others in four digits. */
export function formatScore(unit: ScoreUnit, value: number): string {
	return unit === "share" ? formatPercent(value, 2) : formatNumber(value);
}

/** `12,345` */
export function formatCount(value: number): string {
	return trueMinus(Math.round(value).toLocaleString("en-US"));
}

/** A number of things: `1 epoch`, `12 epochs`. */
export function formatCounted(value: number, one: string, many = `${one}s`): string {
	return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** `850 ms`, `12.4 s`, `3:07`, `1:02:45`. */
export function formatSeconds(seconds: number): string {
	if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
	if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
	const tail = String(whole % 60).padStart(2, "0");
	return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

function trueMinus(text: string): string {
	return text.replaceAll("-", "−");
}
