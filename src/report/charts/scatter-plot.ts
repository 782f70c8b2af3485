/** Points in the plane. */
import { type Drawing, svgDocument } from "./drawing.ts";
import { drawDot, hasPoints, runsOf } from "./line-marks.ts";
import { drawPanel, type PanelOptions } from "./panel.ts";
import { seriesStyle } from "./theme.ts";

/** Points of one kind. */
export interface ScatterSeries {
	readonly name: string;
	readonly x: ArrayLike<number>;
	/** As many as x; points without a place are left out. */
	readonly y: ArrayLike<number>;
}

/** Options of `scatterPlot`. */
export interface ScatterPlotOptions extends PanelOptions {
	/** Radius of a point in pixels. Default 3. */
	readonly radius?: number;
}

/** Points in the plane, as an SVG document; they are drawn half transparent, so that crowds show. */
export function scatterPlot(series: readonly ScatterSeries[], options: ScatterPlotOptions = {}): string {
	const description = options.description ?? `Scatter plot of ${series.map(({ name }) => name).join(", ") || "nothing"}.`;
	return svgDocument(drawScatterPlot(series, options), options.title, description);
}

function drawScatterPlot(series: readonly ScatterSeries[], options: ScatterPlotOptions): Drawing {
	const { radius = 3 } = options;
	const content = {
		xValues: series.flatMap(({ x }) => Array.from(x)),
		yValues: series.flatMap(({ y }) => Array.from(y)),
		legend: series.map(({ name }, i) => ({ name, color: seriesStyle(i).color, mark: "point" as const })),
		hasData: hasPoints(series, options),
		xEnds: "ticks" as const,
		grid: "both" as const,
	};
	return drawPanel(content, options, (plot) =>
		series
			.map((one, i) =>
				runsOf(one, plot)
					.flat()
					.map((place) => drawDot(place, { color: seriesStyle(i).color, radius, opacity: 0.65 }))
					.join(""),
			)
			.join(""),
	);
}
