/** Axes of names instead of numbers. */
import type { Scale } from "./scale.ts";
import { fitText, textWidth } from "./text.ts";

/** An axis with a place for each name, in the middle of an equal share; `reversed` begins at the other end. */
export function categoryScale(names: readonly string[], { reversed = false }: { reversed?: boolean } = {}): Scale {
	const fraction = (i: number): number => {
		const place = (i + 0.5) / names.length;
		return reversed ? 1 - place : place;
	};
	return { min: 0, max: names.length - 1, ticks: names.map((label, at) => ({ at, label })), fraction };
}

/** Slanted labels are cut at this width in pixels. */
const LONGEST_SLANTED = 110;
const SLANT_DEGREES = -40;
/** Room that a slanted line of text takes along the axis. */
const SLANTED_PITCH = 18;

/** Names as they fit under an axis: level, else slanted, else every n-th of them slanted. */
export function fitNames(names: readonly string[], width: number): { names: string[]; angle: number; room: number } {
	const pitch = width / Math.max(1, names.length);
	if (names.every((name) => textWidth(name) <= pitch - 6)) return { names: [...names], angle: 0, room: 20 };
	const stride = Math.ceil(SLANTED_PITCH / pitch);
	const shown = names.map((name, i) => (i % stride === 0 ? fitText(name, LONGEST_SLANTED) : ""));
	const longest = Math.max(...shown.map((name) => textWidth(name)));
	return { names: shown, angle: SLANT_DEGREES, room: 22 + longest * Math.sin((-SLANT_DEGREES * Math.PI) / 180) };
}
