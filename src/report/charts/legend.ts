/** The key to the series of a chart, in rows above it. */
import type { Drawing } from "./drawing.ts";
import { element, round } from "./svg.ts";
import { fitText, label, textWidth } from "./text.ts";

/** An entry of the key. */
export interface LegendItem {
	readonly name: string;
	readonly color: string;
	readonly dash?: string;
	readonly mark: "line" | "point" | "box";
}

const ROW_HEIGHT = 18;
const SWATCH = 20;
const GAP = 16;

/** Draws the key in as many rows as it needs; a single entry needs none, for title and axes tell what it is. */
export function drawLegend(items: readonly LegendItem[], width: number): Drawing {
	if (items.length < 2) return { width, height: 0, body: "" };
	let [x, row, body] = [0, 0, ""];
	for (const item of items) {
		const name = fitText(item.name, width - SWATCH - 6);
		const itemWidth = SWATCH + 6 + textWidth(name);
		if (x > 0 && x + itemWidth > width) [x, row] = [0, row + 1];
		const y = row * ROW_HEIGHT + ROW_HEIGHT / 2;
		body += swatch(item, x, y) + label(name, { x: x + SWATCH + 6, y: y + 4 });
		x += itemWidth + GAP;
	}
	return { width, height: (row + 1) * ROW_HEIGHT + 4, body };
}

function swatch({ color, dash, mark }: LegendItem, x: number, y: number): string {
	if (mark === "line") {
		const d = `M${round(x)} ${y}h${SWATCH}`;
		return element("path", { d, stroke: color, "stroke-width": 2, "stroke-dasharray": dash, fill: "none" });
	}
	if (mark === "point") return element("circle", { cx: x + SWATCH / 2, cy: y, r: 3.5, fill: color });
	return element("rect", { x: x + 4, y: y - 6, width: 12, height: 12, rx: 1.5, fill: color });
}
