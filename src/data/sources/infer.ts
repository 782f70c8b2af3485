/** From what a column's cells look like to the column's kind. Rules only; counting is done by each reader. */
import { parseNumber, parseTruth } from "./cells.ts";
import type { CellType } from "./source.ts";

/** How a column is read; truths are nominal columns whose texts are true and false in any case. */
export type ReadAs = CellType | "truth";

/** Counts over the cells that are not missing. */
export interface CellCounts {
	readonly rowCount: number;
	/** Cells with a value. */
	readonly cellCount: number;
	/** Cells that are numbers. */
	readonly numberCount: number;
	/** Cells that are dates. */
	readonly dateCount: number;
	/** The distinct texts where they are few, null where there are more than `nominalLimit`. */
	readonly texts: readonly string[] | null;
}

/** Most distinct texts of a nominal column: 5 % of the rows, at least 20, at most 10,000. With more it is text. */
export function nominalLimit(rowCount: number): number {
	return Math.max(20, Math.min(Math.floor(rowCount * 0.05), 10_000));
}

/** The kind that all cells fit. A column without any value is numeric, for it can be imputed and left out alike. */
export function inferType({ cellCount, numberCount, dateCount, texts }: CellCounts): ReadAs {
	if (numberCount === cellCount) return "numeric";
	if (dateCount === cellCount) return "date";
	if (texts === null) return "text";
	return texts.every((text) => parseTruth(text) >= 0) ? "truth" : "nominal";
}

/** Categories in code order: by value where all are numbers, otherwise by UTF-16 code units, so that no locale plays a part. */
export function sortCategories(texts: Iterable<string>): string[] {
	const categories = [...texts];
	const numbers = new Map(categories.map((text) => [text, parseNumber(text)]));
	const byUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
	if (categories.some((text) => Number.isNaN(numbers.get(text)))) return categories.sort(byUnits);
	return categories.sort((a, b) => numbers.get(a)! - numbers.get(b)! || byUnits(a, b));
}
