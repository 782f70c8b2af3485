import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { GradusError } from "../core/errors.ts";
import { RandomStream } from "../core/random/index.ts";
import { arrayDataset } from "../data/datasets/array-dataset.ts";
import { subset } from "../data/datasets/subset.ts";
import { tableDataset } from "../data/datasets/table-dataset.ts";
import { ImageDataset } from "../data/images/image-dataset.ts";
import { fitPreprocessor } from "../data/preprocessing/fit.ts";
import { tableFromRows } from "../data/sources/table-from-text.ts";
import { modelFacts, type TrainedModel } from "../io/model-facts.ts";
import { encodeModel } from "../io/model-file.ts";
import { saveModel } from "../io/node/save-model.ts";
import { defineActivation } from "../nn/activations/activation.ts";
import { activationRegistry } from "../nn/activations/index.ts";
import { buildNetwork, type LayerConfig } from "../nn/build.ts";
import { Linear } from "../nn/layers/linear.ts";
import type { Network } from "../nn/network.ts";
import { Sequential } from "../nn/sequential.ts";
import { tensor } from "../tensor/create.ts";
import { loadModel } from "./load-model.ts";
import { rowExample } from "./rows-to-table.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-save-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rng = new RandomStream(4);
const build = (layers: readonly LayerConfig[], inputShape: readonly number[]): Network => buildNetwork(layers, { inputShape, rng });
const flowers = arrayDataset({
	x: [
		[1, 2],
		[3, 4],
		[5, 6],
	],
	y: Int32Array.of(0, 1, 1),
	target: { kind: "classes", classes: ["a", "b"] },
});
const flowerModel = build([{ linear: 4 }, "relu", { dropout: 0.5 }, { linear: 2 }], [2]);
const scores = (model: Network, x: number[][]): number[] => [...model.eval().forward(tensor(x)).softmax(1).dataSync()];

describe("saveModel of a model of arrays", () => {
	const path = join(folder, "models", "flowers");

	it("is read again by loadModel, and predicts one example or several", async () => {
		await saveModel(path, { model: flowerModel, data: flowers, metrics: { accuracy: 0.75 } });
		const model = await loadModel(path, { task: "classes" });
		const expected = scores(flowerModel, [
			[1, 2],
			[5, 6],
		]);
		const several = await model.predict([
			[1, 2],
			[5, 6],
		]);
		expect(several.map(({ probabilities }) => probabilities.b)).toEqual([expect.closeTo(expected[1], 6), expect.closeTo(expected[3], 6)]);
		expect(await model.predict([1, 2])).toEqual(several[0]);
		expect(await model.predict(Float32Array.of(1, 2, 5, 6))).toEqual(several);
		expect(await model.predict([])).toEqual([]);
		expect(model.record).toMatchObject({ metrics: { accuracy: 0.75 }, outputs: "softmax", input: { kind: "values" }, task: "classes" });
		expect(model.record.provenance).toMatchObject({ seed: null, steps: null, data: { rows: 3 } });
	});

	it("is not found where there is none, or nothing was named", async () => {
		await expect(loadModel(join(folder, "none"))).rejects.toMatchObject({ fault: "missing" });
		await expect(loadModel(undefined as never)).rejects.toThrow(/expected the path or address of a model's folder.* received nothing/);
		await expect(loadModel(null as never)).rejects.toThrow(/received null/);
	});

	it("says what it takes where it is given something else", async () => {
		const model = await loadModel(path);
		const wrong = (input: unknown) => expect(model.predict(input as number[])).rejects;
		await wrong([1, 2, 3]).toThrow("predict: example 0: expected 2 numbers ([2]), received 3.");
		await wrong([[1, 2], [3]]).toThrow("example 1: expected 2 numbers ([2]), received 1");
		await wrong([1, Number.NaN]).toThrow("example 0, place 1: expected a finite number, received NaN");
		await wrong({ a: 1 }).toThrow(/takes numbers, 2 an example .*received an object with "a"[\s\S]*predict\(\[…, …\]\)/);
		await wrong(undefined).toThrow(/received nothing/);
		await wrong("1 2").toThrow(/received "1 2"/);
		await wrong(Float64Array.of(1, 2)).toThrow(/received a Float64Array/);
		await expect(model.predictPixels(new Uint8Array(2))).rejects.toThrow(/takes numbers, not images/);
		expect(() => model.check([{ a: 1 }])).toThrow(/takes numbers, not rows/);
	});

	it("of numbers gives the numbers", async () => {
		const data = arrayDataset({
			x: [[1], [2]],
			y: [
				[1, 2],
				[3, 4],
			],
		});
		const model = build([{ linear: 2 }], [1]);
		await saveModel(join(folder, "values"), { model, data });
		const loaded = await loadModel(join(folder, "values"), { task: "values" });
		const [y0, y1] = model
			.eval()
			.forward(tensor([[2]]))
			.dataSync();
		expect(await loaded.predict([2])).toEqual({ value: y0, values: { y0, y1 } });
	});

	it("of which the facts alone are asked for says so in its errors", () => {
		expect(() => modelFacts({ model: build([{ linear: 5 }], [2]), data: flowers })).toThrow(/^modelFacts: /);
		expect(() => modelFacts(undefined as never)).toThrow(/^modelFacts: /);
	});

	it("takes no softmax of what is a probability already", () => {
		expect(modelFacts({ model: build([{ linear: 2 }, "softmax"], [2]), data: flowers }).outputs).toBe("identity");
		expect(modelFacts({ model: build([{ linear: 2 }, "logSoftmax"], [2]), data: flowers }).outputs).toBe("softmax");
	});

	it("with an activation of the user's own is built by it, and says what is missing without", async () => {
		const twice = defineActivation<object>({
			...{ name: "twice", formula: "2x", source: "—", torch: null, options: {}, gain: 1 },
			...{ range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], zeroCentred: true, saturates: "nowhere" },
			build: (x) => x.mul(2),
		});
		const activations = activationRegistry.with(twice);
		const model = buildNetwork([{ linear: 2 }, "twice"], { inputShape: [2], rng, activations });
		const contents = await encodeModel(modelFacts({ model, data: flowers }), model.state());
		const loaded = await loadModel(contents, { activations, task: "classes" });
		expect((await loaded.predict([1, 2])).probabilities.a).toBeCloseTo(scores(model, [[1, 2]])[0], 6);
		await expect(loadModel(contents)).rejects.toThrow(/no layer "twice"/);
	});
});

describe("saveModel of a model of a table", () => {
	const rows = [
		{ age: 20, sex: "f", fare: 3, survived: "yes" },
		{ age: 30, sex: "m", fare: 4, survived: "no" },
		{ age: null, sex: "f", fare: 6, survived: "yes" },
		{ age: 50, sex: "m", fare: 9, survived: "no" },
	];
	const table = tableFromRows(rows);
	const preprocessor = fitPreprocessor(table, { target: "survived", columns: { sex: { encode: "oneHot" } } });
	const data = tableDataset(preprocessor, table);
	const model = build([{ linear: 2 }], data.inputShape);
	const path = join(folder, "table");
	const load = async () => {
		await saveModel(path, { model, data: subset(data, [0, 1]) });
		return loadModel(path, { task: "classes" });
	};

	it("takes the preprocessing from the data set, so that rows predict", async () => {
		const loaded = await load();
		const expected = scores(model, [[...data.read([1]).x]]);
		const one = await loaded.predict(rows[1]);
		expect(Object.values(one.probabilities)).toEqual([...expected].map((value) => expect.closeTo(value, 6)));
		expect(await loaded.predict([rows[1]])).toEqual([one]);
	});

	it("names fields that no row has, with the nearest that they have", async () => {
		const loaded = await load();
		const wrong = (input: unknown) => expect(loaded.predict(input as readonly Record<string, unknown>[])).rejects;
		await wrong({ agee: 1, Sex: "f", fare: 3 }).toThrow(
			/expected rows with "age", "sex", which the model reads, received rows with "agee", "Sex", "fare"\.\n {2}Try: "age" instead of "agee"; "sex" instead of "Sex"; null/,
		);
		await wrong({}).toThrow(/received rows with no fields/);
		await wrong([{ ...rows[0], age: [] }]).toThrow('row 0, column "age": expected a number, received an empty list');
		await wrong([{ ...rows[0], age: "old" }]).toThrow('row 0, column "age": expected a number, received "old"');
		await wrong([20, 1, 3]).toThrow(
			/expected rows by column names.* received a list that begins with 20[\s\S]*predict\(\{ age: … \}\) for one row/,
		);
		await wrong(7).toThrow(/received 7/);
		await wrong(null).toThrow(/received null/);
	});

	it("names the method that was called", async () => {
		const loaded = await load();
		expect(() => loaded.check(7 as never)).toThrow(/^check: [\s\S]*Try: check\(\{ age: … \}\) for one row, check\(\[/);
		for (const row of [7, {}, { ...rows[0], age: "old" }]) expect(() => loaded.check([row] as never)).toThrow(/^check: /);
	});

	it("quotes names in an example of a row as code must", () => {
		const names = ["age", "sepal length", "2nd", 'a "b"', "größe"];
		expect(names.map(rowExample)).toEqual(["{ age: … }", '{ "sepal length": … }', '{ "2nd": … }', '{ "a \\"b\\"": … }', "{ größe: … }"]);
	});

	it("says what rows hold that training had not", async () => {
		const loaded = await load();
		expect(loaded.check(rows[0])).toEqual({ rowCount: 1, columns: [] });
		const odd = [
			{ age: 1, sex: "x", fare: 2 },
			{ age: null, sex: "y", fare: 2 },
			{ age: 2, sex: null, fare: 3 },
		];
		expect(loaded.check(odd)).toEqual({
			rowCount: 3,
			columns: [
				{ column: "age", missingCount: 1, unseenCount: 0, unseen: [] },
				{ column: "sex", missingCount: 1, unseenCount: 2, unseen: ["x", "y"] },
			],
		});
		expect(loaded.check(tableFromRows(odd))).toEqual(loaded.check(odd));
	});
});

describe("saveModel of a model of images", () => {
	it("takes the scaling from the data set, so that bytes predict", async () => {
		const scaling = { kind: "standardize", mean: [0.5], deviation: [0.25] } as const;
		const bytes = Uint8Array.of(0, 255, 51, 204, 1, 2, 3, 4);
		const data = new ImageDataset({ pixels: bytes, shape: [1, 2, 2], labels: Int32Array.of(0, 1), classes: ["cat", "dog"], scaling });
		const model = build(["flatten", { linear: 2 }], [1, 2, 2]);
		await saveModel(join(folder, "images"), { model, data: subset(data, [1]) });
		const loaded = await loadModel(join(folder, "images"), { task: "classes" });
		const { x } = await data.read([0, 1]);
		expect(await loaded.predictPixels(bytes)).toEqual(await loaded.predict(x));
		await expect(loaded.predict([[0, 1, 2, 3]])).rejects.toThrow(/takes images, received a list that begins with a list\..*predictPixels/);
	});
});

describe("saveModel refuses", () => {
	const file = join(folder, "file");
	writeFileSync(file, "");

	it.each<[string, unknown, unknown, RegExp]>([
		["no folder", { model: flowerModel, data: flowers }, undefined, /expected the path of a folder first, received an object|received \{/],
		["nothing to save", join(folder, "x"), undefined, /expected model to be a network made by buildNetwork.* received undefined/],
		[
			"a model without a list of layers",
			join(folder, "x"),
			{ model: new Sequential([new Linear(2, 2, { rng })]), data: flowers },
			/received a Sequential[\s\S]*encodeState/,
		],
		["a model without data", join(folder, "x"), { model: flowerModel }, /expected data, the data set/],
		[
			"data without classes",
			join(folder, "x"),
			{ model: flowerModel, data: { ...flowers, target: { kind: "classes", classes: [] } } },
			/names of its classes/,
		],
		[
			"data of another shape",
			join(folder, "x"),
			{ model: build([{ linear: 2 }], [3]), data: flowers },
			/expected data of examples \[3\].* received \[2\]/,
		],
		[
			"a model of other outputs",
			join(folder, "x"),
			{ model: build([{ linear: 5 }], [2]), data: flowers },
			/one number for each class of the data \(2: a, b\), received \[5\][\s\S]*\{ linear: 2 \}/,
		],
		[
			"one logit for two classes",
			join(folder, "x"),
			{ model: build([{ linear: 1 }], [2]), data: flowers },
			/^saveModel: .*can be trained, but not saved\.\n {2}Try: \{ linear: 2 \} as the last layer, with the loss crossEntropy\.$/,
		],
		[
			"a layer that no file can hold",
			join(folder, "x"),
			{
				model: build(
					[
						{
							linear: {
								out: 2,
								weightInit: () =>
									tensor([
										[1, 2],
										[3, 4],
									]),
							},
						},
					],
					[2],
				),
				data: flowers,
			},
			/layers\[0\]\.linear\.weightInit to be a name/,
		],
		["a file as folder", file, { model: flowerModel, data: flowers }, /file cannot be written: it is a file/],
		["a folder in a file", join(file, "inner"), { model: flowerModel, data: flowers }, /a part of the path is a file; expected a folder/],
	])("%s", async (_, path, trained, message) => {
		const saving = saveModel(path as string, trained as TrainedModel);
		await expect(saving).rejects.toThrow(message);
		await expect(saving).rejects.toBeInstanceOf(GradusError);
	});
});
