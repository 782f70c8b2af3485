/** Lines over a common axis: learning curves and the like. */
import { type Drawing, svgDocument } from "./drawing.ts";
import type { Plot } from "./frame.ts";
import { drawBand, drawLine, hasPoints } from "./line-marks.ts";
import { drawPanel, type PanelOptions } from "./panel.ts";
import { element, round } from "./svg.ts";
import { label } from "./text.ts";
import { seriesStyle } from "./theme.ts";

/** A line with an optional band about it. */
export interface LineSeries {
	/** Its name in the key. */
	readonly name: string;
	/** Ascending. */
	readonly x: ArrayLike<number>;
	/** As many as x; NaN and ±∞ interrupt the line. */
	readonly y: ArrayLike<number>;
	/** Edges of a band, such as smallest and largest of several runs, or mean ± standard deviation. Default none. */
	readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
	/** Which colour of the palette, from 0. Default: the place among the series. */
	readonly color?: number;
	/** Default false; validation beside training, say, in the same colour. */
	readonly dashed?: boolean;
}

/** A value to which attention is drawn by a line across the chart. */
export interface Marker {
	readonly axis: "x" | "y";
	readonly at: number;
	readonly label: string;
}

/** Options of `lineChart`. */
export interface LineChartOptions extends PanelOptions {
	/** Lines across the chart, such as a suggested learning rate. Default none. */
	readonly markers?: readonly Marker[];
}

/**
 * Lines over a common axis, as an SVG document.
 *
 * @example
 * lineChart([{ name: "training", x: [1, 2, 3], y: [0.9, 0.5, 0.4] }], { x: { label: "epoch" }, y: { label: "loss", unit: "nats" } });
 */
export function lineChart(series: readonly LineSeries[], options: LineChartOptions = {}): string {
	const description = options.description ?? `Line chart of ${series.map(({ name }) => name).join(", ") || "nothing"}.`;
	return svgDocument(drawLineChart(series, options), options.title, description);
}

/** The same as a drawing. */
export function drawLineChart(series: readonly LineSeries[], options: LineChartOptions): Drawing {
	const { markers = [] } = options;
	const content = {
		xValues: [...series.flatMap(({ x }) => Array.from(x)), ...markersOn("x", markers)],
		yValues: [...series.flatMap(yValuesOf), ...markersOn("y", markers)],
		legend: series.map((one, i) => ({ name: one.name, mark: "line" as const, ...styleOf(one, i) })),
		hasData: hasPoints(series, options),
	};
	return drawPanel(content, options, (plot) => drawSeries(series, plot) + markers.map((marker) => drawMarker(marker, plot)).join(""));
}

/** Bands, then lines over all of them. */
export function drawSeries(series: readonly LineSeries[], plot: Plot, strokeWidth?: number): string {
	const bands = series.map(({ x, band }, i) => (band === undefined ? "" : drawBand({ x, ...band }, plot, styleOf(series[i], i).color)));
	const lines = series.map((one, i) => drawLine(one, plot, { ...styleOf(one, i), strokeWidth }));
	return bands.join("") + lines.join("");
}

/** All y values of a series, the edges of its band included. */
export function yValuesOf({ y, band }: LineSeries): number[] {
	return [...Array.from(y), ...Array.from(band?.low ?? []), ...Array.from(band?.high ?? [])];
}

/** Colour and dash of a series. */
export function styleOf({ color, dashed }: LineSeries, i: number): { color: string; dash: string | undefined } {
	const style = seriesStyle(color ?? i);
	return dashed === true ? { ...style, dash: "6 3" } : style;
}

function markersOn(axis: "x" | "y", markers: readonly Marker[]): number[] {
	return markers.filter((marker) => marker.axis === axis).map(({ at }) => at);
}

function drawMarker({ axis, at, label: text }: Marker, { width, height, x, y }: Plot): string {
	const place = axis === "x" ? x(at) : y(at);
	if (!Number.isFinite(place)) return "";
	const d = axis === "x" ? `M${round(place)} 0v${round(height)}` : `M0 ${round(place)}h${round(width)}`;
	const line = element("path", { d, stroke: "currentColor", "stroke-dasharray": "4 3", "stroke-opacity": 0.7, fill: "none" });
	const atRight = axis === "y" || place > width / 2;
	const nearLine = axis === "x" ? (atRight ? place - 5 : place + 5) : width - 5;
	return line + label(text, { x: nearLine, y: axis === "x" ? 13 : Math.max(13, place - 5), anchor: atRight ? "end" : "start", halo: true });
}
