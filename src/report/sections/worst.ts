/** The examples that the model got most wrong, as it saw them. */
import { escapeText } from "../charts/svg.ts";
import { formatNumber } from "../format.ts";
import { section, table } from "../html/markup.ts";
import { pngDataUri } from "../html/png.ts";
import type { ExampleInput, JudgedPart, WorstExample } from "../run-report-data.ts";

/** Cells of a row at most. */
const MOST_CELLS = 12;

type Image = Extract<ExampleInput, { kind: "image" }>;
type Cells = Extract<ExampleInput, { kind: "cells" }>;

/** The section of worst examples. */
export function worstSection({ worst, name }: JudgedPart): string {
	const images = worst.flatMap((example) => (example.input.kind === "image" ? [imageFigure(example, example.input)] : []));
	const rows = worst.flatMap((example) => (example.input.kind === "cells" ? [{ example, cells: example.input.cells }] : []));
	const content = (images.length > 0 ? `<div class="examples">\n${images.join("\n")}\n</div>\n` : "") + cellsTable(rows);
	return section("worst", `Worst examples (${name})`, content);
}

function imageFigure({ id, loss, actual, predicted }: WorstExample, { width, height, channels, pixels }: Image): string {
	const bytes = Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
	const uri = pngDataUri({ width, height, channels, bytes });
	const alt = `${id}: true ${actual}, predicted ${predicted}`;
	const image = `<img src="${uri}" width="${width}" height="${height}" alt="${escapeText(alt)}">`;
	const caption = `<p>true: <strong>${escapeText(actual)}</strong><br>predicted: <strong>${escapeText(predicted)}</strong></p>`;
	return `<div class="example">${image}${caption}<p class="muted">${escapeText(id)}, loss ${formatNumber(loss)}</p></div>`;
}

function cellsTable(rows: readonly { example: WorstExample; cells: Cells["cells"] }[]): string {
	if (rows.length === 0) return "";
	const names = rows[0].cells.slice(0, MOST_CELLS).map(([name]) => ({ title: name }));
	const columns = [{ title: "" }, { title: "loss", isNumber: true }, { title: "true" }, { title: "predicted" }, ...names];
	return table(
		columns,
		rows.map(({ example: { id, loss, actual, predicted }, cells }) => [
			...[id, formatNumber(loss), actual, predicted],
			...cells.slice(0, MOST_CELLS).map(([, cell]) => cell),
		]),
	);
}
