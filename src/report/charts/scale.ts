/** From values to places along an axis, with ticks on round numbers. */
import { formatPower, formatTicks } from "./number-format.ts";

/** An axis as a user describes it. */
export interface AxisOptions {
	/** What is shown along it. Default none. */
	readonly label?: string;
	/** Its unit, shown in parentheses. Default none. */
	readonly unit?: string;
	/** Default "linear". On a logarithmic axis values ≤ 0 have no place and break the line. */
	readonly scale?: "linear" | "log";
	/** First value. Default: of the data. */
	readonly min?: number;
	/** Last value. Default: of the data. */
	readonly max?: number;
	/** Whether ticks stand at whole numbers alone, as for epochs; of a linear axis. Default false. */
	readonly whole?: boolean;
}

/** A tick with its label, which may be empty. */
export interface Tick {
	readonly at: number;
	readonly label: string;
}

/** An axis that is laid out. */
export interface Scale {
	readonly min: number;
	readonly max: number;
	readonly ticks: readonly Tick[];
	/** 0 at min, 1 at max, beyond for values outside; NaN for values without a place. */
	fraction(value: number): number;
}

/** How an axis is laid out. */
export interface ScaleLayout {
	/** Ticks, at most. */
	readonly tickCount: number;
	/** Whether an axis ends on the data or on the next round number. Default "data". */
	readonly ends?: "data" | "ticks";
}

/** Lays out an axis for some values; those that are not finite or have no place are left out. */
export function makeScale(values: Iterable<number>, options: AxisOptions = {}, layout: ScaleLayout): Scale {
	return options.scale === "log" ? logScale(values, options, layout) : linearScale(values, options, layout);
}

/** Whether a value has a place on an axis: it is finite and, on a logarithmic one, positive. */
export function hasPlace(value: number, { scale }: AxisOptions): boolean {
	return Number.isFinite(value) && (scale !== "log" || value > 0);
}

function linearScale(values: Iterable<number>, options: AxisOptions, { tickCount, ends = "data" }: ScaleLayout): Scale {
	let [min, max] = extent(values, options, Number.isFinite) ?? [options.min ?? 0, options.max ?? 1];
	if (!(min < max)) [min, max] = [min - Math.max(Math.abs(min) / 2, 0.5), max + Math.max(Math.abs(max) / 2, 0.5)];
	const step = Math.max(options.whole === true ? 1 : 0, roundStep((max - min) / Math.max(1, tickCount)));
	if (ends === "ticks") {
		if (options.min === undefined) min = Math.floor(min / step + 1e-9) * step;
		if (options.max === undefined) max = Math.ceil(max / step - 1e-9) * step;
	}
	const at = multiples(step, min, max);
	const labels = formatTicks(at, step);
	return { min, max, ticks: at.map((value, i) => ({ at: value, label: labels[i] })), fraction: (value) => (value - min) / (max - min) };
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `least`. */
export function roundStep(least: number): number {
	const power = 10 ** Math.floor(Math.log10(least));
	const factor = [1, 2, 5, 10].find((multiple) => multiple * power >= least * (1 - 1e-9)) ?? 10;
	return factor * power;
}

function multiples(step: number, min: number, max: number): number[] {
	const first = Math.ceil(min / step - 1e-9);
	const last = Math.floor(max / step + 1e-9);
	// Twelve digits take the rounding of k · 0.1 away.
	return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)) + 0);
}

function logScale(values: Iterable<number>, options: AxisOptions, { tickCount, ends = "data" }: ScaleLayout): Scale {
	const placed = (value: number): boolean => hasPlace(value, options);
	let [min, max] = extent(values, options, placed) ?? [1, 10];
	if (!(min < max)) [min, max] = [min / Math.sqrt(10), max * Math.sqrt(10)];
	if (ends === "ticks") {
		if (options.min === undefined) min = 1 / roundStep(1 / min);
		if (options.max === undefined) max = roundStep(max);
	}
	const [low, high] = [Math.log10(min), Math.log10(max)];
	return {
		min,
		max,
		ticks: logTicks(low, high, tickCount),
		fraction: (value) => (placed(value) ? (Math.log10(value) - low) / (high - low) : Number.NaN),
	};
}

/** Powers of ten, every n-th if they are many; 2 and 5 times them, or all multiples, if they are few. The others have no labels. */
function logTicks(low: number, high: number, tickCount: number): Tick[] {
	const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
	const stride = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, tickCount)));
	const isLabelled = labelRule(low, high, { first, last, stride });
	const plain = first >= -3 && last <= 4;
	const showsOthers = stride === 1 && high - low < 6;
	const ticks: Tick[] = [];
	for (let exponent = first - 1; exponent <= last; exponent++) {
		for (let multiple = 1; multiple < 10; multiple++) {
			const at = Number(`${multiple}e${exponent}`);
			if (Math.log10(at) < low - 1e-9 || Math.log10(at) > high + 1e-9) continue;
			if (isLabelled(multiple, exponent)) ticks.push({ at, label: logLabel(multiple, exponent, plain) });
			else if (showsOthers) ticks.push({ at, label: "" });
		}
	}
	return ticks;
}

type Powers = { readonly first: number; readonly last: number; readonly stride: number };

/** Which multiples of powers of ten have labels: as few as tell the axis. */
function labelRule(low: number, high: number, { first, last, stride }: Powers): (multiple: number, exponent: number) => boolean {
	if (last - first >= 2) return (multiple, exponent) => multiple === 1 && (exponent - first) % stride === 0;
	// Less than half a decade may hold one multiple of 1, 2 and 5 only.
	return high - low < 0.6 ? () => true : (multiple) => multiple === 1 || multiple === 2 || multiple === 5;
}

function logLabel(multiple: number, exponent: number, plain: boolean): string {
	if (plain) return String(Number(`${multiple}e${exponent}`));
	return multiple === 1 ? formatPower(exponent) : `${multiple}·${formatPower(exponent)}`;
}

/** Smallest and largest value with a place, replaced by what the options say; null if there is neither. */
function extent(values: Iterable<number>, { min, max }: AxisOptions, placed: (value: number) => boolean): [number, number] | null {
	let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const value of values) {
		if (!placed(value)) continue;
		low = Math.min(low, value);
		high = Math.max(high, value);
	}
	if (min !== undefined && placed(min)) low = min;
	if (max !== undefined && placed(max)) high = max;
	if (low === Number.POSITIVE_INFINITY && high === Number.NEGATIVE_INFINITY) return null;
	return [Math.min(low, high), Math.max(low, high)];
}
