/** The JSON Schema of configs beside the check that counts, and what it says of options. */
import { expect, test } from "vitest";
import { z } from "zod";
import { integerOption } from "../core/options.ts";
import { parseRunConfig, runConfigJsonSchema } from "./parse.ts";
import { optionJson } from "./technique-schema.ts";

const data = { source: "digits" };

const good: object[] = [
	{ data },
	{ data, model: "mlp:256x3", schedule: "cosine", optimizer: { adamW: { lr: 0.001, weightDecay: 0 } } },
	{ data, model: [{ conv2d: { out: 8, kernel: 3, padding: "same" } }, "relu", "flatten", { linear: 10 }] },
	{ data, model: [{ conv2d: { out: 8, kernel: [3, 5], groups: "depthwise" } }, { dropout: 0.5 }] },
	{ data, model: [{ residual: ["batchNorm", "swish"] }] },
	{ data, schedule: null, metrics: ["accuracy", "rmse"], augmentation: ["flip", { crop: 4 }] },
	{ data, weightInit: { heNormal: { gain: 1 } }, loss: { huber: { delta: 2 } }, training: { batchSize: "all" } },
	{ data, optimizer: { adamw: { lr: 0.001 } }, model: [{ dense: 10 }, { leakyRelu: { slope: 0.1 } }] },
	{ data, schedule: { sequence: { schedules: ["linearWarmup", { cosine: { steps: 100 } }], milestones: [10] } } },
];

const bad: object[] = [
	{},
	{ data, optimizr: "adam" },
	{ data, optimizer: "adm" },
	{ data, optimizer: { adam: { lr: -1 } } },
	{ data, optimizer: { adam: { learningRate: 1 } } },
	{ data, model: [{ conv2d: { out: 8, kernel: 3, padding: "sme" } }] },
	{ data, model: [{ conv2d: { out: 8 } }] },
	{ data, model: [{ residual: ["batchNrm"] }] },
	{ data, metrics: ["acuracy"] },
	{ data, augmentation: [{ flip: { vertical: 2 } }] },
	{ data, schedule: { cosine: { steps: 0 } } },
	{ data, loss: { huber: { delta: 0 } } },
	{ data, optimizer: { adam: {}, sgd: {} } },
	{ data, optimizer: {} },
	{ data, model: [{ dense: { out: 10, biass: true } }] },
];

const bySchema = z.fromJSONSchema(runConfigJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);

test.each(good)("%j is a config, by the check and by the JSON Schema", (config) => {
	expect(() => parseRunConfig(config)).not.toThrow();
	expect(bySchema.safeParse(config).error?.issues).toBeUndefined();
});

test.each(bad)("%j is none, by the check and by the JSON Schema", (config) => {
	expect(() => parseRunConfig(config)).toThrow();
	expect(bySchema.safeParse(config).success).toBe(false);
});

test("options of a technique stand in the JSON Schema once, and all its names refer to them", () => {
	const { $defs } = runConfigJsonSchema() as { $defs: Record<string, { anyOf: readonly [unknown, { properties: object }] }> };
	for (const kind of ["layer", "activation", "optimizer", "loss"]) {
		for (const [name, { $ref }] of Object.entries<{ $ref: string }>($defs[kind].anyOf[1].properties as never)) {
			expect(Object.keys($defs), name).toContain($ref.slice("#/$defs/".length));
		}
	}
	expect($defs.layer.anyOf[1].properties).toMatchObject({
		dense: { $ref: "#/$defs/layer.linear" },
		linear: { $ref: "#/$defs/layer.linear" },
	});
	expect(JSON.stringify($defs).split('"features of the output"')).toHaveLength(3);
});

test("a misspelt metric or augmentation is refused with the nearest names", () => {
	expect(() => parseRunConfig({ data, metrics: ["acuracy"], augmentation: ["flp"] })).toThrow(
		/augmentation\[0\]: There is no augmentation "flp". Did you mean "flip"\?\n {2}metrics\[0\]: There is no metric "acuracy". Did you mean "accuracy"\?/,
	);
});

test("words and null stand beside an option's value", () => {
	const spec = { ...integerOption("rows of zeros", null, { min: 0 }), words: ["same"] };
	expect(optionJson(spec)).toEqual({
		anyOf: [{ type: "integer", minimum: 0 }, { enum: ["same"] }, { type: "null" }],
		description: "rows of zeros",
		default: null,
	});
});
