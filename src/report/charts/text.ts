/** Text in charts: how wide it is, shortening it, and placing it. */
import { type Attributes, element, escapeText, round } from "./svg.ts";

/** Size of ordinary text in pixels. */
export const FONT_SIZE = 12;

/** Widths of Helvetica's letters in thousandths of the font size, by groups; others by their kind. */
const groups: readonly [letters: string, width: number][] = [
	["ijl|'", 222],
	[" .,:;!/\\[]ftI", 278],
	["()r-", 333],
	["ckszvxyJ", 500],
	["mM", 833],
	["W@%", 944],
	["w", 722],
];
const widths = new Map(groups.flatMap(([letters, width]) => Array.from(letters, (letter) => [letter, width] as const)));

/** The widest of the fonts that the style sheet may find, DejaVu Sans, over Helvetica. */
const WIDEST_FONT = 1.18;

/** Width in pixels that the text takes at most, whichever font the reader's system has. */
export function textWidth(text: string, size = FONT_SIZE): number {
	let sum = 0;
	for (const letter of text) sum += widths.get(letter) ?? otherWidth(letter);
	return (sum * size * WIDEST_FONT) / 1000;
}

function otherWidth(letter: string): number {
	if (letter >= "A" && letter <= "Z") return 690;
	// From here on scripts whose letters are squares.
	return letter >= "\u2e80" ? 1000 : 556;
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function fitText(text: string, width: number, size = FONT_SIZE): string {
	if (textWidth(text, size) <= width) return text;
	const letters = Array.from(text);
	while (letters.length > 0 && textWidth(`${letters.join("")}…`, size) > width) letters.pop();
	return letters.length === 0 ? "" : `${letters.join("").trimEnd()}…`;
}

/** Where a text stands and how. */
export interface TextPlace {
	readonly x: number;
	/** Of the baseline. */
	readonly y: number;
	readonly anchor?: "start" | "middle" | "end";
	/** In pixels. Default 12. */
	readonly size?: number;
	readonly weight?: "600";
	/** Turned about its place, in degrees, clockwise. */
	readonly angle?: number;
	readonly fill?: string;
	readonly opacity?: number;
	/** Whether it stands over marks and needs a rim in the colour of the paper. Default false. */
	readonly halo?: boolean;
}

/** A text element. */
export function label(text: string, { x, y, anchor, size, weight, angle, fill, opacity, halo = false }: TextPlace): string {
	if (text === "") return "";
	const attributes: Attributes = {
		x,
		y,
		"text-anchor": anchor === "start" ? undefined : anchor,
		"font-size": size === FONT_SIZE ? undefined : size,
		"font-weight": weight,
		transform: angle === undefined ? undefined : `rotate(${angle} ${round(x)} ${round(y)})`,
		fill,
		opacity,
		class: halo ? "halo" : undefined,
	};
	return element("text", attributes, escapeText(text));
}
