/** Histograms in rows and columns: the values of each layer side by side. */
import { type ChartOptions, type Drawing, svgDocument } from "./drawing.ts";
import { drawFrame, type Plot } from "./frame.ts";
import { axisText, fittingScale, tickCountFor, widest } from "./panel.ts";
import { type AxisOptions, makeScale, type Scale } from "./scale.ts";
import { cellWidth, drawGrid, SMALL_FONT } from "./small-multiples.ts";
import { element, round } from "./svg.ts";
import { fitText, label } from "./text.ts";
import { palette } from "./theme.ts";

/** One histogram: counts in bins of equal width. */
export interface HistogramPanel {
	/** Above it; cut to its width. */
	readonly title: string;
	/** A second line above it, such as its mean and variance. Default none. */
	readonly note?: string;
	/** Where the first bin begins. */
	readonly low: number;
	/** Where the last bin ends. */
	readonly high: number;
	readonly counts: ArrayLike<number>;
}

/** Options of `histogramGrid`. */
export interface HistogramGridOptions extends Omit<ChartOptions, "height"> {
	/** Histograms in a row. Default 5. */
	readonly columnCount?: number;
	/** Height of one histogram with its title, pixels. Default 140. */
	readonly panelHeight?: number;
	/** The axis of the values. */
	readonly x?: Pick<AxisOptions, "label" | "unit" | "min" | "max">;
	/** The axis of the counts. Default label "count". */
	readonly y?: Pick<AxisOptions, "label" | "unit">;
	/** Whether all have the same axis of values, so that widths can be compared. Default true. */
	readonly sharedX?: boolean;
	/** Whether all have the same axis of counts. Default false: each fills its frame. */
	readonly sharedY?: boolean;
}

const LINE_HEIGHT = 14;
const TICK_HEIGHT = 20;

/** Histograms in rows and columns, as an SVG document. Default width 900. */
export function histogramGrid(panels: readonly HistogramPanel[], options: HistogramGridOptions = {}): string {
	const description = options.description ?? `${panels.length} histograms.`;
	return svgDocument(drawHistogramGrid(panels, options), options.title, description);
}

/** The same as a drawing. */
export function drawHistogramGrid(panels: readonly HistogramPanel[], options: HistogramGridOptions): Drawing {
	const { width = 900, columnCount: most = 5, panelHeight = 140, title = "", x = {}, y = { label: "count" }, sharedX = true } = options;
	const columnCount = Math.max(1, Math.min(most, panels.length));
	const titleHeight = 4 + LINE_HEIGHT * (panels.some(({ note }) => note !== undefined) ? 2 : 1);
	const plotHeight = panelHeight - titleHeight - TICK_HEIGHT - 6;
	const yScales = scalesFor(panels, options.sharedY ?? false, (group) => {
		return makeScale(
			[0, ...group.flatMap((panel) => Array.from(panel.counts))],
			{},
			{ tickCount: tickCountFor(plotHeight, 30), ends: "ticks" },
		);
	});
	const ownLabels = Math.max(0, ...yScales.map((scale) => widest(scale, SMALL_FONT))) + 8;
	// Counts on axes of their own need room in every column.
	const inset = options.sharedY === true ? 0 : ownLabels - 6;
	const left = 8 + (axisText(y) === "" ? 0 : 20) + (options.sharedY === true ? ownLabels : 6);
	const plotWidth = cellWidth({ width, columnCount, left }) - inset;
	const xScales = scalesFor(panels, sharedX, (group) => {
		return fittingScale(
			group.flatMap(({ low, high }) => [low, high]),
			x,
			{ width: plotWidth, fontSize: SMALL_FONT },
		);
	});
	const layout = { ...{ width, columnCount, panelHeight, left, bottom: 4, title, legend: [] }, xText: axisText(x), yText: axisText(y) };
	return drawGrid(Math.max(1, panels.length), layout, (cell) => {
		const panel = panels[cell.index] ?? { title: "", low: 0, high: 1, counts: [] };
		const frame = drawFrame(
			{
				...{ left: cell.x + inset, top: cell.y + titleHeight, width: plotWidth, height: plotHeight },
				...{ xScale: xScales[cell.index] ?? emptyScale, yScale: yScales[cell.index] ?? emptyScale, fontSize: SMALL_FONT },
				hasData: isDrawable(panel),
				labels: { x: true, y: options.sharedY !== true || cell.isFirstInRow },
			},
			(plot) => drawBins(panel, plot),
		);
		const lines = [panel.title, ...(panel.note === undefined ? [] : [panel.note])];
		const texts = lines.map((line, i) => {
			const place = { x: cell.x + inset, y: cell.y + LINE_HEIGHT * (i + 1) - 1, size: SMALL_FONT };
			return label(fitText(line, plotWidth + 6, SMALL_FONT), place);
		});
		return texts.join("") + frame;
	});
}

const emptyScale: Scale = makeScale([], {}, { tickCount: 2 });

/** A scale for each panel: one for all, or one each. */
function scalesFor(panels: readonly HistogramPanel[], isShared: boolean, make: (group: readonly HistogramPanel[]) => Scale): Scale[] {
	if (!isShared) return panels.map((panel) => make([panel]));
	const shared = make(panels);
	return panels.map(() => shared);
}

function isDrawable({ low, high, counts }: HistogramPanel): boolean {
	return Number.isFinite(low) && Number.isFinite(high) && low < high && Array.from(counts).some((count) => count > 0);
}

/** All bins as one outline; empty ones lie on the axis. */
function drawBins({ low, high, counts }: HistogramPanel, plot: Plot): string {
	const binWidth = (high - low) / counts.length;
	const steps = Array.from(counts, (count, i) => {
		const right = round(plot.x(low + (i + 1) * binWidth));
		return `V${round(plot.y(Number.isFinite(count) ? count : 0))}H${right}`;
	});
	const d = `M${round(plot.x(low))} ${round(plot.height)}${steps.join("")}V${round(plot.height)}Z`;
	return element("path", { d, fill: palette[0], "fill-opacity": 0.55, stroke: palette[0] });
}
