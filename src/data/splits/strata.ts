/** Rows by an integer that each has: class or group. */
import { DataError } from "../errors.ts";

/** Rows of one class or group, in ascending order. */
export interface Stratum {
	readonly code: number;
	readonly rows: Int32Array;
}

/**
 * Rows by code, ascending.
 *
 * @throws DataError if there is not a code for each row
 */
export function strataOf(codes: ArrayLike<number>, rowCount: number, where: string): Stratum[] {
	if (codes.length !== rowCount) {
		throw new DataError(`${where}: expected a code for each of ${rowCount} rows, received ${codes.length}.`);
	}
	const sizes = new Map<number, number>();
	for (let row = 0; row < rowCount; row++) sizes.set(codes[row], (sizes.get(codes[row]) ?? 0) + 1);
	const strata = new Map<number, { rows: Int32Array; count: number }>();
	for (const code of [...sizes.keys()].sort((a, b) => a - b)) strata.set(code, { rows: new Int32Array(sizes.get(code)!), count: 0 });
	for (let row = 0; row < rowCount; row++) {
		const stratum = strata.get(codes[row])!;
		stratum.rows[stratum.count++] = row;
	}
	return Array.from(strata, ([code, { rows }]) => ({ code, rows }));
}

/**
 * Checks that each class can be in two parts.
 *
 * @param classes - names by code, for the message
 * @throws DataError if a class has only one row
 */
export function checkClasses(strata: readonly Stratum[], where: string, classes: readonly string[] = []): void {
	const single = strata.filter(({ rows }) => rows.length < 2).map(({ code }) => code);
	if (single.length === 0) return;
	const names = single.slice(0, 5).map((code) => (code === -1 ? "−1 (a missing target)" : (classes[code] ?? String(code))));
	throw new DataError(
		`${where}: expected at least 2 rows of each class, received 1 of ${single.length === 1 ? "class" : "classes"} ` +
			`${names.join(", ")}${single.length > 5 ? ` … (${single.length} in all)` : ""}.\n  Try: leave out or merge rare classes, or split by "random".`,
	);
}
