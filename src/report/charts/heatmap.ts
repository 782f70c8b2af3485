/** A table as colours with its numbers: confusion matrices. */
import { fitNames } from "./category-scale.ts";
import { type ChartOptions, type Drawing, svgDocument } from "./drawing.ts";
import { formatShort } from "./number-format.ts";
import { element } from "./svg.ts";
import { FONT_SIZE, fitText, label, textWidth } from "./text.ts";
import { palette } from "./theme.ts";

/** What `heatmap` shows. */
export interface HeatmapData {
	/** Names of the rows, from above. */
	readonly rows: readonly string[];
	readonly columns: readonly string[];
	/** One list for each row; values that are not finite leave their cell empty. */
	readonly values: readonly ArrayLike<number>[];
}

/** Options of `heatmap`. */
export interface HeatmapOptions extends Omit<ChartOptions, "height"> {
	/** What the rows are. Default none; for a confusion matrix "true class". */
	readonly rowLabel?: string;
	/** What the columns are. Default none; for a confusion matrix "predicted class". */
	readonly columnLabel?: string;
	/** What the strongest colour stands for: the row's sum, or the largest value of all. Default "row", which shows each class alike. */
	readonly colorBy?: "row" | "all";
}

const EDGE = 8;
const LONGEST_NAME = 140;
const LARGEST_CELL = 90;
const LARGEST_HEIGHT = 56;
/** From here on text on a cell is white. */
const DARK = 0.5;

/** A table as colours with its numbers, as an SVG document; its height follows from its rows. Numbers that do not fit their cells are left out. */
export function heatmap(data: HeatmapData, options: HeatmapOptions = {}): string {
	const description = options.description ?? `Table of ${data.rows.length} rows and ${data.columns.length} columns as colours.`;
	return svgDocument(drawHeatmap(data, options), options.title, description);
}

function drawHeatmap(data: HeatmapData, options: HeatmapOptions): Drawing {
	const { width: given = 480, title = "", rowLabel = "", columnLabel = "" } = options;
	const rowNames = data.rows.map((name) => fitText(name, LONGEST_NAME));
	const left = EDGE + (rowLabel === "" ? 0 : 20) + Math.max(0, ...rowNames.map((name) => textWidth(name))) + 8;
	const top = (title === "" ? 0 : 26) + EDGE;
	const cell = Math.min(LARGEST_CELL, (given - left - EDGE) / Math.max(1, data.columns.length));
	const columnNames = fitNames(data.columns, cell * data.columns.length);
	const [tableWidth, tableHeight] = [cell * data.columns.length, Math.max(1, data.rows.length) * Math.min(cell, LARGEST_HEIGHT)];
	const height = top + tableHeight + columnNames.room + (columnLabel === "" ? 4 : 22);
	const layout = { left, top, cellWidth: cell, cellHeight: Math.min(cell, LARGEST_HEIGHT) };
	const isEmpty = data.rows.length === 0 || data.columns.length === 0;
	const frame = { x: left, y: top, width: isEmpty ? given - left - EDGE : tableWidth, height: tableHeight };
	const body =
		label(fitText(title, given - 2 * EDGE, 14), { x: EDGE, y: 18, size: 14, weight: "600" }) +
		(isEmpty
			? label("no data", { x: given / 2, y: top + tableHeight / 2 + 4, anchor: "middle", opacity: 0.6 })
			: drawCells(data, layout, options)) +
		element("rect", { ...frame, fill: "none", stroke: "currentColor", "stroke-opacity": 0.65 }) +
		rowNames.map((name, i) => label(name, { x: left - 7, y: top + (i + 0.5) * layout.cellHeight + 4, anchor: "end" })).join("") +
		columnNames.names.map((name, i) => columnName(name, left + (i + 0.5) * cell, top + tableHeight, columnNames.angle)).join("") +
		label(columnLabel, { x: left + frame.width / 2, y: height - 6, anchor: "middle" }) +
		label(fitText(rowLabel, Math.max(60, tableHeight)), { x: EDGE + 10, y: top + tableHeight / 2, anchor: "middle", angle: -90 });
	return { width: given, height, body };
}

interface CellLayout {
	readonly left: number;
	readonly top: number;
	readonly cellWidth: number;
	readonly cellHeight: number;
}

function drawCells(
	{ rows, columns, values }: HeatmapData,
	{ left, top, cellWidth, cellHeight }: CellLayout,
	{ colorBy = "row" }: HeatmapOptions,
): string {
	const largest = Math.max(0, ...values.flatMap((row) => Array.from(row).filter(Number.isFinite)));
	let body = "";
	for (let i = 0; i < rows.length; i++) {
		const row = Array.from(values[i] ?? []);
		const full = colorBy === "row" ? row.filter(Number.isFinite).reduce((sum, value) => sum + Math.max(0, value), 0) : largest;
		for (let j = 0; j < columns.length; j++) {
			const value = row[j];
			if (!Number.isFinite(value)) continue;
			const strength = full > 0 ? Math.max(0, value) / full : 0;
			const [x, y] = [left + j * cellWidth, top + i * cellHeight];
			if (strength > 0)
				body += element("rect", { x, y, width: cellWidth, height: cellHeight, fill: palette[0], "fill-opacity": visible(strength) });
			body += cellText(formatShort(value), { x, y, cellWidth, cellHeight, strength });
		}
	}
	return body;
}

/** A single wrong answer among hundreds is to be seen: strengths above 0 begin at a pale tone. */
function visible(strength: number): number {
	return 0.06 + 0.94 * strength;
}

interface CellPlace {
	readonly x: number;
	readonly y: number;
	readonly cellWidth: number;
	readonly cellHeight: number;
	readonly strength: number;
}

function cellText(text: string, { x, y, cellWidth, cellHeight, strength }: CellPlace): string {
	const size = textWidth(text) <= cellWidth - 4 ? FONT_SIZE : 10;
	if (textWidth(text, size) > cellWidth - 2 || size > cellHeight - 2) return "";
	const place = { x: x + cellWidth / 2, y: y + cellHeight / 2 + size / 3, anchor: "middle" as const, size };
	if (strength === 0) return label(text, { ...place, opacity: 0.45 });
	return label(text, { ...place, fill: strength > DARK ? "#fff" : undefined });
}

function columnName(name: string, x: number, bottom: number, angle: number): string {
	if (angle === 0) return label(name, { x, y: bottom + 18, anchor: "middle" });
	return label(name, { x: x + 4, y: bottom + 14, anchor: "end", angle });
}
