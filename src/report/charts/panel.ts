/** A whole chart of two axes: title, key, axis labels and frame, with margins that fit their texts. */
import type { ChartOptions, Drawing } from "./drawing.ts";
import { placed } from "./drawing.ts";
import { drawFrame, type FrameLayout, type Plot } from "./frame.ts";
import { drawLegend, type LegendItem } from "./legend.ts";
import { type AxisOptions, makeScale, type Scale, type ScaleLayout } from "./scale.ts";
import { fitText, label, textWidth } from "./text.ts";

/** What a panel shows. */
export interface PanelContent {
	readonly xValues: readonly number[];
	readonly yValues: readonly number[];
	readonly legend: readonly LegendItem[];
	readonly hasData: boolean;
	/** Ready-made axes instead of those that the values give. */
	readonly xScale?: Scale;
	readonly yScale?: Scale;
	/** Where axes end. Default: x on the data, y on ticks. */
	readonly xEnds?: ScaleLayout["ends"];
	readonly yEnds?: ScaleLayout["ends"];
	readonly grid?: FrameLayout["grid"];
	/** Angle of x labels and the room below the axis that they need. */
	readonly xLabels?: { readonly angle: number; readonly room: number };
}

/** A panel's size, texts and axes. */
export interface PanelOptions extends ChartOptions {
	/** The horizontal axis. */
	readonly x?: AxisOptions;
	/** The vertical axis. */
	readonly y?: AxisOptions;
}

const DEFAULT_WIDTH = 640;
const DEFAULT_HEIGHT = 400;
const EDGE = 8;

/** Draws a panel. */
export function drawPanel(content: PanelContent, options: PanelOptions, marks: (plot: Plot) => string): Drawing {
	const { width = DEFAULT_WIDTH, height = DEFAULT_HEIGHT, title = "", x = {}, y = {} } = options;
	const legend = drawLegend(content.legend, width - 2 * EDGE);
	const [xText, yText] = [axisText(x), axisText(y)];
	const titleHeight = title === "" ? 0 : 26;
	const top = titleHeight + legend.height + EDGE;
	const bottom = (content.xLabels?.room ?? 20) + (xText === "" ? 4 : 22);
	const plotHeight = Math.max(20, height - top - bottom);
	const yScale =
		content.yScale ?? makeScale(content.yValues, y, { tickCount: tickCountFor(plotHeight, 34), ends: content.yEnds ?? "ticks" });
	const left = EDGE + (yText === "" ? 0 : 20) + Math.max(10, widest(yScale)) + 8;
	const { xScale, right } = layOutX(content, x, width - left);
	const plotWidth = Math.max(20, width - left - right);
	const frame = drawFrame(
		{
			...{ left, top, width: plotWidth, height: plotHeight, xScale, yScale, hasData: content.hasData },
			...{ grid: content.grid, xLabelAngle: content.xLabels?.angle },
		},
		marks,
	);
	const body =
		label(fitText(title, width - 2 * EDGE, 14), { x: EDGE, y: 18, size: 14, weight: "600" }) +
		placed(legend, EDGE, titleHeight) +
		label(fitText(xText, plotWidth), { x: left + plotWidth / 2, y: height - 6, anchor: "middle" }) +
		label(fitText(yText, plotHeight), { x: EDGE + 10, y: top + plotHeight / 2, anchor: "middle", angle: -90 }) +
		frame;
	return { width, height, body };
}

/** The horizontal axis with as many ticks as fit without touching, and the room that its last label needs to the right. */
function layOutX(content: PanelContent, options: AxisOptions, room: number): { xScale: Scale; right: number } {
	const scaleFor = (width: number): Scale => content.xScale ?? fittingScale(content.xValues, options, { width, ends: content.xEnds });
	const first = scaleFor(room - EDGE - 6);
	const right = EDGE + Math.max(6, content.xScale === undefined ? halfOfLast(first) : 0);
	return { xScale: scaleFor(room - right), right };
}

/** A horizontal axis of some width whose labels keep their distance. */
export function fittingScale(
	values: readonly number[],
	options: AxisOptions,
	{ width, ends, fontSize }: { width: number; ends?: ScaleLayout["ends"]; fontSize?: number },
): Scale {
	for (let tickCount = tickCountFor(width, fontSize === undefined ? 60 : 20); ; tickCount--) {
		const scale = makeScale(values, options, { tickCount, ends });
		if (tickCount <= 1 || !labelsTouch(scale, width, fontSize)) return scale;
	}
}

function labelsTouch(scale: Scale, width: number, fontSize?: number): boolean {
	let end = Number.NEGATIVE_INFINITY;
	for (const { at, label: text } of scale.ticks) {
		if (text === "") continue;
		const [center, half] = [scale.fraction(at) * width, textWidth(text, fontSize) / 2];
		if (center - half < end + 8) return true;
		end = center + half;
	}
	return false;
}

/** Ticks for a length in pixels, one in `spacing` at most. */
export function tickCountFor(length: number, spacing: number): number {
	return Math.max(2, Math.floor(length / spacing));
}

/** Width of the widest tick label. */
export function widest(scale: Scale, fontSize?: number): number {
	return Math.max(0, ...scale.ticks.map((tick) => textWidth(tick.label, fontSize)));
}

function halfOfLast(scale: Scale): number {
	const last = scale.ticks.findLast((tick) => tick.label !== "");
	return last === undefined || scale.fraction(last.at) < 0.9 ? 0 : textWidth(last.label) / 2;
}

/** `loss (nats)` */
export function axisText({ label: text = "", unit }: AxisOptions): string {
	return unit === undefined ? text : `${text} (${unit})`.trimStart();
}
