import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { RandomStream } from "../src/core/random/index.ts";
import { CheckpointFolder } from "../src/io/node/checkpoint-folder.ts";
import { readRunFolder } from "../src/io/node/run-folder.ts";
import { readJournal } from "../src/runs/journal.ts";
import { type RunRecord, readRun } from "../src/runs/read-run.ts";
import type { TrainingState } from "../src/train/state.ts";
import { describeIf, type Requirement } from "./requires.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-kill-"));
const program = fileURLToPath(new URL("./kill-program.ts", import.meta.url));
const flags = ["--conditions=gradus-source", program];
const EPOCHS = 50;
/** Bytes that pad a checkpoint, so that writing it takes a good part of the time. */
const PADDING = 300_000;

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

/** Starting thirty times would take most of the time, were the program's types not stripped once for all. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "cache") };

function start(path: string, padding: number): ChildProcess {
	return spawn(process.execPath, [...flags, path, String(padding), String(EPOCHS)], { stdio: ["ignore", "pipe", "inherit"], env });
}

/** What the program says once it has loaded its checkpoint. */
interface Report {
	readonly step: number;
	readonly rejected: readonly unknown[];
}

async function reportOf(child: ChildProcess): Promise<Report> {
	const [line] = (await once(child.stdout as NonNullable<ChildProcess["stdout"]>, "data")) as [Buffer];
	return JSON.parse(line.toString()) as Report;
}

/** Bits that must not depend on interruptions: all but times. */
function bits({ steps, epochs }: RunRecord): unknown {
	return {
		steps: steps.map(({ step, loss, lr, gradNorm }) => [step, loss, lr, gradNorm]),
		epochs: epochs.map(({ epoch, step, train, validation, best }) => [epoch, step, train, validation, best]),
	};
}

async function finalState(path: string): Promise<unknown> {
	const { state, rejected } = await (await CheckpointFolder.open<TrainingState>(join(path, "checkpoints"))).loadLatest();
	expect(rejected).toEqual([]);
	const { epochs, callbacks: _, ...rest } = state as TrainingState;
	return { ...rest, epochs: epochs.map(({ seconds: _seconds, examplesPerSecond: _speed, ...event }) => event) };
}

function lastCheckpoint(path: string): number {
	const file = join(path, "journal.jsonl");
	if (!existsSync(file)) return 0;
	return readRun(readJournal(readFileSync(file, "utf8")).events).checkpoints.at(-1)?.step ?? 0;
}

const unfinished = (path: string): string[] => {
	const checkpoints = join(path, "checkpoints");
	return existsSync(checkpoints) ? readdirSync(checkpoints).filter((name) => name.endsWith(".tmp")) : [];
};

describe("a training that is killed", () => {
	it("at 30 moments ends with the bits of one that is not, losing at most the steps since its last checkpoint", {
		timeout: 180_000,
	}, async () => {
		const rng = new RandomStream("moments of killing");
		const [whole, killed] = [join(folder, "whole-1"), join(folder, "killed-1")];
		const reference = start(whole, 0);
		expect((await once(reference, "exit"))[0]).toBe(0);

		let duringWrite = 0;
		for (let kill = 0; kill < 30; kill++) {
			const saved = lastCheckpoint(killed);
			const child = start(killed, PADDING);
			const exit = once(child, "exit");
			// Some while it starts, some while it trains, some while it writes a checkpoint.
			if (kill % 6 === 5) await wait(700 * rng.uniform());
			else {
				const { step, rejected } = await reportOf(child);
				expect(rejected).toEqual([]);
				expect(step).toBeGreaterThanOrEqual(saved);
				await wait(350 * rng.uniform());
				const deadline = performance.now() + 2000;
				while (kill % 2 === 0 && unfinished(killed).length === 0 && performance.now() < deadline) await wait(0);
			}
			expect(child.exitCode).toBeNull();
			child.kill("SIGKILL");
			expect((await exit)[1]).toBe("SIGKILL");
			if (unfinished(killed).length > 0) duringWrite++;
		}
		expect(duringWrite).toBeGreaterThanOrEqual(5);

		const last = start(killed, 0);
		last.stdout?.resume();
		expect((await once(last, "exit"))[0]).toBe(0);
		expect(unfinished(killed)).toEqual([]);
		const [expected, received] = [await readRunFolder(whole), await readRunFolder(killed)];
		expect(received.run.resumes.length).toBeGreaterThan(20);
		expect(received.run.steps).toHaveLength(75 * EPOCHS);
		expect(bits(received.run)).toEqual(bits(expected.run));
		expect(received.run.end).toMatchObject({ reason: "finished", best: expected.run.end?.best });
		expect(await finalState(killed)).toEqual(await finalState(whole));
	});
});

/** A disk of a few hundred kilobytes. */
function inSmallDisk(path: string, script: string): string[] {
	return ["-rm", "sh", "-c", `mount -t tmpfs -o size=400k tmpfs "$0" && ${script}`, path];
}

const smallDisks: Requirement = {
	found: spawnSync("unshare", inSmallDisk(folder, "true")).status === 0,
	location: undefined,
	reason: "no file system can be mounted here",
	remedy: "run on Linux with user namespaces",
};

describeIf(smallDisks, "a training on a full disk", () => {
	it("stops cleanly with its last good checkpoint, and goes on once there is room", { timeout: 60_000 }, async () => {
		const disk = mkdtempSync(join(folder, "disk-"));
		const rescued = join(folder, "rescued-1");
		const command = `"$1" "$2" "$3" "$4/full-1" 30000 "$5"; code=$?; cp -r "$4/full-1" "$6"; exit $code`;
		const { status, stderr } = spawnSync(
			"unshare",
			[...inSmallDisk(disk, command), process.execPath, ...flags, disk, String(EPOCHS), rescued],
			{ encoding: "utf8", env },
		);
		expect(stderr).toBe("");
		expect(status).toBe(0);
		expect(unfinished(rescued)).toEqual([]);
		const before = (await readRunFolder(rescued)).run;
		expect(before.steps.length).toBeGreaterThan(0);
		// The journal's own last lines may have found no room.
		expect([undefined, "disk full"]).toContain(before.end?.reason);
		const child = start(rescued, 0);
		const { step, rejected } = await reportOf(child);
		expect(rejected).toEqual([]);
		expect(step).toBeGreaterThanOrEqual(before.checkpoints.at(-1)?.step ?? 1);
		expect((await once(child, "exit"))[0]).toBe(0);
		expect((await readRunFolder(rescued)).run.steps).toHaveLength(75 * EPOCHS);
	});
});
