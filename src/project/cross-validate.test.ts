import { describe, expect, it } from "vitest";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfigInput } from "../config/run-config.ts";
import { RandomStream } from "../core/random/index.ts";
import type { Split } from "../data/splits/index.ts";
import { createWasmExecutor } from "../executors/index.ts";
import { crossValidate } from "./cross-validate.ts";
import { openData } from "./data/open.ts";
import type { OpenedData } from "./data/opened.ts";

const config = (more: Partial<RunConfigInput> = {}) =>
	parseRunConfig({ data: { source: "iris" }, model: "mlp:8", training: { epochs: 3 }, ...more });

/** Data that remembers the splits it was asked for. */
async function observed(given = config(), more: Partial<OpenedData> = {}): Promise<{ opened: OpenedData; splits: Split[] }> {
	const opened = await openData(given);
	const splits: Split[] = [];
	const prepare = (split: Split) => {
		splits.push(split);
		return opened.prepare(split);
	};
	return { opened: { ...opened, ...more, prepare }, splits };
}

const executor = createWasmExecutor();
const sorted = (rows: Iterable<number>): number[] => [...rows].sort((a, b) => a - b);
const allRows = Array.from({ length: 150 }, (_, row) => row);

describe("crossValidate", () => {
	it("judges each row once and trains on all others", async () => {
		const { opened, splits } = await observed();
		const told: number[] = [];
		const { folds } = await crossValidate(config(), opened, executor, { folds: 5, onFold: ({ fold }) => told.push(fold) });
		expect(told).toEqual([0, 1, 2, 3, 4]);
		expect(folds.length).toBe(5);
		expect(sorted(splits.flatMap(({ test }) => [...test]))).toEqual(allRows);
		for (const { train, validation, test } of splits) {
			expect(validation.length).toBe(0);
			expect(sorted([...train, ...test])).toEqual(allRows);
		}
	});

	it("keeps rows for early stopping out of the fold's training part and out of its judgement", async () => {
		const stopping = config({ training: { epochs: 3, patience: 1 } });
		const { opened, splits } = await observed(stopping);
		await crossValidate(stopping, opened, executor, { folds: 5 });
		for (const { train, validation, test } of splits) {
			expect(validation.length).toBe(24); // 20 % of 120, from each of the three classes alike
			expect(sorted([...train, ...validation, ...test])).toEqual(allRows);
			expect([0, 1, 2].map((species) => validation.filter((row) => Math.floor(row / 50) === species).length)).toEqual([8, 8, 8]);
		}
	});

	it("reports mean and deviation of the folds' scores", async () => {
		const { opened } = await observed();
		const { folds, mean, deviation } = await crossValidate(config(), opened, executor, { folds: 2 });
		const [a, b] = folds.map(({ scores }) => scores.loss);
		expect(mean.loss).toBeCloseTo((a + b) / 2, 12);
		// With two values the deviation with one degree of freedom is |a − b| / √2.
		expect(deviation.loss).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
	});

	it("repeats with the same seed", async () => {
		const { opened } = await observed();
		const run = () => crossValidate(config(), opened, executor, { folds: 3 });
		expect((await run()).mean).toEqual((await run()).mean);
	});

	it("judges the rows it is given", async () => {
		const { opened, splits } = await observed();
		const rows = [new RandomStream(1).permutation(150).slice(0, 40), [0, 1, 2]];
		await crossValidate(config(), opened, executor, { rows });
		expect(splits.map(({ test }) => sorted(test))).toEqual(rows.map(sorted));
		await expect(crossValidate(config(), opened, executor, { rows: [[150]] })).rejects.toThrow("row 150, twice or outside");
		await expect(crossValidate(config(), opened, executor, { rows: [[3, 3]] })).rejects.toThrow("row 3, twice or outside");
	});

	it("judges the fold, not the test set that came with the data", async () => {
		const { opened, splits } = await observed(config(), { hasOwnTest: true });
		await crossValidate(config(), opened, executor, { rows: [[0, 50, 100]] });
		expect(splits.map(({ validation, test }) => [sorted(validation), test.length])).toEqual([
			[[], 0],
			[[0, 50, 100], 0],
		]);
	});

	it("refuses folds by time", async () => {
		const { opened } = await observed(config(), { splitBy: { time: allRows } });
		await expect(crossValidate(config(), opened, executor)).rejects.toThrow("future");
	});
});
