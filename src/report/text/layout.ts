/** Text in columns of equal characters: tables, bars, curves, paragraphs. */

/** Characters of a line. */
export const WIDTH = 100;

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

/** How columns stand. */
export interface ColumnsOptions {
	/** How many of the first columns begin at their left. Default 1. */
	readonly left?: number;
	/** Whether the last one does, too. Default false. */
	readonly leftLast?: boolean;
}

/** Rows in aligned columns, the first of names, the others to the right; columns that do not fit are left out. */
export function columns(rows: readonly (readonly string[])[], { left = 1, leftLast = false }: ColumnsOptions = {}): string {
	const most = (row: readonly string[], i: number): number => (leftLast && i === row.length - 1 ? WIDTH : MOST_IN_CELL);
	const cells = rows.map((row) => row.map((cell, i) => plain(cell, most(row, i))));
	const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => Array.from(row[i] ?? "").length)));
	let [used, shown] = [0, 0];
	while (shown < widths.length && (used + widths[shown] <= WIDTH || (leftLast && shown === widths.length - 1)))
		used += widths[shown++] + GAP.length;
	return cells
		.map((row) =>
			row
				.slice(0, shown)
				.map((cell, i) => pad(cell, widths[i], i < left || (leftLast && i === widths.length - 1)))
				.join(GAP)
				.trimEnd(),
		)
		.map((line) => plain(line))
		.join("\n");
}

const GAP = "  ";
const MOST_IN_CELL = 40;

function pad(cell: string, width: number, isLeft: boolean): string {
	const space = " ".repeat(Math.max(0, width - Array.from(cell).length));
	return isLeft ? cell + space : space + cell;
}

/** A bar for a share of the longest. */
export function bar(share: number, width = 30): string {
	return "█".repeat(Math.round(Math.min(1, Math.max(0, share || 0)) * width));
}
