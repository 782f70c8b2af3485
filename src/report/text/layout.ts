/** Text in columns of equal characters: tables, bars, curves, paragraphs. */

/** Characters of a line. */
export const WIDTH = 100;

const BLOCKS = "▁▂▃▄▅▆▇█";

/** Characters that would move the cursor or change the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text from data made safe for a terminal, and cut to a width. */
export function plain(text: string, width = WIDTH): string {
	const letters = Array.from(text.toWellFormed().replace(CONTROLS, "\ufffd"));
	return letters.length <= width ? letters.join("") : `${letters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** A heading with a line below it. */
export function heading(text: string): string {
	return `${plain(text)}\n${"─".repeat(Math.min(WIDTH, Array.from(text).length))}`;
}

/** A paragraph broken at spaces; lines after the first begin with `indent` spaces. */
export function wrapped(text: string, indent = 0): string {
	const lines = [""];
	for (const word of text.replace(CONTROLS, "\ufffd").split(" ")) {
		const line = lines[lines.length - 1];
		const room = WIDTH - (lines.length > 1 ? indent : 0);
		if (line !== "" && line.length + 1 + word.length > room) lines.push(plain(word, WIDTH - indent));
		else lines[lines.length - 1] = line === "" ? plain(word, room) : `${line} ${word}`;
	}
	return lines.join(`\n${" ".repeat(indent)}`);
}

/** Rows in aligned columns, the first of names, the others to the right; columns that do not fit are left out. */
export function columns(rows: readonly (readonly string[])[], { left = 1 }: { readonly left?: number } = {}): string {
	const cells = rows.map((row) => row.map((cell) => plain(cell, MOST_IN_CELL)));
	const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => Array.from(row[i] ?? "").length)));
	let [used, shown] = [0, 0];
	while (shown < widths.length && used + widths[shown] <= WIDTH) used += widths[shown++] + GAP.length;
	return cells
		.map((row) =>
			row
				.slice(0, shown)
				.map((cell, i) => pad(cell, widths[i], i < left))
				.join(GAP)
				.trimEnd(),
		)
		.join("\n");
}

const GAP = "  ";
const MOST_IN_CELL = 40;

function pad(cell: string, width: number, isLeft: boolean): string {
	const space = " ".repeat(Math.max(0, width - Array.from(cell).length));
	return isLeft ? cell + space : space + cell;
}

/** A curve in one line of block characters; long ones are thinned. Values that are no numbers leave gaps. */
export function sparkline(values: readonly number[], width = 56): string {
	const count = Math.min(width, values.length);
	const shown = Array.from({ length: count }, (_, i) => values[count === 1 ? 0 : Math.round((i * (values.length - 1)) / (count - 1))]);
	const finite = shown.filter(Number.isFinite);
	const [low, high] = [Math.min(...finite), Math.max(...finite)];
	const place = (value: number): number => (high === low ? 0 : Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1)));
	return shown.map((value) => (Number.isFinite(value) ? BLOCKS[place(value)] : " ")).join("");
}

/** A bar for a share of the longest. */
export function bar(share: number, width = 30): string {
	return "█".repeat(Math.round(Math.min(1, Math.max(0, share || 0)) * width));
}
