import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { TargetKind } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { openDiskDataset, writeDiskDataset } from "./disk-dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-disk-"));
afterAll(() => rmSync(folder, { recursive: true }));

const classes: TargetKind = { kind: "classes", classes: ["a", "b", "c"] };
const layout = { inputShape: [2], target: classes };

/** Examples whose x is [number, −number] and whose class is number mod 3. */
function examples(first: number, count: number) {
	return {
		x: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 1 : -1) * (first + (i >> 1))),
		y: Int32Array.from({ length: count }, (_, i) => (first + i) % 3),
	};
}

describe("writeDiskDataset", () => {
	it.runIf(existsSync("/dev/full"))("leaves nothing behind where the disk is full from the first byte on", async () => {
		const path = join(folder, "full");
		symlinkSync("/dev/full", `${path}.partial`);
		await expect(writeDiskDataset(path, layout, [])).rejects.toMatchObject({ code: "ENOSPC" });
		expect(readdirSync(folder)).not.toContain("full.partial");
	});

	it("appends batches and reads them in any order, also when opened again", async () => {
		const path = join(folder, "small");
		const written = await writeDiskDataset(path, layout, [examples(0, 3), examples(3, 0), examples(3, 4)]);
		await written.close?.();
		const dataset = await openDiskDataset(path);
		expect([dataset.size, dataset.inputShape, dataset.target]).toEqual([7, [2], classes]);
		expect(await dataset.read([6, 0, 6, 2])).toEqual({
			x: Float32Array.of(6, -6, 0, -0, 6, -6, 2, -2),
			y: Int32Array.of(0, 0, 0, 2),
			rowCount: 4,
		});
		await dataset.close?.();
	});

	it("keeps several values an example", async () => {
		const target: TargetKind = { kind: "values", names: ["u", "v"] };
		const batch = { x: Float32Array.of(1, 2, 3), y: Float32Array.of(0.5, -0.5, 1.5, -1.5, 2.5, -2.5) };
		const dataset = await writeDiskDataset(join(folder, "values"), { inputShape: [1], target }, [batch]);
		expect(await dataset.read([2, 1])).toEqual({ x: Float32Array.of(3, 2), y: Float32Array.of(2.5, -2.5, 1.5, -1.5), rowCount: 2 });
		await dataset.close?.();
	});

	it("has room for a header of many classes", async () => {
		const target: TargetKind = { kind: "classes", classes: Array.from({ length: 2000 }, (_, i) => `class ${i}`) };
		const dataset = await writeDiskDataset(join(folder, "wide"), { inputShape: [], target }, [
			{ x: Float32Array.of(5), y: Int32Array.of(1999) },
		]);
		expect(dataset.target).toEqual(target);
		expect(await dataset.read([0])).toEqual({ x: Float32Array.of(5), y: Int32Array.of(1999), rowCount: 1 });
		await dataset.close?.();
	});

	it("leaves nothing behind where a batch fails, and names the example", async () => {
		const path = join(folder, "failing");
		const bad = { x: Float32Array.of(1, 2, 3, Number.NaN), y: Int32Array.of(0, 0) };
		await expect(writeDiskDataset(path, layout, [examples(0, 3), bad])).rejects.toThrow(/NaN in x, example 4, place 1/);
		await expect(writeDiskDataset(path, layout, [{ ...examples(0, 1), y: null }])).rejects.toThrow(/targets in each batch/);
		expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false]);
	});
});

describe("blocks", () => {
	const path = join(folder, "large");
	const count = 30_000;

	it("bring each place its example, whatever the order, gaps and repeats", async () => {
		const dataset = await writeDiskDataset(path, layout, [examples(0, count)]);
		const anyRows = fc.array(fc.nat(count - 1), { maxLength: 300 });
		await fc.assert(
			fc.asyncProperty(anyRows, async (rows) => {
				const { x, y } = await dataset.read(rows);
				expect([...x]).toEqual(rows.flatMap((row) => [row, -row]));
				expect([...y]).toEqual(rows.map((row) => row % 3));
			}),
		);
		await dataset.close?.();
	});

	it("are said, so that an epoch shuffled by them reads each but once", async () => {
		const dataset = await openDiskDataset(path);
		const { blockSize, window } = dataset.blocks!;
		// 12 bytes a row; blocks of 16 KiB, windows of 64 MiB.
		expect([blockSize, window]).toEqual([1365, 4097]);
		await dataset.close?.();
	});
});

describe("openDiskDataset", () => {
	const path = join(folder, "broken");
	const fresh = async () => (await writeDiskDataset(path, layout, [examples(0, 10)])).close?.();

	it("refuses a file that was cut off", async () => {
		await fresh();
		truncateSync(path, 4096 + 9 * 12);
		await expect(openDiskDataset(path)).rejects.toThrow(/expected 4216 bytes for 10 examples of \[2\], received 4204/);
	});

	it.each<[string, (bytes: Buffer) => void, RegExp]>([
		["another format", (bytes) => bytes.write("PAR1"), /received another file/],
		["another version", (bytes) => bytes.writeUInt32LE(9, 8), /version 1 of the format, received 9/],
		["a damaged header", (bytes) => bytes.write("]", 24), /a header in JSON/],
		["an impossible number of examples", (bytes) => bytes.writeDoubleLE(Number.NaN, 16), /received 4216/],
		["no header at all", (bytes) => bytes.fill(0), /received another file/],
	])("refuses %s", async (_, damage, message) => {
		await fresh();
		const bytes = readFileSync(path);
		damage(bytes);
		writeFileSync(path, bytes);
		await expect(openDiskDataset(path)).rejects.toThrow(message);
		await expect(openDiskDataset(path)).rejects.toBeInstanceOf(DataError);
	});

	it("refuses to read once closed, and finishes what was under way", async () => {
		await fresh();
		const dataset = await openDiskDataset(path);
		const reading = dataset.read([9]);
		await dataset.close?.();
		expect((await reading).x).toEqual(Float32Array.of(9, -9));
		expect(() => dataset.read([0])).toThrow(/received one that was closed/);
		await dataset.close?.();
	});

	it("says so where the file was cut off meanwhile", async () => {
		await fresh();
		const dataset = await openDiskDataset(path);
		truncateSync(path, 4096 + 12);
		await expect(dataset.read([0, 9])).rejects.toThrow(/the file ends at byte 4108/);
		await expect(dataset.read([9])).rejects.toThrow(/the file ends at byte 4108/);
		await dataset.close?.();
	});

	it("refuses examples that are not there", async () => {
		await fresh();
		const dataset = await openDiskDataset(path);
		expect(() => dataset.read([10])).toThrow(/from 0 to 9/);
		await dataset.close?.();
	});
});
