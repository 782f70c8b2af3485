import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "../../runs/events.ts";
import { JournalFile, readJournalFile } from "./journal-file.ts";
import { listRuns, removeRun } from "./list-runs.ts";
import { RunFolder, readRunFolder } from "./run-folder.ts";
import { takeLock } from "./run-lock.ts";

let parent = "";
beforeEach(() => {
	parent = mkdtempSync(join(tmpdir(), "gradus-runs-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const config = { data: { source: "digits" }, seed: 42 };
const create = (name = "digits"): Promise<RunFolder<{ step: number; best: null }>> => RunFolder.create(parent, name, { config });

const start = {
	kind: "start",
	time: "",
	config,
	exampleCount: 1,
	stepsPerEpoch: 1,
	totalSteps: 3,
	epochs: 3,
	batchSize: 1,
	executor: "wasm",
	parameterCount: 1,
	monitor: { name: "accuracy", goal: "max" },
} as const satisfies RunEvent;
const epoch = (number: number, accuracy: number, best: boolean): RunEvent => ({
	...{ kind: "epoch", epoch: number, step: number + 1, train: { loss: 1 }, validation: { loss: 1, accuracy } },
	...{ lr: 1, best, seconds: 1, examplesPerSecond: 1 },
});
const end = (reason: "finished" | "interrupted"): RunEvent => ({
	...{ kind: "end", time: "", reason, step: 1, epoch: 1, bestEpoch: 0, best: null, seconds: 1 },
});
const step = (number: number): RunEvent => ({
	...{ kind: "step", step: number, epoch: 0, loss: 1, lr: 1, gradNorm: 1, examplesPerSecond: 1 },
});

describe("RunFolder", () => {
	it("numbers runs, also when many begin at once", async () => {
		mkdirSync(join(parent, "digits-7"));
		const runs = await Promise.all(Array.from({ length: 8 }, () => create()));
		expect(runs.map(({ info }) => info.name).sort()).toEqual(["10", "11", "12", "13", "14", "15", "8", "9"].map((n) => `digits-${n}`));
		for (const run of runs) run.close();
	});

	it("keeps config, journal and checkpoints over sittings", async () => {
		const run = await create("../my data.csv");
		expect(run.info.name).toBe("my-data.csv-1");
		run.journal.append(start);
		run.journal.append(step(1));
		expect(await run.save({ step: 1, best: null })).toBe("checkpoints/step-0000001.safetensors");
		// The record of the step stands before the checkpoint that covers it.
		expect((await readRunFolder(run.path)).run.steps).toEqual([step(1)]);
		expect(run.close()).toBe(0);
		const again = await RunFolder.open<{ step: number; best: null }>(run.path);
		expect(again.config).toEqual(config);
		expect((await again.loadLatest()).state).toEqual({ step: 1, best: null });
		again.close();
	});

	it("is trained by one process at a time", async () => {
		const run = await create();
		await expect(RunFolder.open(run.path)).rejects.toMatchObject({
			fault: "in use",
			message: expect.stringContaining(`process ${process.pid}`),
		});
		run.close();
		(await RunFolder.open(run.path)).close();
		expect(existsSync(join(run.path, "lock"))).toBe(false);
	});

	it("made by a later Gradus, damaged, or none is refused and left as it is", async () => {
		const run = await create();
		run.close();
		const info = join(run.path, "run.json");
		const before = readFileSync(info, "utf8");
		for (const [text, message] of [
			[JSON.stringify({ format: 2, gradus: "4.0.0", layout: "other" }), /format 2 \(Gradus 4\.0\.0\)/],
			["{", /run\.json: expected JSON/],
			["null", /expected format 1/],
		] as const) {
			writeFileSync(info, text);
			await expect(RunFolder.open(run.path)).rejects.toThrow(message);
			expect(readdirSync(run.path).sort()).toEqual(["checkpoints", "config.yaml", "journal.jsonl", "run.json"]);
		}
		writeFileSync(info, before);
		await expect(RunFolder.open(parent)).rejects.toThrow(/this is no run folder/);
	});

	it("leaves nothing behind if it cannot be made", async () => {
		const circular: Record<string, unknown> = {
			toJSON: () => {
				throw new Error("no");
			},
		};
		await expect(RunFolder.create(parent, "x", { config: circular })).rejects.toThrow();
		expect(readdirSync(parent)).toEqual([]);
		await expect(create("///")).rejects.toThrow(/a name with letters or digits/);
	});
});

describe("the lock", () => {
	const path = (): string => join(parent, "lock");

	it("of a process that was killed does not count", async () => {
		const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
		writeFileSync(path(), JSON.stringify({ pid: child.pid, host: hostname(), began: null }));
		expect(() => takeLock(path())).toThrow(/trains this run/);
		child.kill("SIGKILL");
		await once(child, "exit");
		takeLock(path()).release();
	});

	it("of an earlier process with the same number does not count", () => {
		writeFileSync(path(), JSON.stringify({ pid: process.pid, host: hostname(), began: "another boot-1" }));
		const takes = (): void => takeLock(path()).release();
		// Only Linux says when a process began.
		if (process.platform === "linux") expect(takes).not.toThrow();
		else expect(takes).toThrow(/trains this run/);
	});

	it("of another machine counts, and the message names it", () => {
		writeFileSync(path(), JSON.stringify({ pid: 1, host: "elsewhere", began: null }));
		expect(() => takeLock(path())).toThrow(/process 1 on elsewhere/);
	});

	it("with torn content does not count, and leaves no other files", () => {
		writeFileSync(path(), "{");
		const lock = takeLock(path());
		expect(readdirSync(parent)).toEqual(["lock"]);
		lock.release();
		expect(readdirSync(parent)).toEqual([]);
	});
});

describe("JournalFile", () => {
	it("writes what matters at once, steps within a second, and cuts off a torn line", async () => {
		const path = join(parent, "journal.jsonl");
		const journal = new JournalFile(path);
		journal.append(start);
		journal.append(step(1));
		expect((await readJournalFile(path)).events).toEqual([start]);
		await new Promise((later) => setTimeout(later, 1100));
		expect((await readJournalFile(path)).events).toEqual([start, step(1)]);
		journal.append(step(2));
		expect(journal.close()).toBe(0);
		writeFileSync(path, `${readFileSync(path, "utf8")}{"kind":"ste`);
		const again = new JournalFile(path);
		again.append(epoch(0, 1, true));
		again.close();
		expect(await readJournalFile(path)).toEqual({ events: [start, step(1), step(2), epoch(0, 1, true)], unreadable: [] });
	});

	it("that may not grow further goes on with what finds no room, and counts it at the end", async () => {
		const path = join(parent, "journal.jsonl");
		const program = `
			import { JournalFile } from ${JSON.stringify(new URL("./journal-file.ts", import.meta.url).href)};
			process.on("SIGXFSZ", () => {});
			const journal = new JournalFile(${JSON.stringify(path)});
			const long = { kind: "remark", step: 1, text: "x".repeat(20_000) };
			for (let i = 0; i < 3; i++) journal.append(long);
			console.log(journal.close());
		`;
		// 64 blocks of 512 bytes hold one of the three.
		const shell = 'ulimit -f 64; exec "$0" --conditions=gradus-source --input-type=module-typescript --eval "$1"';
		const printed = execFileSync("sh", ["-c", shell, process.execPath, program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
		expect(printed.trim()).toBe("2");
		expect((await readJournalFile(path)).events).toHaveLength(1);
	});
});

describe("listRuns", () => {
	it("says where each run stands", async () => {
		const make = async (name: string, events: readonly RunEvent[]) => {
			const run = await create(name);
			for (const event of events) run.journal.append(event);
			return run;
		};
		const running = await make("running", [start]);
		for (const [name, events] of [
			["finished", [start, epoch(0, 0.5, true), epoch(1, 0.4, false), end("finished")]],
			["interrupted", [start, end("interrupted")]],
			["crashed", [start, epoch(0, 0.5, true)]],
		] as const) {
			(await make(name, events)).close();
		}
		(await make("newer", [])).close();
		writeFileSync(join(parent, "newer-1", "run.json"), '{"format":2,"gradus":"9"}');
		mkdirSync(join(parent, "something else"));
		const runs = await listRuns(parent);
		const states = Object.fromEntries(runs.map(({ name, state }) => [name, state]));
		expect(states).toEqual({
			"running-1": "running",
			"finished-1": "finished",
			"interrupted-1": "interrupted",
			"crashed-1": "crashed",
			"newer-1": "unreadable",
		});
		expect(runs.find(({ name }) => name === "finished-1")).toMatchObject({
			best: { name: "accuracy", value: 0.5, epoch: 0 },
			epochs: 2,
			epochsWanted: 3,
			data: "digits",
			reason: "finished",
		});
		await expect(removeRun(running.path)).rejects.toMatchObject({ fault: "in use" });
		running.close();
		await removeRun(running.path);
		await removeRun(join(parent, "newer-1"));
		await expect(removeRun(join(parent, "something else"))).rejects.toThrow(/no run folder/);
		await expect(removeRun(join(parent, "none"))).rejects.toThrow(/no such run folder/);
		expect(readdirSync(parent).sort()).toEqual(["crashed-1", "finished-1", "interrupted-1", "something else"]);
		expect(await listRuns(join(parent, "none"))).toEqual([]);
	});
});
