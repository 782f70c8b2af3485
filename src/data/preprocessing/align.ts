/** Columns of another kind than in training, turned into it where there is only one way: 3 and "3", true and 1, text and names. */
import type { Column, NominalColumn, NumericColumn } from "../table.ts";
import { quoted, refuse } from "./refuse.ts";
import { numberIn } from "./summary.ts";

/** Code of a missing cell. */
export const MISSING = -1;
/** Code of a cell whose name is not in the list. */
export const UNSEEN = -2;

/** The column as names: of numbers their shortest spelling, of text each different one. */
export function toNominal(column: Column): NominalColumn {
	if (column.kind === "nominal") return column;
	const { kind, name, values } = column;
	const codeOf = new Map<number | string, number>();
	const codes = new Int32Array(values.length);
	for (let i = 0; i < codes.length; i++) {
		const value = values[i];
		if (value === null || (kind === "numeric" && !Number.isFinite(value))) {
			codes[i] = MISSING;
			continue;
		}
		let code = codeOf.get(value);
		if (code === undefined) codeOf.set(value, (code = codeOf.size));
		codes[i] = code;
	}
	return { kind: "nominal", name, categories: Array.from(codeOf.keys(), String), codes };
}

/**
 * The column as numbers.
 *
 * @param where - begins the message of an error
 * @throws DataError if a name that occurs is no number; "true" and "false" are 1 and 0
 */
export function toNumeric(column: Column, where: string): NumericColumn {
	if (column.kind === "numeric") return column;
	const { name, categories, codes } = toNominal(column);
	const numbers = categories.map((category) => truthIn(category) ?? numberIn(category));
	const values = Float64Array.from(codes, (code) => {
		if (code < 0) return Number.NaN;
		if (!Number.isNaN(numbers[code])) return numbers[code];
		return refuse(`${where}: column ${quoted(name)}`, {
			column: name,
			expected: "numbers, as in training",
			received: quoted(categories[code]),
			advice: "write a number, leave the cell empty, or read the column as the same kind as in training.",
		});
	});
	return { kind: "numeric", name, values };
}

function truthIn(name: string): number | undefined {
	const word = name.trim().toLowerCase();
	return word === "true" ? 1 : word === "false" ? 0 : undefined;
}

/** Places of a column's cells in a list of categories; `MISSING` or `UNSEEN` where they have none. */
export function codesIn(categories: readonly string[], column: NominalColumn | NumericColumn): Int32Array {
	const place = lookup(categories);
	return column.kind === "numeric" ? placesOfNumbers(column.values, place) : placesOfCodes(column, place);
}

function placesOfNumbers(values: Float64Array, place: (name: string) => number): Int32Array {
	const known = new Map<number, number>();
	const places = new Int32Array(values.length);
	for (let row = 0; row < values.length; row++) {
		const x = values[row];
		if (!Number.isFinite(x)) {
			places[row] = MISSING;
			continue;
		}
		let code = known.get(x);
		if (code === undefined) known.set(x, (code = place(String(x))));
		places[row] = code;
	}
	return places;
}

function placesOfCodes({ categories, codes }: NominalColumn, place: (name: string) => number): Int32Array {
	const placeOf = categories.map(place);
	const places = new Int32Array(codes.length);
	for (let row = 0; row < codes.length; row++) places[row] = codes[row] < 0 ? MISSING : placeOf[codes[row]];
	return places;
}

type Lookup = (name: string) => number;

/** Lookups of lists that were used before: building one takes longer than applying it to a row. Forgetting one changes no result. */
const lookups = new WeakMap<readonly string[], Lookup>();

/** Finds a name, or else the only category that spells the same number or truth. */
function lookup(categories: readonly string[]): Lookup {
	let found = lookups.get(categories);
	if (found === undefined) lookups.set(categories, (found = makeLookup(categories)));
	return found;
}

function makeLookup(categories: readonly string[]): Lookup {
	const byName = new Map(categories.map((category, i) => [category, i]));
	const byValue = new Map<number, number>();
	// Names beside truths make 1 and "true" different things.
	const areTruths = categories.every((category) => truthIn(category) !== undefined);
	const spelt = (name: string): number => (areTruths ? (truthIn(name) ?? numberIn(name)) : numberIn(name));
	for (const [i, category] of categories.entries()) {
		const value = spelt(category);
		byValue.set(value, byValue.has(value) ? UNSEEN : i);
	}
	byValue.delete(Number.NaN);
	return (name) => byName.get(name) ?? byValue.get(spelt(name)) ?? UNSEEN;
}
