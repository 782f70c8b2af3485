/** How preprocessing refuses what it was given. */
import { show } from "../../core/options.ts";
import { DataError } from "../errors.ts";

/** What was wrong with what the user gave. */
export interface Refusal {
	/** What the place takes, as in "a number". */
	readonly expected: string;
	/** What came, in words. */
	readonly received: string;
	/** What to do about it. */
	readonly advice?: string;
	/** The column that it is about. */
	readonly column?: string;
}

/** Throws with where, expected, received and what to try. */
export function refuse(where: string, { expected, received, advice, column }: Refusal): never {
	const message = `${where}: expected ${expected}, received ${received}.${advice === undefined ? "" : `\n  Try: ${advice}`}`;
	throw new DataError(message, column === undefined ? {} : { column });
}

/** Throws about a column: the message begins with its name. */
export function refuseColumn(column: string, refusal: Refusal): never {
	return refuse(`column ${quoted(column)}`, { ...refusal, column });
}

/** Throws about a target column. */
export function refuseTarget(column: string, refusal: Refusal): never {
	return refuse(`target ${quoted(column)}`, { ...refusal, column });
}

/** A column or category as it stands in a message. */
export const quoted = (name: string): string => show(name);

/** `"a", "b", "c" … (17 in all)` */
export function listed(names: readonly string[], most = 5): string {
	const first = names.slice(0, most).map(quoted).join(", ");
	return names.length > most ? `${first} … (${names.length} in all)` : first;
}

/** `1 row`, `3 rows` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
