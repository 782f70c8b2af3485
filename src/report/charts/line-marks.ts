/** Lines, bands and dots inside a plot. A point without a place interrupts its line. */
import type { Plot } from "./frame.ts";
import { type AxisOptions, hasPlace } from "./scale.ts";
import { element, round } from "./svg.ts";

/** A place in a plot's pixels. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

/** Values side by side; the shorter list decides how many there are. */
export interface Points {
	readonly x: ArrayLike<number>;
	readonly y: ArrayLike<number>;
}

/** Whether any of the points has a place on both axes. */
export function hasPoints(series: readonly Points[], { x = {}, y = {} }: { readonly x?: AxisOptions; readonly y?: AxisOptions }): boolean {
	return series.some((points) => Array.from(points.x).some((value, i) => hasPlace(value, x) && hasPlace(points.y[i], y)));
}

/** Places of points in unbroken runs. */
export function runsOf({ x, y }: Points, plot: Plot): Place[][] {
	const runs: Place[][] = [];
	let run: Place[] = [];
	for (let i = 0; i < Math.min(x.length, y.length); i++) {
		const place = { x: plot.x(x[i]), y: plot.y(y[i]) };
		if (Number.isFinite(place.x) && Number.isFinite(place.y)) run.push(place);
		else if (run.length > 0) {
			runs.push(run);
			run = [];
		}
	}
	if (run.length > 0) runs.push(run);
	return runs;
}

/** How a line is drawn. */
export interface LineStyle {
	readonly color: string;
	readonly dash?: string;
	/** Pixels. Default 2. */
	readonly strokeWidth?: number;
	readonly opacity?: number;
}

/** A line through points; a point alone between gaps is a dot. */
export function drawLine(points: Points, plot: Plot, { color, dash, strokeWidth = 2, opacity }: LineStyle): string {
	const runs = runsOf(points, plot);
	const d = runs
		.filter((run) => run.length > 1)
		.map((run) => pathThrough(thinned(run)))
		.join("");
	const line = {
		...{ d, fill: "none", stroke: color, "stroke-width": strokeWidth, "stroke-dasharray": dash },
		...{ "stroke-linejoin": "round", "stroke-opacity": opacity },
	};
	const alone = runs.filter((run) => run.length === 1).map(([place]) => drawDot(place, { color, radius: strokeWidth * 1.25, opacity }));
	return (d === "" ? "" : element("path", line)) + alone.join("");
}

/** The area between two lines over the same x, drawn pale. */
export function drawBand(
	{ x, low, high }: { x: ArrayLike<number>; low: ArrayLike<number>; high: ArrayLike<number> },
	plot: Plot,
	color: string,
): string {
	const edges: { x: number; low: number; high: number }[][] = [[]];
	for (let i = 0; i < Math.min(x.length, low.length, high.length); i++) {
		const edge = { x: plot.x(x[i]), low: plot.y(low[i]), high: plot.y(high[i]) };
		if (Number.isFinite(edge.x) && Number.isFinite(edge.low) && Number.isFinite(edge.high)) edges.at(-1)?.push(edge);
		else edges.push([]);
	}
	const d = edges
		.filter((run) => run.length > 1)
		.map((run) => {
			const upper = thinned(run.map((edge) => ({ x: edge.x, y: edge.high })));
			const lower = thinned(run.map((edge) => ({ x: edge.x, y: edge.low }))).reverse();
			return `${pathThrough([...upper, ...lower])}Z`;
		})
		.join("");
	return d === "" ? "" : element("path", { d, fill: color, "fill-opacity": 0.18 });
}

/** A filled circle. */
export function drawDot({ x, y }: Place, { color, radius, opacity }: { color: string; radius: number; opacity?: number }): string {
	return element("circle", { cx: x, cy: y, r: radius, fill: color, "fill-opacity": opacity });
}

function pathThrough(places: readonly Place[]): string {
	return places.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
}

/** Points in one column of pixels, beyond which a run is thinned. */
const DENSE = 4;

/** A run of very many points with the first, lowest, highest and last of each column of pixels, which looks the same. */
function thinned(run: Place[]): Place[] {
	const columnCount = Math.abs(run[run.length - 1].x - run[0].x) + 1;
	if (run.length <= DENSE * columnCount) return run;
	const columns: Place[][] = [];
	for (const place of run) {
		const column = columns.at(-1);
		if (column !== undefined && Math.floor(column[0].x) === Math.floor(place.x)) column.push(place);
		else columns.push([place]);
	}
	return columns.flatMap((column) => {
		const byHeight = (better: (a: Place, b: Place) => boolean): Place => column.reduce((a, b) => (better(b, a) ? b : a));
		const kept = new Set([column[0], byHeight((a, b) => a.y < b.y), byHeight((a, b) => a.y > b.y), column[column.length - 1]]);
		return column.filter((place) => kept.has(place));
	});
}
