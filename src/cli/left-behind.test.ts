/** What stays behind where a run cannot be started, gone on with or looked at: nothing. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseRunConfig } from "../config/parse.ts";
import { RunFolder } from "../io/node/run-folder.ts";
import { openData } from "../project/data/open.ts";
import { reopenRun } from "../project/finished-run.ts";
import { Session } from "../project/session.ts";
import { lrFind } from "./commands/lr-find.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-closed-"));
const [place, source] = [join(folder, "temporary"), join(folder, "large.csv")];
const before = process.env.TMPDIR;
beforeAll(() => {
	mkdirSync(place);
	process.env.TMPDIR = place;
	// From 16 MiB of text on, a file is packed into a temporary one, which is there until the data is closed.
	const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${"text ".repeat(190)},${i % 2 === 0 ? "even" : "odd"}\n`);
	writeFileSync(source, `a,note,y\n${rows.join("")}`);
});
afterAll(() => {
	if (before === undefined) delete process.env.TMPDIR;
	else process.env.TMPDIR = before;
	rmSync(folder, { recursive: true, force: true });
});

/** Texts are no values to predict: the data opens, and cannot be prepared. */
const config = () => parseRunConfig({ data: { source, target: "y", task: "values" }, machine: { executor: "reference" } });

const screen = { interactive: false, columns: 80, write: () => {} };

test.each([
	["started", () => Session.start(config(), { parent: join(folder, "runs") })],
	["gone on with", async () => Session.resume(await emptyRun())],
	["looked at", async () => reopenRun(await emptyRun())],
	[
		"searched for a learning rate",
		() => lrFind(source, { target: "y", task: "values", steps: 20 } as never, { screen, json: false, out: () => {}, ownName: "gradus" }),
	],
])("data that cannot be prepared is closed where a run is to be %s", { timeout: 60_000 }, async (_, act) => {
	await expect(act()).rejects.toThrow(/"y"/);
	expect(readdirSync(place)).toEqual([]);
});

test("data is closed that has not the column to predict", { timeout: 60_000 }, async () => {
	await expect(openData(parseRunConfig({ data: { source, target: "absent" } }))).rejects.toThrow(/no column "absent"/);
	expect(readdirSync(place)).toEqual([]);
});

async function emptyRun(): Promise<string> {
	const run = await RunFolder.create<never>(join(folder, "runs"), "empty", { config: config() });
	run.close();
	return run.path;
}
