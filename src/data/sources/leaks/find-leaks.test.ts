import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import type { Table } from "../../table.ts";
import { tableFromRows, tableFromText } from "../table-from-text.ts";
import { findLeaks } from "./find-leaks.ts";

const shared = (name: string): Table => tableFromText(readFileSync(join(requires.tables.location!, name), "utf8"), "csv");

const flagged = (table: Table, target: string) =>
	findLeaks(table, target)
		.filter((leak) => leak.flagged)
		.map(({ column }) => column);

/** Numbers from 0 to 1 without visible order. */
const noise = (i: number): number => (Math.imul(i + 1, 2_654_435_761) >>> 0) / 2 ** 32;

const rows = <T>(count: number, row: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => row(i));

describeIf(requires.tables, "in real tables", () => {
	test("titanic: alive gives survived away, and nothing else does", () => {
		expect(flagged(shared("titanic.csv"), "survived")).toEqual(["alive"]);
	});

	test("titanic: sex alone is right for 468 men who died and 233 women who lived, of 891", () => {
		const sex = findLeaks(shared("titanic.csv"), "survived").find(({ column }) => column === "sex");
		expect(sex).toMatchObject({ score: 701 / 891, baseline: 549 / 891, kind: "accuracy", flagged: false });
	});

	test("mpg: nothing gives mpg away", () => {
		expect(flagged(shared("mpg.csv"), "mpg")).toEqual([]);
	});

	test("iris: petals tell the species well, yet are no leak", () => {
		const leaks = findLeaks(shared("iris.csv"), "species");
		expect(
			leaks
				.slice(0, 2)
				.map(({ column }) => column)
				.sort(),
		).toEqual(["petal_length", "petal_width"]);
		expect(leaks[0].score).toBeGreaterThan(0.9);
		expect(leaks.some((leak) => leak.flagged)).toBe(false);
	});
});

test("another word for the class scores 1, against the share of the largest class", () => {
	const table = tableFromRows(rows(100, (i) => ({ y: i % 4 === 0 ? "a" : "b", z: i % 4 === 0 ? "one" : "two" })));
	expect(findLeaks(table, "y")).toEqual([{ column: "z", score: 1, kind: "accuracy", baseline: 0.75, flagged: true }]);
});

test("the target in other units, and a smooth function of it, give it away", () => {
	const table = tableFromRows(
		rows(400, (i) => ({
			price: 100 * Math.exp(2 * noise(i)),
			log: 4.6 + 2 * noise(i),
			cents: Math.round(1e4 * Math.exp(2 * noise(i))),
			other: noise(7 * i),
		})),
	);
	expect(flagged(table, "price").sort()).toEqual(["cents", "log"]);
});

test("whether a value is missing can give the class away", () => {
	const table = tableFromRows(rows(100, (i) => ({ churned: noise(i) < 0.4 ? "yes" : "no", reason: noise(i) < 0.4 ? 1 + (i % 5) : null })));
	expect(flagged(table, "churned")).toEqual(["reason"]);
});

test("a threshold that splits the classes sharply is found", () => {
	const table = tableFromRows(rows(1000, (i) => ({ y: noise(i) < 0.3 ? "a" : "b", days: 1000 * noise(i), other: noise(3 * i + 1) })));
	expect(flagged(table, "y")).toEqual(["days"]);
});

test("row numbers are not flagged though the rows are sorted by class", () => {
	const table = tableFromRows(
		rows(300, (i) => ({ id: i + 1, code: 10 * i, key: `k${i}`, when: new Date(i * 6e5), y: i < 150 ? "a" : "b" })),
	);
	const scores = Object.fromEntries(findLeaks(table, "y").map(({ column, score }) => [column, score]));
	expect(scores.id).toBeGreaterThan(0.98);
	expect(flagged(table, "y")).toEqual([]);
});

test("texts that never repeat score no better than no column", () => {
	const table = tableFromRows(rows(200, (i) => ({ key: `k${i}`, y: i % 3 === 0 ? "a" : "b" })));
	const [{ score, baseline }] = findLeaks(table, "y");
	expect(score).toBe(baseline);
});

test("a rare class does not make every column a leak", () => {
	const table = tableFromRows(rows(1000, (i) => ({ x: noise(i), y: i % 100 === 0 ? "fraud" : "fine" })));
	const [{ score }] = findLeaks(table, "y");
	expect(score).toBeGreaterThan(0.98);
	expect(flagged(table, "y")).toEqual([]);
});

test("rows that repeat with the period of the folds do not hide a leak", () => {
	const table = tableFromRows(rows(100, (i) => ({ y: `c${i % 5}`, z: `d${i % 5}` })));
	expect(flagged(table, "y")).toEqual(["z"]);
});

test("rows without the target do not count, and few rows flag nothing", () => {
	const table = tableFromRows(rows(40, (i) => ({ y: i < 20 ? null : i % 2 ? "a" : "b", z: i % 2 ? "A" : "B" })));
	expect(findLeaks(table, "y")).toMatchObject([{ score: 1, flagged: true }]);
	expect(flagged(tableFromRows(rows(10, (i) => ({ y: i % 2 ? "a" : "b", z: i % 2 ? "A" : "B" }))), "y")).toEqual([]);
});

test("a task that is asked for is taken", () => {
	const table = tableFromRows(rows(100, (i) => ({ y: i % 3, z: 2 * (i % 3) })));
	expect(findLeaks(table, "y")).toMatchObject([{ kind: "accuracy", score: 1 }]);
	expect(findLeaks(table, "y", { task: "values" })).toMatchObject([{ kind: "r2", score: 1 }]);
});

test("a target that is not there is told with the nearest", () => {
	expect(() => findLeaks(tableFromRows([{ age: 1 }]), "aeg")).toThrow(/Try: "age"/);
});

test("free text as target has no leaks to look for", () => {
	expect(findLeaks(tableFromRows(rows(30, (i) => ({ t: `text ${i}`, x: i }))), "t")).toEqual([]);
});
