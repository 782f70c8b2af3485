/** Columns that hold the same cells as one before them. */
import { quoted } from "../refuse.ts";
import type { ColumnInfo } from "../source.ts";
import type { Remark } from "./remarks.ts";

/** A column and the hash of its cells. */
export interface FingerprintedColumn extends ColumnInfo {
	readonly fingerprint: string;
	readonly categories: readonly string[];
}

/** For each column a remark if an earlier one has the same cells. Constant and empty columns have remarks of their own. */
export function findDuplicates(columns: readonly FingerprintedColumn[]): Remark[][] {
	const first = new Map<string, FingerprintedColumn>();
	return columns.map((column) => {
		if (column.distinctCount < 2) return [];
		const before = first.get(column.fingerprint);
		if (before === undefined) {
			first.set(column.fingerprint, column);
			return [];
		}
		const isSame = column.categories.every((category, code) => category === before.categories[code]);
		const text = isSame ? `the same cells as ${quoted(before.name)}` : `says the same as ${quoted(before.name)} in other words`;
		return [{ kind: "duplicate", text: `${text}: exclude one of them` }];
	});
}
