/** Runs from start to model, and what is said of them on the way. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfigInput } from "../config/run-config.ts";
import { RunFolder, readRunFolder } from "../io/node/run-folder.ts";
import { openData } from "./data/open.ts";
import { Session } from "./session.ts";
import { hasModel, loadRunModel } from "./trained-model.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-session-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rows = (count: number): string =>
	Array.from({ length: count }, (_, i) => `${i % 7},${(i * 5) % 11},${i % 2 === 0 ? "even" : "odd"}`).join("\n");
const write = (name: string, count: number): string => {
	writeFileSync(join(folder, name), `a,b,y\n${rows(count)}\n`);
	return join(folder, name);
};
const [train, test] = [write("train.csv", 60), write("test.csv", 20)];
const config = (given: Partial<RunConfigInput> = {}) =>
	parseRunConfig({ data: { source: train }, model: "mlp:4x1", training: { epochs: 2 }, machine: { executor: "reference" }, ...given });

/** Runs a session to its end, or until it was aborted after some events. */
async function play(session: Session, stop?: { controller: AbortController; after: number }) {
	let count = 0;
	for await (const _ of session.run()) if (++count === stop?.after) stop.controller.abort();
	await session.close();
	return session.result;
}

async function interrupted(): Promise<string> {
	const controller = new AbortController();
	const session = await Session.start(config({ training: { epochs: 50 } }), { parent: join(folder, "runs"), signal: controller.signal });
	expect((await play(session, { controller, after: 5 })).reason).toBe("interrupted");
	return session.folder.path;
}

describe("a result", () => {
	it("says of which examples its scores are", async () => {
		const parent = join(folder, "measured");
		const held = await play(await Session.start(config({ data: { source: train, test: 0.2 } }), { parent }));
		expect(held.measuredOn).toEqual({
			validation: { exampleCount: 12, data: "train.csv", heldBack: true },
			test: { exampleCount: 12, data: "train.csv", heldBack: true },
		});
		const own = await play(await Session.start(config({ data: { source: train, test, validation: 0 } }), { parent }));
		expect(own.measuredOn).toEqual({ validation: null, test: { exampleCount: 20, data: "test.csv", heldBack: false } });
		expect(own.sittingSeconds).toBe(own.seconds);
	});

	it("counts the time of all sittings", async () => {
		const path = await interrupted();
		const before = (await readRunFolder(path)).run.seconds;
		expect(before).toBeGreaterThan(0);
		const result = await play(await Session.resume(path));
		expect(result.reason).toBe("finished");
		// Sums of times of the same clock; they differ by rounding alone.
		expect(result.seconds - result.sittingSeconds).toBeCloseTo(before, 9);
	});
});

describe("loadRunModel", () => {
	it("says how a run without a model stands, and how to go on", async () => {
		const path = await interrupted();
		expect(hasModel(path)).toBe(false);
		await expect(loadRunModel(path)).rejects.toThrow(
			/no trained model yet\. It was interrupted after \d+ of 50 epochs\.\n {2}Try: gradus resume/,
		);
		const open = await RunFolder.open<never>(path);
		await expect(loadRunModel(path)).rejects.toThrow(/It is being trained now, \d+ of 50 epochs so far/);
		open.close();
		await play(await Session.resume(path));
		expect((await loadRunModel(path)).names).toEqual(["even", "odd"]);
	});

	it("knows a run whose process ended before its first epoch", async () => {
		const run = await RunFolder.create<never>(join(folder, "runs"), "begun", { config: config() });
		run.close();
		await expect(loadRunModel(run.path)).rejects.toThrow("Its process ended before its first epoch, before the model was saved");
	});

	it("of a folder that is not there names the near ones, of one that is no run the runs in it", async () => {
		const parent = join(folder, "named");
		const run = await RunFolder.create<never>(parent, "wine", { config: config() });
		run.close();
		await expect(loadRunModel(join(parent, "wine"))).rejects.toThrow(`there is no such folder.\n  Try: ${run.path}.`);
		await expect(loadRunModel(parent)).rejects.toThrow(`received a folder with neither.\n  Try: ${run.path}.`);
		mkdirSync(join(folder, "nothing"));
		await expect(loadRunModel(join(folder, "nothing"))).rejects.toThrow("Try: gradus runs lists the runs.");
	});
});

describe("openData", () => {
	it("points out that the test data are the training data, whatever the path", async () => {
		const same = join(folder, "runs", "..", basename(train));
		const opened = await openData(config({ data: { source: train, test: same } }));
		expect(opened.remarks.join()).toMatch(/test data and the training data both.*--test 0\.2/);
		const other = await openData(config({ data: { source: train, test } }));
		expect(other.remarks.join()).not.toMatch(/test data/);
		await Promise.all([opened.close(), other.close()]);
	});
});
