/** How this folder's errors are worded: where and what, expected and received, what to try. */
import { DataError, type DataPlace } from "../errors.ts";

/** Parts of a message. */
export interface Refusal extends DataPlace {
	/** What is wrong, without a full stop. */
	readonly fault: string;
	readonly expected: string;
	readonly received: string;
	/** What the user may do, a sentence without a full stop. */
	readonly attempt: string;
	/** What `row` counts. Default "line". */
	readonly unit?: "line" | "row";
}

/** The error of a refusal; it carries file, row and column. */
export function dataError({ file, row, column, fault, expected, received, attempt, unit = "line" }: Refusal): DataError {
	const where = [file ?? "table", row === undefined ? [] : `${unit} ${row}`, column === undefined ? [] : `column "${column}"`]
		.flat()
		.join(", ");
	return new DataError(`${where}: ${fault}.\n  Expected ${expected}; received ${received}.\n  Try: ${attempt}.`, { file, row, column });
}

/** A cell for a message, cut to a readable length. */
export function quoted(text: string, length = 60): string {
	return JSON.stringify(text.length > length ? `${text.slice(0, length)}…` : text);
}
