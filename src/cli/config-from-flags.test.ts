import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { configFromFlags } from "./config-from-flags.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-flags-"));
writeFileSync(join(folder, "run.yaml"), "data: { source: digits }\nseed: 7\noptimizer: { sgd: { lr: 0.1, momentum: 0.9 } }\n");
writeFileSync(join(folder, "faulty.yaml"), "data: { source: digits, path: x }\nseed: a\n");
writeFileSync(join(folder, "text.yaml"), "data: iris.csv\n");
afterAll(() => rmSync(folder, { recursive: true }));

describe("configFromFlags", () => {
	it("--lr changes the rate and keeps the optimizer of the file with its other options", async () => {
		const config = await configFromFlags("run.yaml", { lr: 0.01 }, folder);
		expect(config).toMatchObject({ seed: 7, data: { source: "digits" }, optimizer: { sgd: { lr: 0.01, momentum: 0.9 } } });
	});

	it("--lr alone changes the rate of what trains by default, and nothing else of it", async () => {
		expect((await configFromFlags("digits", { lr: 0.01 }, folder)).optimizer).toEqual({ adamW: { lr: 0.01, weightDecay: 0.1 } });
	});

	it("--optimizer replaces it", async () => {
		expect((await configFromFlags("run.yaml", { optimizer: "adam", lr: 0.01 }, folder)).optimizer).toEqual({ adam: { lr: 0.01 } });
	});

	it("leaves what no flag says as it is in the file", async () => {
		const config = await configFromFlags("run.yaml", { header: true, epochs: 3, keepLeaks: true }, folder);
		expect(config).toMatchObject({ seed: 7, training: { epochs: 3 }, data: { source: "digits", keepLeaks: true } });
		expect(config.data.header).toBeUndefined();
	});

	it("reads the texts of a command line", async () => {
		const flags = { schedule: "none", exclude: "a, b", split: "group:customer", test: "0.5", lr: "1e-3", delimiter: "\\t", target: "x,y" };
		expect(await configFromFlags("digits", flags, folder)).toMatchObject({
			schedule: null,
			data: { exclude: ["a", "b"], split: { group: "customer" }, test: 0.5, delimiter: "\t", target: ["x", "y"] },
			optimizer: { adamW: { lr: 0.001 } },
		});
		expect((await configFromFlags("digits", { test: "test.csv" }, folder)).data.test).toBe("test.csv");
	});

	it("says what to try where nothing is given", async () => {
		await expect(configFromFlags(undefined, {}, tmpdir())).rejects.toThrow("gradus train digits");
	});
});

describe("what a flag cannot be", () => {
	it.each<readonly [string, object, string | RegExp]>([
		["--epochs", { epochs: "abc" }, '--epochs: expected a whole number ≥ 1, received "abc".\n    Example: --epochs 30'],
		["--batch-size", { batchSize: -1 }, '--batch-size: expected a whole number ≥ 1, or "all", received -1.\n    Example: --batch-size 64'],
		["--validation", { validation: 2 }, "--validation: expected a number ≥ 0 and < 1, received 2.\n    Example: --validation 0.2"],
		["--lr", { lr: "fast" }, '--lr: adamW: expected lr to be a number ≥ 0, received "fast".\n    Example: --lr 0.001'],
		["--lr of an optimizer", { optimizer: "sgd", lr: -1 }, "--lr: sgd: expected lr to be a number ≥ 0, received -1."],
		["--optimizer with a rate", { optimizer: "adm", lr: 1 }, '--optimizer: There is no optimizer "adm". Did you mean "adam"?'],
		["--model", { model: "mlp:8x5000" }, '--model: "mlp:8x5000": expected at most 1000 layers, received 5000.'],
		["--schedule", { schedule: "" }, "--schedule: its value is empty. Where it comes from a variable of the shell, that may not be set."],
		["--exclude", { exclude: "" }, "--exclude: its value is empty."],
		[
			"--schedule of no known name",
			{ schedule: "null" },
			/--schedule: There is no schedule "null"\. Known: .*\n {4}Example: --schedule cosine, or --schedule none/,
		],
		["--target of several", { target: ["a", 5] }, "--target: expected a text"],
	])("%s is named with its example", async (_, flags, message) => {
		const whole = typeof message === "string" ? `What was asked for cannot be used:\n  ${message}` : message;
		await expect(configFromFlags("digits", flags, folder)).rejects.toThrow(whole);
	});

	it("is told apart from what the file cannot be", async () => {
		await expect(configFromFlags("faulty.yaml", {}, folder)).rejects.toThrow(
			'faulty.yaml cannot be used:\n  data: there is no "path". Did you mean "source"?\n    Example: source: "titanic.csv"\n  seed: expected a whole number, received "a".',
		);
		await expect(configFromFlags("faulty.yaml", { epochs: 0, seed: 1 }, folder)).rejects.toThrow(
			/^faulty.yaml with these flags cannot be used:\n {2}data: [\s\S]*\n {2}--epochs: /,
		);
	});

	it("does not hide what the file says in its place", async () => {
		await expect(configFromFlags("text.yaml", { target: "y" }, folder)).rejects.toThrow(
			'data: expected an object with source, target, task, exclude, …, received "iris.csv".',
		);
	});
});
