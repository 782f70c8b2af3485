/** Every classical experiment runs in CI size and leaves its report; what follows from arithmetic alone must also come out. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experiments } from "../experiments/list.ts";
import type { ExperimentResult } from "../experiments/run.ts";

const out = mkdtempSync(join(tmpdir(), "gradus-experiments-"));
/** All experiments together, on a machine that does other things too. */
const LONGEST_MS = 15 * 60_000;
let printed = "";

const resultOf = (name: string): ExperimentResult => JSON.parse(readFileSync(join(out, name, "result.json"), "utf8"));

describe("gradus experiment all --quick", () => {
	beforeAll(async () => {
		const args = ["--conditions=gradus-source", "experiments/index.ts", "all", "--quick", "--out", out];
		// An experiment that fails to run makes the process end with 1, and this await with what it printed.
		printed = (await promisify(execFile)(process.execPath, args, { cwd: join(import.meta.dirname, "..") })).stdout;
	}, LONGEST_MS);

	afterAll(() => rmSync(out, { recursive: true, force: true }));

	it("the list has the twenty experiments of the specification", () => {
		expect(experiments.map(({ name }) => name).sort()).toEqual(
			[
				...["activations", "activations-by-init", "batch-modes", "batch-norm-init", "covariate-shift", "dead-relu", "dropout"],
				...["hyperparameters", "init-curves", "kernel-depth", "l1-vs-l2", "learning-rate", "mse-vs-cross-entropy", "optimizers"],
				...["overfit", "preprocessing", "residual-depth", "schedules", "weight-decay", "width-vs-depth"],
			].sort(),
		);
	});

	it.each(experiments.map(({ name }) => name))("%s leaves a self-contained report with figures and a result", (name) => {
		const { figures, claims, shows, quick } = resultOf(name);
		const page = readFileSync(join(out, name, "report.html"), "utf8");
		expect(quick).toBe(true);
		expect(figures.length).toBeGreaterThan(0);
		expect(page.match(/<figure\b/g)).toHaveLength(figures.length);
		expect(page).not.toMatch(/<(?:script|link|img)\b/);
		expect(claims.length).toBeGreaterThan(0);
		expect(shows.length).toBeGreaterThan(0);
		for (const { claim } of claims) expect(printed).toContain(`${name}: ${claim}.`);
	});

	it.each(experiments.map(({ name }) => name))("%s: claims that no seed and no size may change hold", (name) => {
		const broken = resultOf(name).claims.filter(({ exact, holds }) => exact && !holds);
		expect(broken).toEqual([]);
	});

	// Overfit runs its 201 epochs in quick mode as well, only the test images are fewer.
	it("300 images are learned by heart", () => {
		expect(resultOf("overfit").claims[0]).toMatchObject({ holds: true });
	});
});
