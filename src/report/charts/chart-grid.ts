/** Small line charts in ranked order over shared axes: the curves of many trials at one glance. */
import { type ChartOptions, type Drawing, svgDocument } from "./drawing.ts";
import { drawFrame } from "./frame.ts";
import { drawSeries, type LineSeries, styleOf, yValuesOf } from "./line-chart.ts";
import { hasPoints } from "./line-marks.ts";
import { axisText, fittingScale, tickCountFor, widest } from "./panel.ts";
import { type AxisOptions, makeScale } from "./scale.ts";
import { cellWidth, drawGrid, SMALL_FONT } from "./small-multiples.ts";
import { fitText, label } from "./text.ts";

/** One small chart. */
export interface SmallChart {
	/** Above it, such as its rank and result; cut to its width. */
	readonly title: string;
	/** Series with the same place in all charts share colour and name in the key. */
	readonly series: readonly LineSeries[];
}

/** Options of `chartGrid`. */
export interface ChartGridOptions extends Omit<ChartOptions, "height"> {
	/** Charts in a row. Default 5. */
	readonly columnCount?: number;
	/** Height of one chart with its title, pixels. Default 120. */
	readonly chartHeight?: number;
	/** The horizontal axis, shared by all. */
	readonly x?: AxisOptions;
	/** The vertical axis, shared by all. */
	readonly y?: AxisOptions;
}

const TITLE_HEIGHT = 18;

/** Small line charts in the order given over shared axes, as an SVG document. Default width 900. */
export function chartGrid(charts: readonly SmallChart[], options: ChartGridOptions = {}): string {
	const description = options.description ?? `${charts.length} small line charts over shared axes.`;
	return svgDocument(drawChartGrid(charts, options), options.title, description);
}

function drawChartGrid(charts: readonly SmallChart[], options: ChartGridOptions): Drawing {
	const { width = 900, columnCount: most = 5, chartHeight = 120, title = "", x = {}, y = {} } = options;
	const columnCount = Math.max(1, Math.min(most, charts.length));
	const series = charts.flatMap((chart) => chart.series);
	const plotHeight = chartHeight - TITLE_HEIGHT - 8;
	const yScale = makeScale(series.flatMap(yValuesOf), y, { tickCount: tickCountFor(plotHeight, 26), ends: "ticks" });
	const left = 8 + (axisText(y) === "" ? 0 : 20) + widest(yScale, SMALL_FONT) + 8;
	const plotWidth = cellWidth({ width, columnCount, left });
	const xScale = fittingScale(
		series.flatMap((one) => Array.from(one.x)),
		x,
		{ width: plotWidth, fontSize: SMALL_FONT },
	);
	const longest = charts.reduce<SmallChart | null>((a, b) => (a === null || b.series.length > a.series.length ? b : a), null);
	const legend = (longest?.series ?? []).map((one, i) => ({ name: one.name, mark: "line" as const, ...styleOf(one, i) }));
	const layout = {
		...{ width, columnCount, panelHeight: chartHeight, left, bottom: 16, title, legend },
		xText: axisText(x),
		yText: axisText(y),
	};
	if (charts.length === 0) {
		const frame = { left, top: 0, width: plotWidth, height: plotHeight, xScale, yScale, hasData: false };
		return drawGrid(1, layout, (cell) => drawFrame({ ...frame, top: cell.y + TITLE_HEIGHT }, () => ""));
	}
	return drawGrid(charts.length, layout, (cell) => {
		const chart = charts[cell.index];
		const frame = drawFrame(
			{
				...{ left: cell.x, top: cell.y + TITLE_HEIGHT, width: cell.width, height: plotHeight, xScale, yScale },
				...{ hasData: hasPoints(chart.series, options), fontSize: SMALL_FONT },
				labels: { x: cell.isLastInColumn, y: cell.isFirstInRow },
			},
			(plot) => drawSeries(chart.series, plot, 1.5),
		);
		return label(fitText(chart.title, cell.width, SMALL_FONT), { x: cell.x, y: cell.y + 13, size: SMALL_FONT }) + frame;
	});
}
