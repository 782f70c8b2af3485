import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RandomStream } from "../../core/random/index.ts";
import { seal } from "../checksum.ts";
import { writeSafetensors } from "../safetensors.ts";
import { CheckpointFolder } from "./checkpoint-folder.ts";

let folder = "";
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "gradus-checkpoints-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface State {
	readonly step: number;
	readonly weights: Float32Array;
	readonly best: { readonly model: object; readonly epoch: number } | null;
}

const best = { epoch: 1, model: { w: Float32Array.of(4, 5) } };
const state = (step: number, of: State["best"] = null): State => ({ step, weights: Float32Array.of(step, step / 3), best: of });
const open = (): Promise<CheckpointFolder<State>> => CheckpointFolder.open<State>(folder);
const names = (): string[] => readdirSync(folder).sort();

async function filled(...states: readonly State[]): Promise<void> {
	const checkpoints = await open();
	for (const one of states) await checkpoints.save(one, "test");
}

describe("CheckpointFolder", () => {
	it("gives back the last state, and keeps the one before", async () => {
		await filled(state(1), state(2), state(3));
		expect(names()).toEqual(["step-0000002.safetensors", "step-0000003.safetensors"]);
		expect(await (await open()).loadLatest()).toEqual({ state: state(3), file: "step-0000003.safetensors", rejected: [] });
	});

	it("writes best weights once, when they change, and forgets those that no checkpoint has", async () => {
		const written: string[] = [];
		const { writeDurably } = await import("./durable-file.ts");
		const write = (path: string, bytes: Uint8Array): Promise<void> => {
			written.push(path.split("/").at(-1)?.slice(0, 4) ?? "");
			return writeDurably(path, bytes);
		};
		const checkpoints = await CheckpointFolder.open<State>(folder, { write });
		const next = { epoch: 2, model: { w: Float32Array.of(6) } };
		for (const one of [state(1, best), state(2, best), state(3, next)]) await checkpoints.save(one);
		expect(written).toEqual(["best", "step", "step", "best", "step"]);
		expect(names().filter((name) => name.startsWith("best"))).toHaveLength(2);
		await checkpoints.save(state(4, next));
		expect(names().filter((name) => name.startsWith("best"))).toHaveLength(1);
		const loaded = await (await open()).loadLatest();
		expect(loaded.state).toEqual(state(4, next));
	});

	it("does not write the best weights again after a resume", async () => {
		await filled(state(1, best));
		const written: string[] = [];
		const write = async (path: string): Promise<void> => void written.push(path);
		const checkpoints = await CheckpointFolder.open<State>(folder, { write });
		const { state: loaded } = await checkpoints.loadLatest();
		await checkpoints.save({ ...state(2), best: loaded?.best ?? null });
		expect(written).toEqual([join(folder, "step-0000002.safetensors")]);
	});

	it("takes the checkpoint before one that was cut or changed anywhere, and says so", async () => {
		const rng = new RandomStream(5);
		for (let trial = 0; trial < 40; trial++) {
			rmSync(folder, { recursive: true, force: true });
			await filled(state(1, best), state(2, best));
			const path = join(folder, "step-0000002.safetensors");
			const bytes = readFileSync(path);
			const at = Math.floor(rng.uniform() * bytes.length);
			if (trial % 2 === 0) truncateSync(path, at);
			else {
				bytes[at] ^= 1 << (trial % 8);
				writeFileSync(path, bytes);
			}
			const checkpoints = await open();
			const loaded = await checkpoints.loadLatest();
			expect(loaded.state).toEqual(state(1, best));
			expect(loaded.rejected).toEqual([{ file: "step-0000002.safetensors", why: expect.stringContaining(path) }]);
			// The damaged one must not count as one of the two that stay.
			await checkpoints.save(state(2, loaded.state?.best ?? null));
			await checkpoints.save(state(3, loaded.state?.best ?? null));
			expect((await (await open()).loadLatest()).rejected).toEqual([]);
		}
	});

	it("goes on without the best weights rather than not at all", async () => {
		await filled(state(1, best), state(2, best));
		const bestFile = names().find((name) => name.startsWith("best")) as string;
		truncateSync(join(folder, bestFile), 20);
		const loaded = await (await open()).loadLatest();
		expect(loaded.state).toEqual(state(2));
		expect(loaded.rejected[0].why).toContain(bestFile);
	});

	it("has no state when there is none, or none that is whole", async () => {
		expect(await (await open()).loadLatest()).toEqual({ state: null, file: null, rejected: [] });
		writeFileSync(join(folder, "step-0000009.safetensors"), "");
		expect(await (await open()).loadLatest()).toMatchObject({ state: null, rejected: [{ file: "step-0000009.safetensors" }] });
	});

	it("does not go back behind a checkpoint of a later Gradus", async () => {
		await filled(state(1));
		const later = writeSafetensors({}, { sha256: "0".repeat(64), kind: "gradus state", version: "7", gradus: "3.0.0", skeleton: "null" });
		await seal(later, later.length);
		writeFileSync(join(folder, "step-0000002.safetensors"), later);
		await expect((await open()).loadLatest()).rejects.toMatchObject({ fault: "newer" });
	});

	it("takes no state under another step's name, and follows no path out of its folder", async () => {
		await filled(state(1));
		writeFileSync(join(folder, "step-0000005.safetensors"), readFileSync(join(folder, "step-0000001.safetensors")));
		expect((await (await open()).loadLatest()).state).toEqual(state(1));
		const outside = { step: 6, best: { model: { file: "../../secret" } } };
		const { encodeState } = await import("../state-file.ts");
		writeFileSync(join(folder, "step-0000006.safetensors"), await encodeState(outside));
		const loaded = await (await open()).loadLatest();
		expect(loaded.state).toEqual(state(1));
		expect(loaded.rejected.map(({ file }) => file)).toEqual(["step-0000006.safetensors", "step-0000005.safetensors"]);
	});

	it("removes what a process that died left half written, and later checkpoints once an earlier one goes on", async () => {
		await filled(state(1), state(2), state(3));
		writeFileSync(join(folder, ".step-0000004.safetensors.77-ab.tmp"), "half");
		const checkpoints = await open();
		expect(names()).toEqual(["step-0000002.safetensors", "step-0000003.safetensors"]);
		await checkpoints.save(state(2));
		expect(names()).toEqual(["step-0000002.safetensors"]);
	});

	it("leaves no best weights behind to which nothing refers when a checkpoint could not be written", async () => {
		await filled(state(1, best));
		const before = names();
		const { writeDurably } = await import("./durable-file.ts");
		let isFull = true;
		const write = async (path: string, bytes: Uint8Array): Promise<void> => {
			if (isFull && path.includes("step-")) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
			await writeDurably(path, bytes);
		};
		const checkpoints = await CheckpointFolder.open<State>(folder, { write });
		const next = { epoch: 2, model: { w: Float32Array.of(6) } };
		await expect(checkpoints.save(state(2, next))).rejects.toThrow("no space");
		expect(names()).toEqual(before);
		isFull = false;
		await checkpoints.save(state(2, next));
		expect((await (await open()).loadLatest()).state).toEqual(state(2, next));
	});

	it("leaves the last good checkpoint and nothing half written when the disk is full", async () => {
		await filled(state(1, best));
		const before = names();
		const program = `
			import { CheckpointFolder } from ${JSON.stringify(new URL("./checkpoint-folder.ts", import.meta.url).href)};
			process.on("SIGXFSZ", () => {});
			const checkpoints = await CheckpointFolder.open(${JSON.stringify(folder)});
			const { state } = await checkpoints.loadLatest();
			await checkpoints.save({ ...state, step: 2, weights: new Float32Array(100_000) }).catch((error) => console.log(error.code));
		`;
		// A limit on the size of files fails writes as a full disk does, after part of them is written.
		const shell = 'ulimit -f 64; exec "$0" --conditions=gradus-source --input-type=module-typescript --eval "$1"';
		const printed = execFileSync("sh", ["-c", shell, process.execPath, program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
		expect(printed.trim()).toBe("EFBIG");
		expect(names()).toEqual(before);
		expect((await (await open()).loadLatest()).state).toEqual(state(1, best));
	});
});
