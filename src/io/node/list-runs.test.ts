import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { removeRuns, summarizeRun } from "./list-runs.ts";
import { RunFolder } from "./run-folder.ts";

const parent = mkdtempSync(join(tmpdir(), "gradus-list-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function runs(count: number): Promise<RunFolder<never>[]> {
	return Promise.all(Array.from({ length: count }, () => RunFolder.create<never>(parent, "run", { config: {} })));
}

describe("removeRuns", () => {
	it("removes none if one of them is no run, or is being trained", async () => {
		const [first, second, trained] = await runs(3);
		first.close();
		second.close();
		await expect(removeRuns([first.path, join(parent, "none"), second.path])).rejects.toThrow(/none: there is no such run folder/);
		await expect(removeRuns([first.path, second.path, trained.path])).rejects.toMatchObject({ fault: "in use" });
		expect([first, second, trained].every(({ path }) => existsSync(path))).toBe(true);
		trained.close();
	});

	it("removes all, one that is named twice once", async () => {
		const [first, second] = await runs(2);
		first.close();
		second.close();
		await removeRuns([first.path, second.path, `${first.path}/`]);
		expect(readdirSync(parent)).not.toEqual(expect.arrayContaining([first.info.name]));
		expect([first, second].some(({ path }) => existsSync(path))).toBe(false);
	});
});

it("summarizeRun is null for a folder that is no run's", async () => {
	mkdirSync(join(parent, "other"));
	expect(await summarizeRun(join(parent, "other"))).toBeNull();
});
