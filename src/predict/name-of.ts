/** How values of unknown origin are named in messages. */
import { show } from "../core/options.ts";

/** A value in a message, by its kind where it would be long. */
export function nameOf(value: unknown): string {
	if (value === undefined) return "nothing";
	if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list that begins with ${nameOf(value[0])}`;
	if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
	return typeof value === "object" && value !== null
		? `an object with ${Object.keys(value).slice(0, 5).map(show).join(", ") || "no fields"}`
		: show(value);
}
