import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { opened } from "../fixture.ts";
import { sourceFromTable } from "../memory-source.ts";
import { tableFromRows } from "../table-from-text.ts";
import type { ColumnProfile } from "./profile.ts";
import { profileTable } from "./profile.ts";

async function profileOf(records: readonly Record<string, unknown>[]): Promise<Record<string, ColumnProfile>> {
	const { columns } = await profileTable(sourceFromTable(tableFromRows(records)));
	return Object.fromEntries(columns.map((column) => [column.name, column]));
}

const rows = <T>(count: number, row: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => row(i));
const kindsOf = (column: ColumnProfile) => column.remarks.map(({ kind }) => kind);

describe("statistics", () => {
	test("numbers: deviation, skewness and quantiles of 0, 0, 0, 4", async () => {
		// Mean 1, squares 1 + 1 + 1 + 9 = 12, cubes −1 − 1 − 1 + 27 = 24; 24 / (4 · √3³) = 2 / √3.
		const { x } = await profileOf([{ x: 0 }, { x: 0 }, { x: 0 }, { x: 4 }, { x: null }]);
		expect(x).toMatchObject({ missingShare: 0.2, min: 0, max: 4, mean: 1, distinctCount: 2 });
		expect(x.statistics).toMatchObject({ kind: "numeric", deviation: Math.sqrt(3) });
		expect((x.statistics as { skewness: number }).skewness).toBeCloseTo(2 / Math.sqrt(3), 12);
		// Places 0.15, 0.75, 1.5, 2.25 and 2.85 between the four; the last quarter rises from 0 to 4.
		const { quantiles } = x.statistics as { quantiles: readonly number[] };
		[0, 0, 0, 1, 3.4].forEach((value, i) => {
			expect(quantiles[i]).toBeCloseTo(value, 12);
		});
	});

	test("categories: counts, the most frequent first", async () => {
		const { c } = await profileOf([{ c: "a" }, { c: "b" }, { c: "b" }, { c: null }]);
		expect(c.statistics).toEqual({
			kind: "nominal",
			cellCount: 3,
			top: [
				{ category: "b", count: 2 },
				{ category: "a", count: 1 },
			],
		});
	});

	test("texts: mean and greatest length", async () => {
		const { t } = await profileOf(rows(40, (i) => ({ t: i === 0 ? `${"x".repeat(37)}000` : `text ${100 + i}`.padEnd(8) })));
		expect(t.statistics).toEqual({ kind: "text", meanLength: (40 + 39 * 8) / 40, maxLength: 40 });
	});
});

describe("remarks", () => {
	test("a sound column has none", async () => {
		const { x, c } = await profileOf(rows(100, (i) => ({ x: (i * 37) % 50, c: "abc"[i % 3] })));
		expect([x.remarks, c.remarks]).toEqual([[], []]);
	});

	test("all missing, mostly missing, constant", async () => {
		const { none, few, one } = await profileOf(rows(100, (i) => ({ none: null, few: i < 40 ? i % 7 : null, one: "x" })));
		expect([kindsOf(none), kindsOf(few), kindsOf(one)]).toEqual([["all-missing"], ["mostly-missing"], ["constant"]]);
		expect(few.remarks[0].text).toMatch(/^60 % missing/);
	});

	test("half missing is not mostly missing", async () => {
		expect((await profileOf(rows(100, (i) => ({ x: i % 2 ? i % 7 : null, y: 1 })))).x.remarks).toEqual([]);
	});

	test("whole numbers and texts different in every row are identifiers, measurements are not", async () => {
		const { id, key, x } = await profileOf(rows(100, (i) => ({ id: 1000 + i, key: `k${i}`, x: i + 0.5 })));
		expect([kindsOf(id), kindsOf(key), kindsOf(x)]).toEqual([["identifier"], ["identifier"], []]);
	});

	test("51 categories are many", async () => {
		const { a, b } = await profileOf(rows(1200, (i) => ({ a: `c${i % 50}`, b: `c${i % 51}` })));
		expect([kindsOf(a), kindsOf(b)]).toEqual([[], ["high-cardinality"]]);
	});

	test("numbers with units, separators or exceptions are stored as text", async () => {
		const columns = await profileOf(
			rows(40, (i) => ({
				weight: `${50 + (i % 10)} kg`,
				price: `$${i % 9},500.00`,
				comma: `${i % 8},5`,
				but: i === 7 ? "unknown" : i % 11,
				words: i % 2 ? "B12" : "K9",
			})),
		);
		expect(Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, kindsOf(column)]))).toEqual({
			weight: ["numbers-as-text"],
			price: ["numbers-as-text"],
			comma: ["numbers-as-text"],
			but: ["numbers-as-text"],
			words: [],
		});
		expect(columns.but.remarks[0].text).toMatch(/^98 % numbers/);
	});

	test("the same cells twice are told at the second, also in other words", async () => {
		const columns = await profileOf(
			rows(60, (i) => ({ x: i % 9, y: "ab"[i % 2], x2: i % 9, y2: "ab"[i % 2], y3: i % 2 ? "no" : "yes", z: i % 8 })),
		);
		expect(Object.values(columns).map(({ name, remarks }) => [name, ...remarks.map(({ text }) => text)])).toEqual([
			["x"],
			["y"],
			["x2", 'the same cells as "x": exclude one of them'],
			["y2", 'the same cells as "y": exclude one of them'],
			["y3", 'says the same as "y" in other words: exclude one of them'],
			["z"],
		]);
	});

	test("a long tail is skewed; flags and counts of few values are not", async () => {
		const { income, flag } = await profileOf(rows(200, (i) => ({ income: Math.exp(((i * 37) % 200) / 20), flag: i === 5 ? 1 : 0 })));
		expect([kindsOf(income), kindsOf(flag)]).toEqual([["skew"], []]);
		expect(income.remarks[0].text).toMatch(/a logarithm may help/);
	});

	test("-999 and 9999 far from all else are suspicious, 99 among its like is not", async () => {
		const { a, b, c } = await profileOf(
			rows(100, (i) => ({ a: i % 50 === 3 ? -999 : 20 + (i % 30), b: i === 4 ? 9999 : i % 40, c: 60 + (i % 40) })),
		);
		expect(a.remarks.find(({ kind }) => kind === "sentinel")?.text).toMatch(/^-999 occurs 2 times.*missing: \["-999"\]/);
		expect(b.remarks.find(({ kind }) => kind === "sentinel")?.text).toMatch(/^9999 occurs once/);
		expect(c.remarks).toEqual([]);
	});

	test("categories that differ in case or spaces alone are told", async () => {
		const { c } = await profileOf(rows(30, (i) => ({ c: ["Male", "male ", "female"][i % 3] })));
		expect(c.remarks).toEqual([{ kind: "variants", text: 'categories differ in case or spaces alone: "Male", "male "' }]);
	});
});

describeIf(requires.tables, "of titanic", () => {
	describeIf(requires.duckdb, "in its file", () => {
		test("the town says what the port's letter says, the deck is mostly missing, fares are skewed", async () => {
			const { columns, rowCount } = await profileTable(await opened(join(requires.tables.location!, "titanic.csv")));
			const remarks = columns.flatMap(({ name, remarks: all }) => all.map(({ kind }) => `${name} ${kind}`));
			expect(rowCount).toBe(891);
			expect(remarks).toEqual(["fare skew", "deck mostly-missing", "embark_town duplicate"]);
			expect(columns.find(({ name }) => name === "sex")?.statistics).toMatchObject({
				top: [
					{ category: "male", count: 577 },
					{ category: "female", count: 314 },
				],
			});
		});
	});
});
