/** The frame of a plot: axes, grid lines, ticks and their labels, and inside it the marks, clipped. */
import type { Scale } from "./scale.ts";
import { element, round } from "./svg.ts";
import { label } from "./text.ts";

/** The inside of a plot; places are in its own pixels, from its upper left corner. */
export interface Plot {
	readonly width: number;
	readonly height: number;
	/** Place of a value; NaN if it has none. */
	x(value: number): number;
	y(value: number): number;
}

/** A plot's rectangle and axes. */
export interface FrameLayout {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
	readonly xScale: Scale;
	readonly yScale: Scale;
	/** Whether ticks have labels. Default both. */
	readonly labels?: { readonly x: boolean; readonly y: boolean };
	/** Angle of the labels under the x axis in degrees. Default 0. */
	readonly xLabelAngle?: number;
	/** Which grid lines there are. Default "y". */
	readonly grid?: "x" | "y" | "both" | "none";
	/** Size of tick labels in pixels. Default 12. */
	readonly fontSize?: number;
	/** Without data there is only the frame, and "no data" in it. */
	readonly hasData: boolean;
}

/** Marks reach this far beyond the frame, so that lines and points on its edge are whole. */
const BLEED = 4;

/** Draws a frame with marks in it. */
export function drawFrame(layout: FrameLayout, marks: (plot: Plot) => string): string {
	const { left, top, width, height, xScale, yScale, hasData } = layout;
	const plot: Plot = {
		width,
		height,
		x: (value) => xScale.fraction(value) * width,
		y: (value) => (1 - yScale.fraction(value)) * height,
	};
	const inside = hasData
		? clipped(plot, marks(plot))
		: label("no data", { x: width / 2, y: height / 2 + 4, anchor: "middle", opacity: 0.6 });
	const body = (hasData ? gridLines(layout, plot) : "") + inside + axes(layout, plot);
	return element("g", { transform: `translate(${round(left)} ${round(top)})` }, body);
}

function clipped({ width, height }: Plot, marks: string): string {
	const [w, h] = [width + 2 * BLEED, height + 2 * BLEED];
	const viewBox = `${-BLEED} ${-BLEED} ${round(w)} ${round(h)}`;
	// An inner svg clips without an id, which would clash with those of other charts in the page.
	return element("svg", { x: -BLEED, y: -BLEED, width: w, height: h, viewBox, overflow: "hidden", "aria-hidden": "true" }, marks);
}

function gridLines({ xScale, yScale, grid = "y" }: FrameLayout, { width, height, x, y }: Plot): string {
	const across = grid === "y" || grid === "both" ? yScale.ticks.filter((tick) => tick.label !== "") : [];
	const along = grid === "x" || grid === "both" ? xScale.ticks.filter((tick) => tick.label !== "") : [];
	const d = [
		...across.map(({ at }) => `M0 ${round(y(at))}h${round(width)}`),
		...along.map(({ at }) => `M${round(x(at))} 0v${round(height)}`),
	].join("");
	return d === "" ? "" : element("path", { d, stroke: "currentColor", "stroke-opacity": 0.13, fill: "none" });
}

function axes(layout: FrameLayout, { width, height, x, y }: Plot): string {
	const { xScale, yScale, hasData, labels = { x: true, y: true }, xLabelAngle = 0, fontSize: size } = layout;
	let d = `M0 0V${round(height)}H${round(width)}`;
	let texts = "";
	for (const { at, label: text } of hasData ? xScale.ticks : []) {
		d += `M${round(x(at))} ${round(height)}v${text === "" ? 3 : 5}`;
		if (labels.x) texts += xLabel(text, { x: x(at), y: height, angle: xLabelAngle, size });
	}
	for (const { at, label: text } of hasData ? yScale.ticks : []) {
		d += `M0 ${round(y(at))}h${text === "" ? -3 : -5}`;
		if (labels.y) texts += label(text, { x: -8, y: y(at) + (size ?? 12) / 3, anchor: "end", size });
	}
	return element("path", { d, stroke: "currentColor", "stroke-opacity": 0.65, fill: "none" }) + texts;
}

function xLabel(text: string, { x, y, angle, size = 12 }: { x: number; y: number; angle: number; size?: number }): string {
	if (angle === 0) return label(text, { x, y: y + size + 6, anchor: "middle", size });
	return label(text, { x: x + 4, y: y + 14, anchor: "end", angle, size });
}
