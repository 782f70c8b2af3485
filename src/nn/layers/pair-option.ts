/** Options of images: a number for both axes, or one for each. */
import { integerOption, type ListSpec } from "../../core/options.ts";

/** A whole number, or two; `fallback` undefined makes it required, null optional. */
export function pairOption(about: string, fallback: number | null | undefined, min: number): ListSpec {
	const items = integerOption(about, undefined, { min });
	return { kind: "list", about, items, length: 2, orSingle: true, ...(fallback === undefined ? {} : { default: fallback }) };
}
