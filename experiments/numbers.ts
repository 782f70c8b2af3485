/** Small arithmetic over the measurements of several seeds, and how numbers are written. */
import type { LineSeries } from "gradus/report";

/** Arithmetic mean; NaN of nothing. */
export const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The last value; NaN of nothing. */
export const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;

/** The middle value. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** `count` numbers at equal ratios from `first` to `final`. */
export const logSpace = (first: number, final: number, count: number): number[] =>
	Array.from({ length: count }, (_, i) => first * (final / first) ** (i / (count - 1)));

/** Means of neighbours in windows of `width`, so that noisy losses show their course. */
export function smoothed(values: readonly number[], width: number): number[] {
	return values.map((_, i) => mean(values.slice(Math.max(0, i - width + 1), i + 1)));
}

/** The mean of several runs as a line, from the least to the largest as a band; a run that ended early has NaN from there on. */
export function band(name: string, x: readonly number[], runs: readonly (readonly number[])[], more: Partial<LineSeries> = {}): LineSeries {
	const at = (i: number): number[] => runs.map((run) => run[i] ?? Number.NaN);
	const line = { name, x, y: x.map((_, i) => mean(at(i))), ...more };
	if (runs.length === 1) return line;
	return { ...line, band: { low: x.map((_, i) => Math.min(...at(i))), high: x.map((_, i) => Math.max(...at(i))) } };
}

/** 1, 2, … n */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** `93.4 %` */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Three digits: `0.0123`, `1.23e-7`. */
export function short(x: number): string {
	if (!Number.isFinite(x)) return Number.isNaN(x) ? "not a number" : String(x);
	return x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5) ? x.toExponential(1) : String(Number(x.toPrecision(3)));
}

/** Of several seeds: `0.52`, or `0.52 (0.48 … 0.55)`. */
export function spread(values: readonly number[], write: (x: number) => string = short): string {
	if (values.length === 1) return write(values[0]);
	return `${write(mean(values))} (${write(Math.min(...values))} … ${write(Math.max(...values))})`;
}
