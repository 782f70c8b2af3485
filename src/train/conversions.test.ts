import { describe, expect, it } from "vitest";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import { subset } from "../data/datasets/subset.ts";
import { tableDataset } from "../data/datasets/table-dataset.ts";
import { fitPreprocessor } from "../data/preprocessing/fit.ts";
import { tableFromRows } from "../data/sources/table-from-text.ts";
import { losses } from "../nn/index.ts";
import { tensor } from "../tensor/create.ts";
import { conversionsFor } from "./conversions.ts";

const classes = arrayDataset({ x: [[0], [1]], y: Int32Array.of(0, 1) });
const logits = tensor([[0, Math.log(3)]]);
const read = (
	given: Parameters<typeof conversionsFor>[0],
	data = classes,
	loss: Parameters<typeof conversionsFor>[2] = losses.crossEntropy,
) => [...conversionsFor(given, data, loss).outputs(logits).dataSync()];

describe("outputs", () => {
	it("are probabilities where the loss takes logits of classes, with options too", () => {
		const probabilities = [expect.closeTo(0.25, 6), expect.closeTo(0.75, 6)];
		expect(read({})).toEqual(probabilities);
		expect(read({}, classes, losses.crossEntropy.withOptions({ labelSmoothing: 0.1 }))).toEqual(probabilities);
		const one = conversionsFor({}, classes, losses.binaryCrossEntropyWithLogits).outputs(tensor([[Math.log(3)]]));
		expect(one.dataSync()[0]).toBeCloseTo(0.75, 6);
	});

	it("stay as they are for values, losses of one's own, and where told", () => {
		const asTheyAre = [0, Math.fround(Math.log(3))];
		expect(read({}, arrayDataset({ x: [[0]], y: [[1, 2]] }))).toEqual(asTheyAre);
		expect(read({}, classes, (x) => x.sum())).toEqual(asTheyAre);
		expect(read({}, classes, null)).toEqual(asTheyAre);
		expect(read({ outputs: (x) => x })).toEqual(asTheyAre);
	});
});

describe("decode", () => {
	it("gives values in the units of their table, of a part of the rows too", () => {
		const table = tableFromRows([1, 2, 3, 4].map((n) => ({ n, u: 10 * n, v: n % 2 })));
		const preprocessor = fitPreprocessor(table, { target: ["u", "v"], task: "values" });
		const data = subset(tableDataset(preprocessor, table), [0, 3]);
		const { y } = data.read([0, 1]);
		const given = { outputs: Float32Array.of(0, 0, 0, 0), targets: y, rowCount: 2, outputCount: 2 };
		const { outputs, targets } = conversionsFor({}, data, null).decode(given);
		// The means of the columns, and their first and last row; float32 holds 7 digits.
		expect([...outputs]).toEqual([25, 0.5, 25, 0.5]);
		expect([...targets]).toEqual([10, 1, 40, 0].map((value) => expect.closeTo(value, 4)));
	});
});
