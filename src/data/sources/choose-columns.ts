/** Finds columns by name. */
import { nearestNames } from "../../core/nearest.ts";
import type { DataError } from "../errors.ts";
import { dataError, quoted } from "./refuse.ts";

/**
 * Places of the named columns, all if none are named.
 *
 * @throws DataError with the nearest names if there is no column of a name, or one is named twice
 */
export function chooseColumns(wanted: readonly string[] | undefined, names: readonly string[], file?: string): number[] {
	if (wanted === undefined) return names.map((_, i) => i);
	return wanted.map((name, i) => {
		if (wanted.indexOf(name) !== i) throw namedTwice(name, file);
		const place = names.indexOf(name);
		if (place < 0) throw unknownColumn(name, names, file);
		return place;
	});
}

/** Checks the names of `types`. @throws DataError with the nearest names if there is no column of a name */
export function checkTypeNames(types: Readonly<Record<string, unknown>> = {}, names: readonly string[], file?: string): void {
	for (const name of Object.keys(types)) if (!names.includes(name)) throw unknownColumn(name, names, file);
}

/** No column has that name. */
export function unknownColumn(name: string, names: readonly string[], file?: string): DataError {
	const near = nearestNames(name, names);
	return dataError({
		file,
		column: name,
		fault: "there is no such column",
		expected: `one of ${names.length} columns`,
		received: quoted(name),
		attempt: near.length > 0 ? near.map((one) => JSON.stringify(one)).join(" or ") : `a name among ${names.join(", ")}`,
	});
}

function namedTwice(name: string, file?: string): DataError {
	return dataError({
		file,
		column: name,
		fault: "the column is asked for twice",
		expected: "every name once",
		received: `${quoted(name)} again`,
		attempt: "name it once",
	});
}
