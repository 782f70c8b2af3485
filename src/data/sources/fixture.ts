/** Files for tests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Column, NominalColumn, NumericColumn, Table, TextColumn } from "../table.ts";
import { openTable } from "./open-table.ts";
import type { OpenOptions, TableSource } from "./source.ts";

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** A file that goes when the test ends. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
	const path = join(temporaryFolder(), name);
	writeFileSync(path, content);
	return path;
}

/** Opens a table that is closed when the test ends. */
export async function opened(path: string, options?: OpenOptions): Promise<TableSource> {
	const source = await openTable(path, options);
	onTestFinished(() => source.close());
	return source;
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
	const error = await promise.then(
		() => new Error("expected a rejection"),
		(reason: unknown) => reason,
	);
	return error as Error & Record<string, unknown>;
}

export const column = (table: Table, name: string): Column => table.columns.find((one) => one.name === name)!;

export const numbers = (table: Table, name: string): number[] => Array.from((column(table, name) as NumericColumn).values);

export const texts = (table: Table, name: string): readonly (string | null)[] => (column(table, name) as TextColumn).values;

/** Category of each row, null where missing. */
export function categories(table: Table, name: string): (string | null)[] {
	const { codes, categories: names } = column(table, name) as NominalColumn;
	return Array.from(codes, (code) => names[code] ?? null);
}
