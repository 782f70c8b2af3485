import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Column, Table } from "../table.ts";
import { applyPreprocessor } from "./apply.ts";
import { fitPreprocessor } from "./fit.ts";
import { nominal, numeric, tableOf, text } from "./fixture.ts";

/** Folder of the shared data files. */
const sharedData = new URL("../../../../shared/data/", import.meta.url);

/** A CSV without quotes: a column is numeric if all its cells are, text if the name says so. */
function readPlainCsv(file: URL, textColumns: readonly string[] = []): Table {
	const [header, ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
	const rows = lines.map((line) => line.split(","));
	const columns = header.split(",").map((name, i): Column => {
		const cells = rows.map((row) => (row[i] === "" ? null : row[i]));
		if (textColumns.includes(name)) return text(name, cells);
		const numbers = cells.map((cell) => (cell === null ? Number.NaN : Number(cell)));
		return numbers.every((x, row) => cells[row] === null || !Number.isNaN(x)) ? numeric(name, numbers) : nominal(name, cells);
	});
	return { rowCount: rows.length, columns };
}

const titanicFile = new URL("titanic.csv", sharedData);
describe.skipIf(!existsSync(titanicFile))("the Titanic's passengers", () => {
	const titanic = existsSync(titanicFile) ? readPlainCsv(titanicFile) : tableOf(numeric("survived", []));
	const preprocessor = existsSync(titanicFile) ? fitPreprocessor(titanic, { target: "survived", exclude: ["alive"] }) : null;

	it("are 549 dead and 342 survivors in two classes", () => {
		expect(preprocessor?.target).toEqual({ kind: "classes", column: "survived", classes: ["0", "1"], counts: [549, 342] });
	});

	it("give finite features of mean 0 and deviation 1 for the age, before imputation", () => {
		const { x } = applyPreprocessor(preprocessor!, titanic);
		expect(x.every(Number.isFinite)).toBe(true);
		const place = (name: string) => preprocessor!.featureNames.indexOf(name);
		const known = Array.from({ length: 891 }, (_, row) => row * preprocessor!.featureNames.length).filter(
			(at) => x[at + place("age (missing)")] === 0,
		);
		expect(known).toHaveLength(714);
		const ages = known.map((at) => x[at + place("age")]);
		// 714 float32 of size up to 4
		expect(ages.reduce((sum, age) => sum + age, 0) / 714).toBeCloseTo(0, 6);
		expect(ages.reduce((sum, age) => sum + age * age, 0) / 714).toBeCloseTo(1, 6);
		expect(preprocessor!.inputs.find(({ name }) => name === "age")?.fill).toBe(28);
	});
});

const mpgFile = new URL("mpg.csv", sharedData);
describe.skipIf(!existsSync(mpgFile))("the cars of Auto MPG", () => {
	it("are a task of values, with names embedded or left out and horsepower's gaps marked", () => {
		const mpg = readPlainCsv(mpgFile, ["name"]);
		const preprocessor = fitPreprocessor(mpg, { target: "mpg" });
		expect(preprocessor.target.kind).toBe("values");
		expect(preprocessor.featureNames).toContain("horsepower (missing)");
		expect(preprocessor.featureNames).toContain("cylinders");
		expect(preprocessor.remarks).toEqual([expect.stringContaining('"name" is left out')]);
		const { x } = applyPreprocessor(preprocessor, mpg);
		const marks = preprocessor.featureNames.indexOf("horsepower (missing)");
		const markCount = Array.from({ length: 398 }, (_, row) => x[row * preprocessor.featureNames.length + marks]).filter(Boolean).length;
		expect(markCount).toBe(6);
	});
});
