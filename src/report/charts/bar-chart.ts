/** Bars for named values, side by side where there are several series. */
import { categoryScale, fitNames } from "./category-scale.ts";
import { type Drawing, svgDocument } from "./drawing.ts";
import type { Plot } from "./frame.ts";
import { drawPanel, type PanelContent, type PanelOptions } from "./panel.ts";
import { hasPlace } from "./scale.ts";
import { element } from "./svg.ts";
import { fitText } from "./text.ts";
import { seriesStyle } from "./theme.ts";

/** One value for each category. */
export interface BarSeries {
	readonly name: string;
	/** In the order of the categories; NaN and ±∞ leave a gap. */
	readonly values: ArrayLike<number>;
}

/** What `barChart` shows. */
export interface BarChartData {
	readonly categories: readonly string[];
	readonly series: readonly BarSeries[];
}

/** Options of `barChart`; `y` is the axis of the values, also where bars lie. */
export interface BarChartOptions extends PanelOptions {
	/** Whether bars stand or lie; long names are easier to read beside lying ones. Default "vertical". */
	readonly orientation?: "vertical" | "horizontal";
}

/** Part of a category's share that its bars fill. */
const FILLED = 0.76;
const LONGEST_NAME = 200;

/** Bars for named values, as an SVG document. Linear axes begin at 0. */
export function barChart(data: BarChartData, options: BarChartOptions = {}): string {
	const description = options.description ?? `Bar chart of ${data.series.map(({ name }) => name).join(", ") || "nothing"}.`;
	return svgDocument(drawBarChart(data, options), options.title, description);
}

function drawBarChart({ categories, series }: BarChartData, options: BarChartOptions): Drawing {
	const values = series.flatMap(({ values }) => Array.from(values).slice(0, categories.length));
	const common = {
		legend: series.map(({ name }, i) => ({ name, color: seriesStyle(i).color, mark: "box" as const })),
		hasData: values.some((value) => hasPlace(value, options.y ?? {})),
	};
	// Lengths of bars can be compared only from 0 on.
	const valued = options.y?.scale === "log" ? values : [...values, 0];
	if (options.orientation === "horizontal") {
		const yScale = categoryScale(
			categories.map((name) => fitText(name, LONGEST_NAME)),
			{ reversed: true },
		);
		const content: PanelContent = { ...common, xValues: valued, yValues: [], yScale, xEnds: "ticks", grid: "x" };
		return drawPanel(content, { ...options, x: options.y, y: options.x }, (plot) => drawBars(series, categories.length, sideways(plot)));
	}
	const { names, angle, room } = fitNames(categories, (options.width ?? 640) - 70);
	const content: PanelContent = { ...common, xValues: [], yValues: valued, xScale: categoryScale(names), xLabels: { angle, room } };
	return drawPanel(content, options, (plot) => drawBars(series, categories.length, upright(plot)));
}

/** How bars lie in a plot. */
interface Direction {
	/** Pixels of one category. */
	readonly pitch: number;
	/** Middle of a category, pixels. */
	middle(category: number): number;
	/** Place of a value, pixels. */
	value(value: number): number;
	/** Where bars without a 0 on their axis begin. */
	readonly start: number;
	rectangle(across: number, thickness: number, from: number, to: number): { x: number; y: number; width: number; height: number };
}

function upright(plot: Plot): Direction {
	return {
		pitch: Math.abs(plot.x(1) - plot.x(0)),
		middle: plot.x,
		value: plot.y,
		start: plot.height,
		rectangle: (x, width, from, to) => ({ x, y: Math.min(from, to), width, height: Math.abs(to - from) }),
	};
}

function sideways(plot: Plot): Direction {
	return {
		pitch: Math.abs(plot.y(1) - plot.y(0)),
		middle: plot.y,
		value: plot.x,
		start: 0,
		rectangle: (y, height, from, to) => ({ x: Math.min(from, to), y, width: Math.abs(to - from), height }),
	};
}

function drawBars(series: readonly BarSeries[], categoryCount: number, { pitch, middle, value, start, rectangle }: Direction): string {
	const thickness = (pitch * FILLED) / series.length;
	const zero = value(0);
	const from = Number.isFinite(zero) ? zero : start;
	let body = "";
	for (let category = 0; category < categoryCount; category++) {
		series.forEach(({ values }, i) => {
			const to = value(values[category]);
			if (!Number.isFinite(to)) return;
			const across = middle(category) - (pitch * FILLED) / 2 + i * thickness;
			body += element("rect", { ...rectangle(across, thickness, from, to), fill: seriesStyle(i).color });
		});
	}
	return body;
}
