/** Takes a column batch by batch and keeps what its profile needs. */

import { deviationOf, type Moments, mergeMoments, momentsOf, noMoments } from "../../preprocessing/moments.ts";
import { sketchQuantiles } from "../../preprocessing/quantiles.ts";
import type { Column, NominalColumn, NumericColumn, TextColumn } from "../../table.ts";
import type { ColumnInfo } from "../source.ts";
import { Fingerprint } from "./fingerprint.ts";
import { looksLikeNumber } from "./loose-number.ts";
import { SentinelSearch } from "./sentinels.ts";

/** Of numbers: the spread of the finite ones. Deviation and skewness are those of the numbers themselves. */
export interface NumericStatistics {
	readonly kind: "numeric";
	readonly deviation: number;
	/** Σ(x − mean)³ / (n · deviation³); 0 for symmetric and constant columns. */
	readonly skewness: number;
	/** At 5, 25, 50, 75 and 95 %. */
	readonly quantiles: readonly [number, number, number, number, number];
}

/** Of categories, the most frequent first. */
export interface NominalStatistics {
	readonly kind: "nominal";
	/** Cells with a value. */
	readonly cellCount: number;
	/** Up to ten. */
	readonly top: readonly { readonly category: string; readonly count: number }[];
}

/** Of texts. */
export interface TextStatistics {
	readonly kind: "text";
	/** Mean number of UTF-16 units. */
	readonly meanLength: number;
	readonly maxLength: number;
}

/** What is counted of a column. */
export type ColumnStatistics = NumericStatistics | NominalStatistics | TextStatistics;

/** What only remarks are made of. */
export interface Findings {
	/** Whether all numbers are whole. */
	readonly isWhole: boolean;
	/** Numbers that may stand for missing values, with how often they occur. */
	readonly sentinels: readonly { readonly value: number; readonly count: number }[];
	/** Texts that are numbers but for a unit or separator: their share of the cells, and one of them. */
	readonly numbers: { readonly share: number; readonly example: string } | null;
	/** Categories that differ in case or spaces alone. */
	readonly variants: readonly (readonly string[])[];
}

/** What a collector found. */
export interface Collected {
	readonly statistics: ColumnStatistics;
	readonly findings: Findings;
	/** Equal for columns of the same cells, and for categories also under other names. */
	readonly fingerprint: string;
	/** In code order; none of other kinds. */
	readonly categories: readonly string[];
}

/** Takes batches of one column. */
export interface Collector {
	add(column: Column): void;
	result(): Collected;
}

const nothing: Findings = { isWhole: false, sentinels: [], numbers: null, variants: [] };

/** A collector for a column of that kind. */
export function collectorFor(info: ColumnInfo): Collector {
	switch (info.kind) {
		case "numeric":
			return numericCollector(info.mean ?? 0);
		case "nominal":
			return nominalCollector();
		case "text":
			return textCollector();
		default:
			throw info.kind satisfies never;
	}
}

/** The mean is known from the scan, so that third powers of differences can be summed in one pass without cancellation. */
function numericCollector(mean: number): Collector {
	let [moments, cubes, isWhole]: [Moments, number, boolean] = [noMoments, 0, true];
	const quantiles = sketchQuantiles();
	const fingerprint = new Fingerprint();
	const sentinels = new SentinelSearch();
	return {
		add: (column) => {
			const { values } = column as NumericColumn;
			moments = mergeMoments(moments, momentsOf(values));
			quantiles.add(values);
			fingerprint.addNumbers(values);
			sentinels.add(values);
			for (let i = 0; i < values.length; i++) {
				const difference = values[i] - mean;
				if (!Number.isFinite(difference)) continue;
				cubes += difference * difference * difference;
				isWhole &&= Number.isInteger(values[i]);
			}
		},
		result: () => {
			const deviation = deviationOf(moments);
			const skewness = deviation === 0 ? 0 : cubes / (moments.count * deviation ** 3);
			const [p5, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map((p) => quantiles.quantile(p));
			return {
				statistics: { kind: "numeric", deviation, skewness, quantiles: [p5, p25, p50, p75, p95] },
				findings: { ...nothing, isWhole, sentinels: sentinels.found() },
				fingerprint: `numeric ${fingerprint}`,
				categories: [],
			};
		},
	};
}

const TOP_COUNT = 10;

function nominalCollector(): Collector {
	let [categories, counts]: [readonly string[], Float64Array] = [[], new Float64Array(0)];
	const fingerprint = new Fingerprint();
	return {
		add: (column) => {
			const { codes, categories: names } = column as NominalColumn;
			if (counts.length !== names.length) [categories, counts] = [names, new Float64Array(names.length)];
			fingerprint.addCodes(codes);
			for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) counts[codes[i]]++;
		},
		result: () => {
			const all = categories.map((category, code) => ({ category, count: counts[code] })).filter(({ count }) => count > 0);
			const present = all.map(({ category }) => category);
			return {
				statistics: {
					kind: "nominal",
					cellCount: counts.reduce((sum, count) => sum + count, 0),
					top: [...all].sort((a, b) => b.count - a.count).slice(0, TOP_COUNT),
				},
				findings: { ...nothing, numbers: numbersAmong(all), variants: variantsOf(present) },
				fingerprint: `nominal ${fingerprint}`,
				categories,
			};
		},
	};
}

/** Texts that are looked at for numbers. */
const SAMPLE_SIZE = 2000;

function textCollector(): Collector {
	let [count, length, maxLength] = [0, 0, 0];
	const sample: { category: string; count: number }[] = [];
	const fingerprint = new Fingerprint();
	return {
		add: (column) => {
			const { values } = column as TextColumn;
			fingerprint.addTexts(values);
			for (const value of values) {
				if (value === null) continue;
				if (sample.length < SAMPLE_SIZE) sample.push({ category: value, count: 1 });
				count++;
				length += value.length;
				maxLength = Math.max(maxLength, value.length);
			}
		},
		result: () => ({
			statistics: { kind: "text", meanLength: count === 0 ? 0 : length / count, maxLength },
			findings: { ...nothing, numbers: numbersAmong(sample) },
			fingerprint: `text ${fingerprint}`,
			categories: [],
		}),
	};
}

function numbersAmong(cells: readonly { readonly category: string; readonly count: number }[]): Findings["numbers"] {
	const total = cells.reduce((sum, { count }) => sum + count, 0);
	const numbers = cells.filter(({ category }) => looksLikeNumber(category));
	const share = numbers.reduce((sum, { count }) => sum + count, 0) / total;
	return numbers.length === 0 ? null : { share, example: numbers[0].category };
}

function variantsOf(categories: readonly string[]): string[][] {
	const groups = Map.groupBy(categories, (category) => category.trim().replaceAll(/\s+/g, " ").toLowerCase());
	return [...groups.values()].filter(({ length }) => length > 1);
}
