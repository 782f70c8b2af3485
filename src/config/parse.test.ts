/** What people are told of configs that cannot be used: each test is a mistake that somebody makes. */
import { describe, expect, it } from "vitest";
import { ConfigError, parseRunConfig, runConfigJsonSchema } from "./parse.ts";

const data = { source: "digits" };

function problemsOf(config: unknown): ConfigError["problems"] {
	try {
		parseRunConfig(config);
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
	throw new Error("The config was accepted.");
}

describe("a value that does not fit", () => {
	it.each<readonly [string, object, string]>([
		["training.epochs", { data, training: { epochs: "ten" } }, 'expected a whole number ≥ 1, received "ten".'],
		["training.batchSize", { data, training: { batchSize: -1 } }, 'expected a whole number ≥ 1, or "all", received -1.'],
		["training.patience", { data, training: { patience: 1.5 } }, "expected a whole number ≥ 0, or null, received 1.5."],
		["training.checkpointSeconds", { data, training: { checkpointSeconds: 0 } }, "expected a number > 0, received 0."],
		["data.validation", { data: { ...data, validation: 2 } }, "expected a number ≥ 0 and < 1, received 2."],
		["data.test", { data: { ...data, test: 1.5 } }, "expected a number ≥ 0 and < 1, or a path, received 1.5."],
		["data.task", { data: { ...data, task: "cls" } }, 'expected one of "classes", "values", received "cls".'],
		["data.exclude", { data: { ...data, exclude: "id" } }, 'expected a list, each a text, received "id". Try: ["id"].'],
		[
			"data.imageSize",
			{ data: { ...data, imageSize: [28] } },
			"expected a whole number ≥ 1, or a list of 2, each a whole number ≥ 1, received [28].",
		],
		[
			"data.columns.age.type",
			{ data: { ...data, columns: { age: { type: "number" } } } },
			'expected one of "numeric", "nominal", "text", "date", received "number".',
		],
		["metrics", { data, metrics: "accuracy" }, 'received "accuracy". Try: ["accuracy"].'],
		["seed", { data, seed: "x" }, 'expected a whole number, received "x".'],
		["data", { data: "iris.csv" }, 'expected an object with source, target, task, exclude, …, received "iris.csv".'],
		["data.source", { data: {} }, "it is missing; expected a text (a file (CSV"],
	])("%s says what was expected and what came", (place, config, text) => {
		const [problem, ...others] = problemsOf(config);
		expect(problem).toMatchObject({ place, text: expect.stringContaining(text) });
		expect(others).toEqual([]);
	});
});

describe("a name that is not known", () => {
	it.each<readonly [string, object, string, string]>([
		["another word", { data: { path: "a.csv" } }, "data", 'there is no "path". Did you mean "source"?'],
		["a misspelt name", { dta: data }, "", 'there is no "dta". Did you mean "data"?'],
		["layers beside data", { data, layers: ["relu"] }, "", 'there is no "layers". Did you mean "model"?'],
		["what belongs further in", { data, epochs: 3 }, "", 'there is no "epochs" here. Did you mean "epochs" in "training"?'],
		[
			"what belongs further out",
			{ data, training: { lr: 1 } },
			"training",
			'there is no "lr" here. Did you mean "optimizer" at the top of the config?',
		],
		["what belongs nowhere", { data, machine: { colour: 1 } }, "machine", 'there is no "colour". Known: executor, threads, deterministic.'],
	])("leads from %s to where it belongs", (_, config, place, text) => {
		const [problem, ...others] = problemsOf(config);
		expect(problem).toMatchObject({ place, text });
		expect(others).toEqual([]);
	});
});

describe("a technique that cannot be used", () => {
	it.each<readonly [string, object, string]>([
		["of another kind", { model: { linear: 10 } }, 'There is no model "linear", but a layer of that name. Known: cnn, mlp, resnet.'],
		["of another kind as a text", { model: "relu" }, 'There is no model "relu", but an activation of that name.'],
		["in another library's form", { optimizer: { name: "adam", lr: 0.1 } }, "Try: { adam: { lr: 0.1 } }"],
		["with an option of another name", { model: [{ linear: { units: 3 } }] }, 'linear: there is no option "units". Did you mean "out"?'],
		["deeper than networks go", { model: "mlp:8x5000" }, '"mlp:8x5000": expected at most 1000 layers, received 5000. Try: mlp:8x3.'],
		["of no size", { model: "mlp:0" }, "expected hidden to be a whole number ≥ 1"],
	])("%s is explained", (_, config, text) => {
		const [problem] = problemsOf({ data, ...config });
		expect(problem.text).toContain(text);
	});

	it("is shown as it could be written", () => {
		expect(() => parseRunConfig({ data, model: { layers: ["relu"] } })).toThrow(
			'Example: model: "mlp:64x2", or model: [{ linear: 64 }, "relu", { linear: 3 }]',
		);
	});
});

it("all problems are told at once, in the order of the schema", () => {
	expect(problemsOf({ data: { source: 1 }, seed: 1.5, training: { epochs: 0 } }).map(({ place }) => place)).toEqual([
		"data.source",
		"training.epochs",
		"seed",
	]);
});

it("examples in the schema are configs that pass its check", () => {
	const { properties } = runConfigJsonSchema() as { properties: Record<string, { examples?: unknown[] }> };
	for (const [name, { examples = [] }] of Object.entries(properties)) {
		for (const example of examples) expect(() => parseRunConfig({ data, [name]: example })).not.toThrow();
	}
});

it("words that are hints only do not stand in the schema for editors", () => {
	expect(JSON.stringify(runConfigJsonSchema())).not.toContain("alsoCalled");
});
