/** Collectors: make a column's summary from the column in one piece or many. */
import type { Column, NumericColumn } from "../table.ts";
import { toNominal } from "./align.ts";
import { calendarParts } from "./calendar.ts";
import { mergeMoments, momentsOf, noMoments } from "./moments.ts";
import type { Quantiles } from "./quantiles.ts";
import type { ColumnSummary } from "./summary.ts";

/** Takes pieces of one column. */
export interface Collector {
	/** The kind of the pieces. */
	readonly kind: Column["kind"];
	add(piece: Column): void;
	summary(): ColumnSummary;
}

/** What a collector is to keep. */
export interface CollectOptions {
	/** Where quantiles come from. */
	readonly quantiles: Quantiles;
	/** What moments are taken of. */
	readonly view?: (x: number) => number;
	/** Most different numbers to count. */
	readonly distinctLimit: number;
	/** Whether text is taken as names. */
	readonly textAsNames: boolean;
}

/** The collector for columns like this one. */
export function collectorFor(column: Column, options: CollectOptions): Collector {
	switch (column.kind) {
		case "numeric":
			return numericCollector(column, options);
		case "nominal":
			return nominalCollector(column);
		case "text":
			return options.textAsNames ? nominalCollector(column) : textCollector(column.name);
		default:
			throw column satisfies never;
	}
}

function textCollector(name: string): Collector {
	let rowCount = 0;
	return {
		kind: "text",
		add: (piece) => {
			rowCount += piece.kind === "text" ? piece.values.length : 0;
		},
		summary: () => ({ kind: "text", name, rowCount }),
	};
}

function nominalCollector({ name, kind }: Column): Collector {
	const counts = new Map<string, number>();
	let [rowCount, missingCount] = [0, 0];
	return {
		kind,
		add: (piece) => {
			const { codes, categories } = toNominal(piece);
			const pieceCounts = new Float64Array(categories.length);
			for (let i = 0; i < codes.length; i++) {
				if (codes[i] < 0) missingCount++;
				else pieceCounts[codes[i]]++;
			}
			for (const [code, count] of pieceCounts.entries()) {
				if (count > 0) counts.set(categories[code], (counts.get(categories[code]) ?? 0) + count);
			}
			rowCount += codes.length;
		},
		summary: (): ColumnSummary => ({ kind: "nominal", name, rowCount, missingCount, counts }),
	};
}

function numericCollector({ name, temporal = false }: NumericColumn, options: CollectOptions): Collector {
	const { view, quantiles, distinctLimit } = options;
	let [rowCount, moments, viewed] = [0, noMoments, noMoments];
	const numbers = new NumberCounts(distinctLimit);
	const calendar = calendarParts.map(() => 0);
	return {
		kind: "numeric",
		add: (piece) => {
			const { values } = piece as NumericColumn;
			rowCount += values.length;
			moments = mergeMoments(moments, momentsOf(values));
			if (view !== undefined) viewed = mergeMoments(viewed, momentsOf(values, view));
			numbers.add(values);
			quantiles.add(values);
			if (temporal) markParts(values, calendar);
		},
		summary: (): ColumnSummary => ({
			kind: "numeric",
			name,
			temporal,
			rowCount,
			missingCount: rowCount - moments.count,
			min: numbers.min,
			max: numbers.max,
			mean: moments.mean,
			moments: view === undefined ? moments : viewed,
			isWhole: numbers.isWhole,
			counts: numbers.counts,
			calendar,
			quantile: (p) => quantiles.quantile(p),
		}),
	};
}

/** Range of numbers and how often each occurs. */
class NumberCounts {
	min = Number.POSITIVE_INFINITY;
	max = Number.NEGATIVE_INFINITY;
	isWhole = true;
	counts: Map<number, number> | null = new Map();
	readonly #limit: number;

	constructor(limit: number) {
		this.#limit = limit;
	}

	add(values: Float64Array): void {
		for (let i = 0; i < values.length; i++) {
			const x = values[i];
			if (!Number.isFinite(x)) continue;
			if (x < this.min) this.min = x;
			if (x > this.max) this.max = x;
			if (this.isWhole && !Number.isInteger(x)) this.isWhole = false;
			if (this.counts !== null) this.#count(this.counts, x);
		}
	}

	#count(counts: Map<number, number>, x: number): void {
		counts.set(x, (counts.get(x) ?? 0) + 1);
		if (counts.size > this.#limit) this.counts = null;
	}
}

function markParts(values: Float64Array, calendar: number[]): void {
	for (const [part, { of }] of calendarParts.entries()) {
		for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) calendar[part] |= 1 << of(values[i]);
	}
}
