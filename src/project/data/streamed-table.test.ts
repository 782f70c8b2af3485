import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { tableDataset } from "../../data/datasets/table-dataset.ts";
import type { InputSpec } from "../../data/input-spec.ts";
import { fitPreprocessor } from "../../data/preprocessing/fit.ts";
import { selectRows } from "../../data/select-rows.ts";
import { sourceFromTable, tableFromRows } from "../../data/sources/index.ts";
import { splitRows } from "../../data/splits/index.ts";
import type { DataProgress } from "./data-progress.ts";
import { noRoom, StreamedTable } from "./streamed-table.ts";

/** More than two batches of 16,384, and in the parts few enough for exact medians. */
const rowCount = 40_000;

const table = tableFromRows(
	Array.from({ length: rowCount }, (_, row) => ({
		size: row % 9 === 0 ? null : Math.sin(row),
		colour: ["red", "green", "blue"][row % 3],
		label: row % 2 === 0 ? "even" : "odd",
	})),
);

/** The place for temporary files, for one test alone. */
function ownTemporaryPlace(): string {
	const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
	const before = process.env.TMPDIR;
	process.env.TMPDIR = folder;
	onTestFinished(() => {
		if (before === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = before;
		rmSync(folder, { recursive: true, force: true });
	});
	return folder;
}

const all = (size: number): Int32Array => Int32Array.from({ length: size }, (_, row) => row);

test("streamed parts hold the examples of the same parts in memory, in their order", async () => {
	const place = ownTemporaryPlace();
	const split = splitRows({ rowCount, validation: 0.6, test: 0.3, rng: new RandomStream(1) });
	const streamed = new StreamedTable(sourceFromTable(table, "table"), { preprocessing: { target: "label" } });
	const data = await streamed.prepare(split);
	const { preprocessor } = data.input as Extract<InputSpec, { kind: "table" }>;
	const exact = fitPreprocessor(selectRows(table, split.train), { target: "label" });
	// Means and deviations are merged from batches: equal but for rounding.
	expect({ ...preprocessor, inputs: null }).toEqual({ ...exact, inputs: null });
	for (const part of ["train", "validation", "test"] as const) {
		const expected = tableDataset(preprocessor, selectRows(table, split[part]));
		const dataset = data[part]!;
		expect(dataset.size).toBe(split[part].length);
		expect(await dataset.read(all(dataset.size))).toEqual(expected.read(all(expected.size)));
	}
	await streamed.close();
	expect(readdirSync(place)).toEqual([]);
});

test("a part without rows is none, and several splits may be prepared", async () => {
	const streamed = new StreamedTable(sourceFromTable(table, "table"), { preprocessing: { target: "label" } });
	const first = await streamed.prepare(splitRows({ rowCount, validation: 0.5, rng: new RandomStream(1) }));
	const second = await streamed.prepare(splitRows({ rowCount, validation: 0, rng: new RandomStream(1) }));
	expect([first.validation?.size, first.test, second.validation, second.train.size]).toEqual([20_000, null, null, rowCount]);
	expect((await first.train.read([0])).rowCount).toBe(1);
	await streamed.close();
	expect(() => first.train.read([0])).toThrow(/closed/);
});

test("progress tells of both readings to their end", async () => {
	const told: DataProgress[] = [];
	const streamed = new StreamedTable(sourceFromTable(table, "table"), {
		preprocessing: { target: "label" },
		onProgress: (progress) => told.push(progress),
	});
	await streamed.prepare(splitRows({ rowCount, rng: new RandomStream(1) }));
	await streamed.close();
	const shares = [16_384, 32_768, rowCount].map((rows) => rows / rowCount);
	expect(told).toEqual((["fit", "write"] as const).flatMap((task) => shares.map((share) => ({ task, share }))));
});

test("what cannot be prepared leaves no file behind", async () => {
	const place = ownTemporaryPlace();
	// The first rows alone are for training, which then does not know the last class.
	const rare = tableFromRows(Array.from({ length: 20_000 }, (_, row) => ({ size: row % 7, label: row < 19_000 ? `${row % 2}` : "new" })));
	const streamed = new StreamedTable(sourceFromTable(rare, "table"), { preprocessing: { target: "label" } });
	const split = { train: all(18_000), validation: all(2000).map((row) => row + 18_000), test: new Int32Array(0) };
	await expect(streamed.prepare(split)).rejects.toThrow(/classes of training/);
	expect(readdirSync(place).flatMap((folder) => readdirSync(join(place, folder)))).toEqual([]);
	await streamed.close();
	expect(existsSync(place) && readdirSync(place)).toEqual([]);
});

test("a full disk is told with the room that is needed", () => {
	const { message } = noRoom({ path: "big.csv", rowCount: 10_000_000 }, { featureNames: new Array(49).fill("f") });
	expect(message).toMatch(/^big.csv: expected 2.0 GB of room in .*\n {2}Try: free some space, or set .*TMPDIR/);
});
