import { expect, test } from "vitest";
import { rejection } from "./fixture.ts";
import { sourceFromTable } from "./memory-source.ts";
import { tableFromText } from "./table-from-text.ts";

const table = tableFromText("x,sex,name\n1,m,a\n,f,b\n3,m,c\n4,,a\n", "csv", { types: { name: "text" } });
const source = sourceFromTable(table, "people");

test("a table in memory is described as a file would be", () => {
	expect(source).toMatchObject({ path: "people", format: "memory", rowCount: 4 });
	expect(source.columns).toEqual([
		{
			name: "x",
			kind: "numeric",
			temporal: false,
			missingCount: 1,
			distinctCount: 3,
			distinctIsExact: true,
			min: 1,
			max: 4,
			mean: 8 / 3,
			examples: ["1", "3", "4"],
		},
		expect.objectContaining({ name: "sex", kind: "nominal", missingCount: 1, distinctCount: 2, min: null, examples: ["m", "f"] }),
		expect.objectContaining({ name: "name", kind: "text", missingCount: 0, distinctCount: 3, mean: null }),
	]);
});

test("it is read whole, in part and in batches", async () => {
	expect(await source.read()).toEqual(table);
	expect(await source.read({ columns: ["name"], limit: 2 })).toEqual({
		rowCount: 2,
		columns: [{ kind: "text", name: "name", values: ["a", "b"] }],
	});
	const counts: number[] = [];
	for await (const batch of source.batches({ batchRows: 3 })) counts.push(batch.rowCount);
	expect(counts).toEqual([3, 1]);
});

test("a column that is not there and a batch of no rows are refused", async () => {
	expect((await rejection(source.read({ columns: ["nam"] }))).message).toMatch(/people, column "nam".*\n.*\n.*"name"/);
	expect((await rejection(source.batches({ batchRows: 0 })[Symbol.asyncIterator]().next())).message).toMatch(/batchRows is not usable/);
});
