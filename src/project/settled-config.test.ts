import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfigInput } from "../config/run-config.ts";
import { openData } from "./data/open.ts";
import { planTraining } from "./defaults.ts";
import { settledConfig } from "./settled-config.ts";
import { splitOf } from "./split.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-settled-"));
afterAll(() => rmSync(folder, { recursive: true }));
const rows = (count: number, row: (i: number) => string): string => `${Array.from({ length: count }, (_, i) => row(i)).join("\n")}\n`;
const write = (name: string, text: string): string => {
	writeFileSync(join(folder, name), text);
	return join(folder, name);
};
// Quarters of a number: few values, but no classes.
const quarters = write("quarters.csv", `a,b,y\n${rows(200, (i) => `${i % 7},${(i * 5) % 11},${(i % 8) / 4}`)}`);
const two = write("two.csv", `a,b,p,q\n${rows(60, (i) => `${i % 7},${(i * 5) % 11},${i},${(i * 3) % 17}`)}`);

async function settle(given: RunConfigInput) {
	const config = parseRunConfig(given);
	const opened = await openData(config);
	const split = splitOf(config, opened);
	const data = await opened.prepare(split);
	return { config, opened, split, data, settled: settledConfig(config, { opened, data, threads: 1 }) };
}

const given: readonly (readonly [string, RunConfigInput])[] = [
	["a table of classes", { data: { source: "iris" } }],
	["images with a share for the test", { data: { source: "digits" }, optimizer: "sgd", training: { batchSize: "all" } }],
	["few different numbers", { data: { source: quarters } }],
	["several targets", { data: { source: two, target: ["p", "q"], test: 0.1 } }],
	["a model by its short name", { data: { source: "iris" }, model: "mlp:8x2", schedule: null, metrics: ["accuracy", "f1"] }],
	["a model as a list", { data: { source: "iris" }, model: [{ linear: 4 }, "relu", { linear: 3 }], training: { patience: 2 } }],
];

describe("settledConfig", () => {
	it.each(given)("of %s is whole: it survives its file and settles to itself, with the same split and training", async (_, input) => {
		const { config, settled, split, data } = await settle(input);
		const read = parseRunConfig(parse(stringify(settled)));
		expect(read).toEqual(settled);
		const again = await settle(read);
		expect(again.settled).toEqual(settled);
		expect(again.split).toEqual(split);
		expect(again.data.target).toEqual(data.target);
		const [plan, planAgain] = [planTraining(config, data), planTraining(settled, again.data)];
		expect(planAgain).toMatchObject({ epochs: plan.epochs, batchSize: plan.batchSize, patience: plan.patience, metrics: plan.metrics });
	});

	it("writes out what was chosen by the data and what holds by default", async () => {
		const { settled } = await settle({ data: { source: "iris" }, training: { epochs: 2 } });
		expect(settled).toMatchObject({
			data: { target: "species", task: "classes", test: 0, validation: 0.2 },
			model: { mlp: { hidden: [64, 64], activation: "tanh", dropout: 0.3, batchNorm: false } },
			loss: { crossEntropy: { labelSmoothing: 0 } },
			optimizer: { adamW: { lr: 0.002, weightDecay: 0.1, betas: [0.9, 0.999] } },
			schedule: { oneCycle: { riseShare: 0.3 } },
			metrics: ["accuracy"],
			training: { epochs: 2, batchSize: 64, patience: null, monitor: "loss" },
			machine: { threads: 1 },
		});
	});

	it("keeps what was switched off, and leaves out what follows from the training", async () => {
		const { settled } = await settle({ data: { source: "iris" }, schedule: { oneCycle: { momentum: null } } });
		expect(settled.schedule).toEqual({
			oneCycle: { riseShare: 0.3, shape: "cosine", momentum: null, startDivisor: 25, endDivisor: 10_000 },
		});
	});

	it("makes paths hold anywhere", async () => {
		const source = relative(process.cwd(), quarters);
		const { settled } = await settle({ data: { source, target: "y", test: source } });
		expect(settled.data).toMatchObject({ source: quarters, test: quarters });
	});
});
