/** Many small plots in rows and columns. */
import type { Drawing } from "./drawing.ts";
import { placed } from "./drawing.ts";
import { drawLegend, type LegendItem } from "./legend.ts";
import { label } from "./text.ts";

/** Text in small plots, pixels. */
export const SMALL_FONT = 11;

/** A grid of plots of one size. */
export interface GridLayout {
	readonly width: number;
	readonly columnCount: number;
	/** Of one plot with its title and labels, pixels. */
	readonly panelHeight: number;
	/** Margin on the left of each row, pixels. */
	readonly left: number;
	/** Below the last row, pixels. */
	readonly bottom: number;
	readonly title: string;
	readonly legend: readonly LegendItem[];
	readonly xText: string;
	readonly yText: string;
}

/** One plot's place in the grid. */
export interface GridCell {
	readonly index: number;
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly isFirstInRow: boolean;
	readonly isLastInColumn: boolean;
}

const EDGE = 8;
const GAP = 14;

/** Width of one plot's cell. */
export function cellWidth({ width, columnCount, left }: Pick<GridLayout, "width" | "columnCount" | "left">): number {
	return (width - EDGE - left - (columnCount - 1) * GAP) / columnCount;
}

/** Lays out `count` plots and draws each with `draw`. */
export function drawGrid(count: number, layout: GridLayout, draw: (cell: GridCell) => string): Drawing {
	const { width, columnCount, panelHeight, left, bottom, title, xText, yText } = layout;
	const key = drawLegend(layout.legend, width - 2 * EDGE);
	const titleHeight = title === "" ? 0 : 26;
	const top = titleHeight + key.height + EDGE / 2;
	const rowCount = Math.max(1, Math.ceil(count / columnCount));
	const gridHeight = rowCount * panelHeight;
	const height = top + gridHeight + bottom + (xText === "" ? 0 : 20);
	const cell = cellWidth(layout);
	let body = label(title, { x: EDGE, y: 18, size: 14, weight: "600" }) + placed(key, EDGE, titleHeight);
	for (let index = 0; index < count; index++) {
		const column = index % columnCount;
		const x = left + column * (cell + GAP);
		const y = top + Math.floor(index / columnCount) * panelHeight;
		body += draw({ index, x, y, width: cell, isFirstInRow: column === 0, isLastInColumn: index + columnCount >= count });
	}
	body += label(xText, { x: left + (width - left - EDGE) / 2, y: height - 6, anchor: "middle" });
	body += label(yText, { x: EDGE + 10, y: top + gridHeight / 2, anchor: "middle", angle: -90 });
	return { width, height, body };
}
