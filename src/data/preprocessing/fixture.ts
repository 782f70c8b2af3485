/** Columns for tests. */
import type { Column, NominalColumn, NumericColumn, Table, TextColumn } from "../table.ts";

export function numeric(name: string, values: readonly number[], temporal = false): NumericColumn {
	return { kind: "numeric", name, values: Float64Array.from(values), ...(temporal ? { temporal } : {}) };
}

export function nominal(name: string, names: readonly (string | null)[]): NominalColumn {
	const categories = [...new Set(names.filter((cell) => cell !== null))];
	return { kind: "nominal", name, categories, codes: Int32Array.from(names, (cell) => (cell === null ? -1 : categories.indexOf(cell))) };
}

export const text = (name: string, values: readonly (string | null)[]): TextColumn => ({ kind: "text", name, values });

export function tableOf(...columns: readonly Column[]): Table {
	const [first] = columns;
	return { rowCount: first.kind === "nominal" ? first.codes.length : first.values.length, columns };
}
