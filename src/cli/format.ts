/** Numbers, times and curves as short texts for the terminal. */
import { isShare } from "../report/format.ts";

const TICKS = "▁▂▃▄▅▆▇█";

/** A curve in one line of block characters; longer ones are thinned to `width`. Values that are no numbers leave gaps. */
export function sparkline(values: readonly number[], width = 20): string {
	const step = Math.max(1, values.length / width);
	const shown = Array.from(
		{ length: Math.min(width, values.length) },
		(_, i) => values[Math.floor(i * step + step / 2)] ?? values[values.length - 1],
	);
	const finite = shown.filter(Number.isFinite);
	const [low, high] = [Math.min(...finite), Math.max(...finite)];
	return shown
		.map((value) => {
			if (!Number.isFinite(value)) return " ";
			return TICKS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (TICKS.length - 1))];
		})
		.join("");
}

/** `850 ms`, `12.4 s`, `3:07`, `1:02:45`. */
export function duration(seconds: number): string {
	if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
	const tail = String(rest).padStart(2, "0");
	return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** Four significant digits, without exponents where they can be avoided. */
export function short(value: number): string {
	if (!Number.isFinite(value)) return String(value);
	const size = Math.abs(value);
	if (value !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2).replace("e+", "e");
	return String(Number(value.toPrecision(4)));
}

/** Scores as people read them: shares in percent, the rest in four digits. */
export function scoreText(name: string, value: number): string {
	return isShare(name) ? `${(100 * value).toFixed(2)} %` : short(value);
}

/** `12,345` */
export function count(value: number): string {
	return Math.round(value).toLocaleString("en-US");
}

/** Cells in aligned columns; `right` names columns of numbers. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const line = (row: readonly string[]): string =>
		row
			.map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
			.join("  ")
			.trimEnd();
	return rows.map(line).join("\n");
}
