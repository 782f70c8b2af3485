import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { missingData } from "./missing-data.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-missing-"));
for (const name of ["titanic.csv", "wine.parquet", "package.json", "tsconfig.json", "notes.txt"]) writeFileSync(join(folder, name), "x");
for (const name of ["photos", ".git"]) mkdirSync(join(folder, name));
afterAll(() => rmSync(folder, { recursive: true }));
const attempt = (name: string): string | undefined => /Try: (.*)\.$/.exec(missingData(join(folder, name)).message)?.[1];

describe("missingData", () => {
	it.each([
		["a misspelt file", "titanik.csv", "titanic.csv"],
		["another ending", "titanic.tsv", "titanic.csv"],
		["no ending", "wine", "wine.parquet"],
		["a folder", "photo", "photos"],
		["settings that are meant", "packages.json", "package.json"],
	])("proposes what is near: %s", (_, given, name) => {
		expect(attempt(given)).toBe(join(folder, name));
	});

	it("proposes the data there where nothing is near, and no other files", () => {
		expect(attempt("nosuch.csv")).toBe("one of the data files there: titanic.csv, wine.parquet");
	});

	it("says where paths begin where there is no data, or no folder", () => {
		expect(attempt("photos/x.csv")).toBe(`check the path; unless it is absolute, it starts from ${process.cwd()}`);
		expect(missingData(join(folder, "none/x.csv")).message).toContain('none", which is no folder');
	});

	it("proposes built-in data too", () => {
		expect(missingData("digit", ["digits", "iris"]).message).toContain("Try: digits.");
	});
});
