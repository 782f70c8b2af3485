import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GradusError } from "../core/errors.ts";
import { RandomStream } from "../core/random/index.ts";
import { applyPreprocessor } from "../data/preprocessing/apply.ts";
import { fitPreprocessor } from "../data/preprocessing/fit.ts";
import { targetKind } from "../data/preprocessing/preprocessor.ts";
import type { Table } from "../data/table.ts";
import { createWasmExecutor } from "../executors/index.ts";
import type { ModelFacts } from "../io/model-file.ts";
import { writeModel } from "../io/node/save-model.ts";
import { buildNetwork, type LayerConfig } from "../nn/build.ts";
import type { Sequential } from "../nn/sequential.ts";
import { withExecutor } from "../tensor/context.ts";
import { tensor } from "../tensor/create.ts";
import { loadModel } from "./load-model.ts";

const executor = createWasmExecutor({ deterministic: true });
const provenance = { config: { seed: 1 }, seed: 1, data: { name: "toy", rows: 4 }, date: "2026-01-01", executor: "wasm", steps: 3 };
let folder = "";
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gradus-model-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const table: Table = {
	rowCount: 4,
	columns: [
		{ kind: "numeric", name: "age", values: Float64Array.of(20, 30, 40, 50) },
		{ kind: "nominal", name: "sex", categories: ["f", "m"], codes: Int32Array.of(0, 1, 0, 1) },
		{ kind: "numeric", name: "since", temporal: true, values: Float64Array.of(0, 86400, 172800, 259200) },
		{ kind: "nominal", name: "survived", categories: ["no", "yes"], codes: Int32Array.of(0, 1, 1, 0) },
		{ kind: "numeric", name: "fare", values: Float64Array.of(10, 20, 30, 40) },
	],
};

function network(layers: readonly LayerConfig[], inputShape: readonly number[]): Sequential {
	return withExecutor(executor, () => buildNetwork(layers, { inputShape, rng: new RandomStream(3) }));
}

const classLayers: LayerConfig[] = [{ linear: 5 }, "batchNorm", "relu", { dropout: 0.5 }, { linear: 2 }];
const classPreprocessor = fitPreprocessor(table, { target: "survived", exclude: ["fare"], columns: { sex: { encode: "oneHot" } } });
const classFacts: ModelFacts = {
	target: targetKind(classPreprocessor),
	input: { kind: "table", preprocessor: classPreprocessor },
	inputShape: [classPreprocessor.featureNames.length],
	layers: classLayers,
	outputs: "softmax",
	metrics: { "validation accuracy": 0.75, broken: Number.NaN },
	provenance,
};

async function saved(name: string, facts: ModelFacts, net: Sequential): Promise<string> {
	const path = join(folder, name);
	await writeModel(path, facts, net.state());
	return path;
}

const rows = [
	{ age: 20, sex: "f", since: "1970-01-01", extra: 1 },
	{ age: "30", sex: "m", since: new Date("1970-01-02") },
	{ age: null, sex: "f", since: 172800 },
];

describe("a saved model of classes", () => {
	it("predicts what its network does on the prepared rows", async () => {
		const net = network(classLayers, classFacts.inputShape);
		const model = await loadModel(await saved("classes", classFacts, net), { executor, task: "classes" });
		const predictions = await model.predict(rows);
		expect(model.record.metrics).toEqual({ "validation accuracy": 0.75 });
		// By hand: the standardised age (20 − 35) / √125, and 1 for the category "f"; the parts of the date as the table gives them.
		const features: Record<string, number> = { age: -15 / Math.sqrt(125), "sex=f": 1, "sex=m": 0 };
		const { x: prepared } = applyPreprocessor(classPreprocessor, table, { target: "ignore" });
		const x = classPreprocessor.featureNames.map((name, i) => features[name] ?? prepared[i]);
		net.eval();
		const expected = withExecutor(executor, () =>
			net
				.forward(tensor([x]))
				.softmax(1)
				.dataSync(),
		);
		expect(predictions[0].probabilities.no).toBeCloseTo(expected[0], 5);
		expect(predictions[0].probability).toBe(Math.max(...Object.values(predictions[0].probabilities)));
		expect(predictions).toHaveLength(3);
		const again = await model.predictTable({ rowCount: 4, columns: table.columns });
		expect(again[0]).toEqual(predictions[0]);
		expect(again[1]).toEqual(predictions[1]);
	});

	it("has the bits of the network that was saved, and loads from contents too", async () => {
		const net = network(classLayers, classFacts.inputShape);
		const path = await saved("bits", classFacts, net);
		const contents = { json: readFileSync(join(path, "model.json"), "utf8"), weights: readFileSync(join(path, "model.safetensors")) };
		for (const source of [path, `${path}/model.json`, new URL(`file://${path}/`), contents]) {
			expect((await loadModel(source, { executor })).network.state().tensors).toEqual(net.state().tensors);
		}
	});

	it("says what is wrong with a row", async () => {
		const model = await loadModel(await saved("rows", classFacts, network(classLayers, classFacts.inputShape)), { executor });
		await expect(model.predict([{ age: 1, sex: "f" }])).rejects.toThrow(/"since"/);
		await expect(model.predict([{ ...rows[0], age: "old" }])).rejects.toThrow(/row 0, column "age": expected a number, received "old"/);
		await expect(model.predict([{ ...rows[0], since: "soon" }])).rejects.toThrow(/expected a date/);
		await expect(model.predict([7 as never])).rejects.toThrow(/expected rows by column names.* received a list that begins with 7/);
		await expect(model.predict(new Float32Array(3))).rejects.toThrow(/multiple of/);
		await expect(model.predictPixels(new Uint8Array(4))).rejects.toThrow(/rows of a table/);
		await expect(loadModel(join(folder, "rows"), { executor, task: "values" })).rejects.toThrow(/predicts classes: no, yes/);
		expect(await model.predict([])).toEqual([]);
	});
});

describe("a saved model of values", () => {
	it("predicts in the units of the table", async () => {
		const one = fitPreprocessor(table, { target: "fare", exclude: ["survived", "sex", "since"], task: "values" });
		const net = network([{ linear: 1 }], [1]);
		// Weight 2 and bias 0.5 on the standardised age: z → 2 z + 0.5, in fares of mean 25 and deviation √125.
		net.load({
			tensors: {
				"0.weight": { dtype: "float32", shape: [1, 1], data: Float32Array.of(2) },
				"0.bias": { dtype: "float32", shape: [1], data: Float32Array.of(0.5) },
			},
			streams: {},
			numbers: {},
		});
		const facts: ModelFacts = {
			...classFacts,
			target: targetKind(one),
			input: { kind: "table", preprocessor: one },
			inputShape: [1],
			layers: [{ linear: 1 }],
			outputs: "identity",
		};
		const model = await loadModel(await saved("values", facts, net), { executor, task: "values" });
		const [{ value, values }] = await model.predict([{ age: 50 }]);
		// z = 15 / √125; (2 z + 0.5) √125 + 25 = 55 + 0.5 √125. Float32 keeps 7 digits.
		expect(value).toBeCloseTo(55 + 0.5 * Math.sqrt(125), 4);
		expect(values).toEqual({ fare: value });
	});
});

describe("a saved model of images", () => {
	it("predicts pixels, scaled as in training", async () => {
		const net = network(["flatten", { linear: 3 }], [1, 2, 2]);
		const facts: ModelFacts = {
			...classFacts,
			target: { kind: "classes", classes: ["a", "b", "c"] },
			input: {
				...{ kind: "images", shape: [1, 2, 2], spec: null, classes: ["a", "b", "c"] },
				scaling: { kind: "standardize", mean: [0.5], deviation: [0.25] },
			},
			inputShape: [1, 2, 2],
			layers: ["flatten", { linear: 3 }],
		};
		const model = await loadModel(await saved("images", facts, net), { executor, task: "classes" });
		const bytes = Uint8Array.of(0, 255, 51, 204, 255, 255, 255, 255);
		const x = Float32Array.from(bytes, (byte) => (byte / 255 - 0.5) / 0.25);
		const [fromPixels, fromValues] = [await model.predictPixels(bytes), await model.predict(x)];
		expect(fromPixels).toHaveLength(2);
		expect(fromPixels).toEqual(fromValues);
		await expect(model.predict([{ a: 1 }])).rejects.toThrow(/takes images/);
	});
});

describe("a hostile or damaged model", () => {
	const net = network(classLayers, classFacts.inputShape);
	let json: Record<string, unknown> = {};
	let weights: Uint8Array = new Uint8Array();
	beforeAll(async () => {
		const path = await saved("hostile", classFacts, net);
		json = JSON.parse(readFileSync(join(path, "model.json"), "utf8"));
		weights = new Uint8Array(readFileSync(join(path, "model.safetensors")));
	});
	const load = (record: unknown, bytes = weights) =>
		loadModel({ json: typeof record === "string" ? record : JSON.stringify(record), weights: bytes }, { executor });

	it.each([
		["a later format", { format: 2, gradus: "5.0.0" }, /format 2 \(Gradus 5\.0\.0\)/],
		["another field", { more: 1 }, /also "more"/],
		["a path to the weights", { weights: { file: "../../etc/passwd.safetensors", sha256: "0".repeat(64) } }, /model\.json\.weights\.file/],
		["an address of weights", { weights: { file: "https://x/y.safetensors", sha256: "0".repeat(64) } }, /model\.json\.weights\.file/],
		["an input shape of terabytes", { inputShape: [2 ** 40] }, /at most 67108864 values/],
		["an input shape of a million axes", { inputShape: Array(1e6).fill(2) }, /at most 67108864 values/],
		["another input shape than its input makes", { inputShape: [7] }, /as input makes it/],
		["a task unlike its target", { task: "values" }, /"classes", as target is/],
		["classes unlike those of its input", { target: { kind: "classes", classes: ["x", "y"] } }, /the same names as in input/],
		["a layer of a billion units", { layers: [{ linear: 1e9 }] }, /number 1000000000|fewer/],
		["layers with more weights than the file", { layers: [{ linear: 60_000 }, { linear: 60_000 }, { linear: 2 }] }, /at least \d+ weights/],
		[
			"an initializer's weights beyond the file",
			{ layers: [{ linear: { out: 65_000, weightInit: "xavierNormal" } }] },
			/at least \d+ weights/,
		],
		["an unknown layer", { layers: ["__proto__", "constructor"] }, /There is no layer "__proto__"/],
		["an inherited name as option", { layers: [{ linear: { out: 2, constructor: 1 } }] }, /constructor/],
		["layers 30 deep", { layers: [JSON.parse(`${'{"residual":['.repeat(30)}"relu"${"]}".repeat(30)}`)] }, /at most 24 levels/],
		["a number as layer", { layers: [5] }, /a layer's name/],
		["layers of other sizes", { layers: [{ linear: 4 }, "batchNorm", "relu", { dropout: 0.5 }, { linear: 2 }] }, /does not fit this model/],
		[
			"layers with other outputs",
			{ layers: [{ linear: 5 }, "batchNorm", "relu", { dropout: 0.5 }, { linear: 2 }, "flatten", "softmax"] },
			null,
		],
		["no layers", { layers: [] }, /does not fit|expected layers that give/],
	])("with %s is refused or harmless", async (_, change, message) => {
		const before = performance.now();
		const loading = load({ ...json, ...change });
		if (message === null) await loading.catch((error) => expect(error).toBeInstanceOf(GradusError));
		else {
			await expect(loading).rejects.toThrow(message);
			await expect(load({ ...json, ...change })).rejects.toBeInstanceOf(GradusError);
		}
		expect(performance.now() - before).toBeLessThan(5000);
	});

	it("whose record is no JSON, or a text nested without end, is refused", async () => {
		for (const text of ["", "{", "[]", "null", "[".repeat(200_000), `{"format":1,"layers":${"[".repeat(5000)}${"]".repeat(5000)}}`]) {
			await expect(load(text)).rejects.toBeInstanceOf(GradusError);
		}
	});

	it("sets no prototype", async () => {
		const text = JSON.stringify(json).replace('"config":{', '"config":{"__proto__":{"polluted":1},');
		await expect(load(text)).rejects.toThrow(/__proto__/);
		expect(({} as { polluted?: number }).polluted).toBeUndefined();
	});

	it("whose weights have one bit changed, or are another model's, is refused", async () => {
		const changed = weights.slice();
		changed[changed.length - 3] ^= 1;
		await expect(load(json, changed)).rejects.toThrow(/not the weights/);
		writeFileSync(join(folder, "hostile", "model.safetensors"), "");
		await expect(loadModel(join(folder, "hostile"))).rejects.toMatchObject({ fault: "damaged" });
		rmSync(join(folder, "hostile", "model.safetensors"));
		await expect(loadModel(join(folder, "hostile"))).rejects.toMatchObject({ fault: "missing" });
	});

	it("throws nothing but errors of Gradus, whatever value of the record is replaced", { timeout: 60_000 }, async () => {
		const places: (string | number)[][] = [];
		const collect = (value: unknown, path: (string | number)[]): void => {
			places.push(path);
			if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key]);
		};
		collect(json, []);
		const value = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1e308, "__proto__", "constructor", [], {}, null));
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...places.slice(1)), value, async (path, replacement) => {
				const record = structuredClone(json);
				let target = record as Record<string, unknown>;
				for (const key of path.slice(0, -1)) target = target[key] as Record<string, unknown>;
				target[path.at(-1) as string] = replacement;
				await load(record).catch((error) => {
					if (!(error instanceof GradusError)) throw error;
				});
			}),
			{ numRuns: 600 },
		);
	});
});
