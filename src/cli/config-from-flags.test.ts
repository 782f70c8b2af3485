import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { configFromFlags } from "./config-from-flags.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-flags-"));
writeFileSync(join(folder, "run.yaml"), "data: { source: digits }\nseed: 7\noptimizer: { sgd: { lr: 0.1, momentum: 0.9 } }\n");
afterAll(() => rmSync(folder, { recursive: true }));

describe("configFromFlags", () => {
	it("--lr changes the rate and keeps the optimizer of the file with its other options", async () => {
		const config = await configFromFlags("run.yaml", { lr: 0.01 }, folder);
		expect(config).toMatchObject({ seed: 7, data: { source: "digits" }, optimizer: { sgd: { lr: 0.01, momentum: 0.9 } } });
	});

	it("--optimizer replaces it", async () => {
		expect((await configFromFlags("run.yaml", { optimizer: "adam", lr: 0.01 }, folder)).optimizer).toEqual({ adam: { lr: 0.01 } });
	});

	it("says what to try where nothing is given", async () => {
		await expect(configFromFlags(undefined, {}, tmpdir())).rejects.toThrow("gradus train digits");
	});
});
