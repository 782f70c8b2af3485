/** Which thing a name means where people call it otherwise: things declare the other words, which are hints and not accepted in its place. */
import { nearestNames, plainName } from "./nearest.ts";

/** A thing that can be named. */
export interface Known {
	readonly name: string;
	/** Words that people use for it elsewhere, such as "path" for "source". */
	readonly alsoCalled?: readonly string[];
}

/** Whether a thing has exactly this name or is also called so; case and punctuation do not count. */
export function isCalled({ name, alsoCalled = [] }: Known, given: string): boolean {
	return [name, ...alsoCalled].some((word) => plainName(word) === plainName(given));
}

/** The things that a name may mean, the likeliest first: those also called so, else those whose names or other words are near. */
export function meantBy<K extends Known>(given: string, known: Iterable<K>): K[] {
	const things = [...known];
	const called = things.filter((thing) => isCalled(thing, given));
	if (called.length > 0) return called;
	const words = things.flatMap(({ name, alsoCalled = [] }) => [name, ...alsoCalled]);
	const near = nearestNames(given, words);
	return [...new Set(near.flatMap((word) => things.filter((thing) => isCalled(thing, word))))];
}

/** As `suggestion`, where other words for a thing lead to its name: `Did you mean "source"?` for "path". */
export function suggestionFor(given: string, known: Iterable<Known>): string {
	const things = [...known];
	const meant = meantBy(given, things);
	if (meant.length === 0) return `Known: ${things.map(({ name }) => name).join(", ")}.`;
	return `Did you mean ${meant.map(({ name }) => `"${name}"`).join(" or ")}?`;
}
