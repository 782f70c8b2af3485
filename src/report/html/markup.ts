/** HTML as text: the parts that all sections of a report consist of. Whatever comes from data is escaped here. */
import { element, escapeText } from "../charts/svg.ts";

/** A part of a page under a heading; empty without content. */
export function section(id: string, title: string, content: string): string {
	return content === "" ? "" : `${element("section", { id }, `<h2>${escapeText(title)}</h2>\n${content}`)}\n`;
}

/** Figures side by side where there is room. */
export function figures(...svgs: readonly string[]): string {
	const shown = svgs.filter((svg) => svg !== "");
	return shown.length === 0 ? "" : `<div class="figures">\n${shown.map((svg) => `<figure>${svg.trim()}</figure>`).join("\n")}\n</div>\n`;
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

/** Texts of more characters are broken into lines. */
const LONGEST_LINE = 40;

/** A table of plain texts. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
	const kind = (i: number): string | undefined => (columns[i]?.isNumber === true ? "number" : undefined);
	const head = columns.map(({ title }, i) => cell("th", title, kind(i))).join("");
	const body = rows.map((row) => `<tr>${row.map((text, i) => cell("td", text, kind(i))).join("")}</tr>`).join("\n");
	return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>\n`;
}

function cell(name: "th" | "td", text: string, kind: string | undefined): string {
	const classes = [...(kind === undefined ? [] : [kind]), ...(text.length > LONGEST_LINE ? ["long"] : [])].join(" ");
	return `<${name}${classes === "" ? "" : ` class="${classes}"`}>${escapeText(text)}</${name}>`;
}

/** Text whose spaces and line ends matter, closed at first. */
export function details(title: string, text: string): string {
	return `<details><summary>${escapeText(title)}</summary><pre>${escapeText(text)}</pre></details>\n`;
}
