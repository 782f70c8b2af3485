/** JSON that keeps every number: NaN, ±Infinity and −0, which plain JSON turns into null and 0, are written as `{ "$number": "NaN" }`. */

const KEY = "$number";

const special: ReadonlyMap<string, number> = new Map([
	["NaN", Number.NaN],
	["Infinity", Number.POSITIVE_INFINITY],
	["-Infinity", Number.NEGATIVE_INFINITY],
	["-0", -0],
]);

/** A value as JSON text of one line, all numbers kept. Fields that are undefined are left out, as JSON does. */
export function stringifyPlain(value: unknown): string {
	return JSON.stringify(value, (_, inner: unknown) => {
		if (typeof inner !== "number" || (Number.isFinite(inner) && !Object.is(inner, -0))) return inner;
		return { [KEY]: Object.is(inner, -0) ? "-0" : String(inner) };
	});
}

/** What `stringifyPlain` wrote. @throws SyntaxError if the text is no JSON */
export function parsePlain(text: string): unknown {
	// A reviver slows parsing down several times; most texts have no such numbers.
	return text.includes(`"${KEY}"`) ? JSON.parse(text, (_, inner: unknown) => numberOf(inner) ?? inner) : JSON.parse(text);
}

function numberOf(value: unknown): number | undefined {
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, KEY) || Object.keys(value).length !== 1) return undefined;
	const name = (value as Record<string, unknown>)[KEY];
	return typeof name === "string" ? special.get(name) : undefined;
}
