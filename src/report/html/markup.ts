/** HTML as text: the parts that all sections of a report consist of. Whatever comes from data is escaped here. */
import { element, escapeText } from "../charts/svg.ts";

/** A part of a page under a heading. */
export interface Section {
	readonly id: string;
	readonly title: string;
	/** Markup; a section without it is left out. */
	readonly content: string;
	/** From which examples it is, beside the heading. */
	readonly note?: string;
}

/** A section as markup. */
export function sectionMarkup({ id, title, content, note }: Section): string {
	const small = note === undefined ? "" : ` <small>${escapeText(note)}</small>`;
	return `${element("section", { id }, `<h2>${escapeText(title)}${small}</h2>\n${content}`)}\n`;
}

/** Links to sections. */
export function contentsMarkup(sections: readonly Section[]): string {
	return `<nav>${sections.map(({ id, title }) => element("a", { href: `#${id}` }, escapeText(title))).join("\n")}</nav>\n`;
}

/** A chart as a block. */
export function figure(svg: string): string {
	return svg === "" ? "" : `<figure>${svg.trim()}</figure>`;
}

/** Charts side by side where there is room. */
export function figures(...svgs: readonly string[]): string {
	return beside(...svgs.map(figure));
}

/** Blocks of markup side by side where there is room; empty ones take none. */
export function beside(...blocks: readonly string[]): string {
	const shown = blocks.filter((block) => block !== "");
	return shown.length === 0 ? "" : `<div class="figures">\n${shown.map((block) => `<div>${block}</div>`).join("\n")}\n</div>\n`;
}

/** A paragraph of plain text; `kind` is a class of the style sheet. */
export function paragraph(text: string, kind?: string): string {
	return `${element("p", { class: kind }, escapeText(text))}\n`;
}

/** A cell of a table: text, or a number already written. */
export interface TableColumn {
	readonly title: string;
	readonly isNumber?: boolean;
}

/** Texts of more characters are broken into lines, … */
const LONGEST_LINE = 40;
/** … and these on narrow screens. */
const LONGEST_NARROW = 18;

/** A table of plain texts; one that is too wide scrolls in its own box, its first column standing still. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
	const kind = (i: number): string | undefined => (columns[i]?.isNumber === true ? "number" : undefined);
	const head = columns.map(({ title }, i) => cell("th", title, kind(i))).join("");
	const body = rows.map((row) => `<tr>${row.map((text, i) => cell("td", text, kind(i))).join("")}</tr>`).join("\n");
	return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>\n`;
}

/** Columns of cells under their names; those that hold numbers alone are aligned as numbers. */
export function cellColumns(names: readonly string[], rows: readonly (readonly string[])[]): TableColumn[] {
	return names.map((title, i) => ({ title, isNumber: rows.length > 0 && rows.every((row) => isNumeric(row[i] ?? "")) }));
}

/** A number as tables of data hold it; a missing cell is none. */
function isNumeric(text: string): boolean {
	return text === "" || /^[-−+]?[\d.,]+(e[-−+]?\d+)?$/i.test(text);
}

function cell(name: "th" | "td", text: string, kind: string | undefined): string {
	const width = text.length > LONGEST_LINE ? ["long"] : text.length > LONGEST_NARROW ? ["wide"] : [];
	const classes = [...(kind === undefined ? [] : [kind]), ...width].join(" ");
	return `<${name}${classes === "" ? "" : ` class="${classes}"`}>${escapeText(text)}</${name}>`;
}

/** Text whose spaces and line ends matter, closed at first. */
export function details(title: string, text: string): string {
	return `<details><summary>${escapeText(title)}</summary><pre>${escapeText(text)}</pre></details>\n`;
}
