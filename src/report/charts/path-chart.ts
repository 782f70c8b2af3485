/** Paths in the plane over level lines: how optimizers move on a function of two variables. */
import { contourSegments, type GridFunction, joinSegments, quantileLevels } from "./contour.ts";
import { type Drawing, svgDocument } from "./drawing.ts";
import type { Plot } from "./frame.ts";
import { drawDot, drawLine, runsOf } from "./line-marks.ts";
import { drawPanel, type PanelOptions } from "./panel.ts";
import { element, round } from "./svg.ts";
import { seriesStyle } from "./theme.ts";

/** A path: its places in the order in which they were reached. */
export interface PathSeries {
	readonly name: string;
	readonly x: ArrayLike<number>;
	/** As many as x; a place that is not finite interrupts the path. */
	readonly y: ArrayLike<number>;
}

/** What `pathChart` shows. */
export interface PathChartData {
	/** The function whose level lines lie under the paths. Default none. */
	readonly surface?: GridFunction;
	readonly paths: readonly PathSeries[];
	/** A place to be marked with a cross, such as the minimum. Default none. */
	readonly target?: readonly [x: number, y: number];
}

/** Options of `pathChart`. */
export interface PathChartOptions extends PanelOptions {
	/** Values of the level lines. Default: 14 between which equal areas lie. */
	readonly levels?: readonly number[];
}

const LEVEL_COUNT = 14;

/** Paths over level lines, as an SVG document. The axes show the surface where there is one, else the paths. Default size 560 × 420. */
export function pathChart(data: PathChartData, options: PathChartOptions = {}): string {
	const description = options.description ?? `Paths of ${data.paths.map(({ name }) => name).join(", ") || "nothing"} over level lines.`;
	return svgDocument(drawPathChart(data, { width: 560, height: 420, ...options }), options.title, description);
}

function drawPathChart(data: PathChartData, options: PathChartOptions): Drawing {
	const { surface, paths, target } = data;
	const sources = surface !== undefined ? [surface] : paths;
	const content = {
		xValues: [...sources.flatMap(({ x }) => Array.from(x)), ...(target === undefined ? [] : [target[0]])],
		yValues: [...sources.flatMap(({ y }) => Array.from(y)), ...(target === undefined ? [] : [target[1]])],
		legend: paths.map(({ name }, i) => ({ name, mark: "line" as const, ...seriesStyle(i) })),
		hasData: sources.some(({ x }) => Array.from(x).some(Number.isFinite)),
		yEnds: surface === undefined ? ("ticks" as const) : ("data" as const),
		grid: "none" as const,
	};
	return drawPanel(content, options, (plot) => {
		const levels = surface === undefined ? [] : (options.levels ?? quantileLevels(surface, LEVEL_COUNT));
		const lines = levels.map((level) => (surface === undefined ? "" : drawLevel(surface, level, plot)));
		return (
			lines.join("") + paths.map((path, i) => drawPath(path, i, plot)).join("") + (target === undefined ? "" : drawCross(target, plot))
		);
	});
}

function drawLevel(surface: GridFunction, level: number, plot: Plot): string {
	const lines = joinSegments(contourSegments(surface, level));
	const d = lines.map((line) => line.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(plot.x(x))} ${round(plot.y(y))}`).join("")).join("");
	return d === "" ? "" : element("path", { d, stroke: "currentColor", "stroke-opacity": 0.28, fill: "none" });
}

/** The line, a dot for each step, and larger ones at start (hollow) and end. */
function drawPath(path: PathSeries, i: number, plot: Plot): string {
	const style = seriesStyle(i);
	const places = runsOf(path, plot).flat();
	const [first, last] = [places[0], places.at(-1)];
	if (first === undefined || last === undefined) return "";
	const dots = places.map((place) => drawDot(place, { color: style.color, radius: 2 })).join("");
	const start = element("circle", { cx: first.x, cy: first.y, r: 4.5, fill: "none", stroke: style.color, "stroke-width": 1.5 });
	return drawLine(path, plot, { ...style, strokeWidth: 1.5 }) + dots + start + drawDot(last, { color: style.color, radius: 4 });
}

function drawCross([x, y]: readonly [x: number, y: number], plot: Plot): string {
	const d = `M${round(plot.x(x) - 5)} ${round(plot.y(y))}h10M${round(plot.x(x))} ${round(plot.y(y) - 5)}v10`;
	return element("path", { d, stroke: "currentColor", "stroke-width": 2, fill: "none" });
}
