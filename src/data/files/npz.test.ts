import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors.ts";
import { crc32 } from "./crc32.ts";
import { CompressionError } from "./gzip.ts";
import { NpyError } from "./npy-error.ts";
import { readNpz } from "./npz.ts";
import { readZip, readZipEntry, ZipError } from "./zip.ts";

const fixture: { archives: Record<string, string> } = JSON.parse(
	readFileSync(new URL("../../../test/oracle/fixtures/npy.json", import.meta.url), "utf8"),
);
const archive = (name: string): Uint8Array => new Uint8Array(Buffer.from(fixture.archives[name], "base64"));

/** Overwrites a number in the directory record of the first file. */
function withDirectoryField(bytes: Uint8Array, offset: number, value: number, width = 4): Uint8Array {
	const copy = bytes.slice();
	const at = Buffer.from(copy).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
	const view = new DataView(copy.buffer);
	if (width === 4) view.setUint32(at + offset, value, true);
	else view.setUint16(at + offset, value, true);
	return copy;
}

describe("readNpz", () => {
	it.each(["savez", "savez_compressed"])("reads what numpy.%s wrote", async (name) => {
		const arrays = await readNpz(archive(name));
		expect([...arrays.keys()]).toEqual(["x", "y"]);
		expect(arrays.get("x")).toEqual({ dtype: "float32", shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
		expect(arrays.get("y")).toEqual({ dtype: "int64", shape: [2], data: BigInt64Array.of(1n, 0n) });
	});

	it("passes over folders, other files and the archive's comment", async () => {
		const arrays = await readNpz(archive("zipfile"));
		expect([...arrays]).toEqual([["folder/x", { dtype: "uint8", shape: [4], data: Uint8Array.of(0, 1, 2, 3) }]]);
	});

	it("names the archive and the file in it", async () => {
		const bytes = archive("savez");
		const damaged = bytes.slice();
		damaged[Buffer.from(bytes).indexOf("NUMPY") + 9] ^= 1;
		await expect(readNpz(damaged, { file: "data.npz" })).rejects.toThrow(/^data\.npz: x\.npy: expected \d+ bytes with checksum/);
	});

	it("refuses an archive without arrays", async () => {
		const end = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Uint8Array(18));
		await expect(readNpz(end)).rejects.toThrow(NpyError);
		await expect(readNpz(end)).rejects.toThrow(/holds no \.npy file/);
	});
});

describe("readZip", () => {
	const bytes = archive("savez_compressed");
	const last = bytes.length - 22;

	it.each([
		[
			"another format",
			Uint8Array.of(0x1f, 0x8b, 8, 0),
			/end record was not found; it starts with bytes 1f 8b 08 00, which looks like gzip/,
		],
		["an empty file", new Uint8Array(0), /it starts with an empty file/],
		["an archive that is cut off", bytes.subarray(0, bytes.length - 3), /end record was not found/],
		["zip64 by its number of files", bytes.with(last + 10, 255).with(last + 11, 255), /zip64, for archives over 4 GiB/],
		["zip64 by its sizes", withDirectoryField(bytes, 24, 0xffffffff), /zip64/],
		["a part of several", bytes.with(last + 4, 1), /several files/],
		["encryption", withDirectoryField(bytes, 8, 1, 2), /x\.npy is encrypted/],
		["another method", archive("bzip2"), /packed by method 12; 0 \(stored\) and 8 \(deflate\) are read/],
		["a wrong directory", bytes.with(last + 16, bytes[last + 16] + 1), /points to byte \d+, where no record is/],
		["a wrong place of the data", withDirectoryField(bytes, 42, 7), /points to byte 7, where no record is/],
		["a name beyond the end", withDirectoryField(bytes, 28, 60_000, 2), /directory is cut off/],
		["data beyond the end", withDirectoryField(bytes, 20, 100_000), /data of a file are cut off/],
		["an impossible size", withDirectoryField(bytes, 24, 4_000_000_000), /cannot have 4000000000 bytes when unpacked from \d+/],
		["more files than there are", bytes.with(last + 10, 3), /where no record is/],
	])("refuses %s", (_name, damaged, message) => {
		expect(() => readZip(damaged)).toThrow(ZipError);
		expect(() => readZip(damaged)).toThrow(message);
	});

	it("refuses files that share bytes", () => {
		const at = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
		const record = bytes.subarray(at, at + 46 + 5 + new DataView(bytes.buffer).getUint16(at + 30, true));
		const end = bytes.slice(last);
		end[10] = 50;
		const overlapping = Uint8Array.from([...bytes.subarray(0, at), ...Array.from({ length: 50 }, () => [...record]).flat(), ...end]);
		expect(() => readZip(overlapping)).toThrow(/its files overlap/);
	});

	it("stops unpacking at the size that the archive gives", async () => {
		const [entry] = readZip(withDirectoryField(bytes, 24, 20));
		await expect(readZipEntry(entry)).rejects.toThrow(CompressionError);
		await expect(readZipEntry(entry)).rejects.toThrow(/zip: x\.npy: unpacks to more than 20 bytes/);
	});

	it("throws nothing but DataError on damaged archives", async () => {
		const files = ["savez", "savez_compressed", "zipfile"].map(archive);
		const change = fc.tuple(fc.nat(1000), fc.nat(255));
		const damage = fc.tuple(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 4 }));
		await fc.assert(
			fc.asyncProperty(damage, async ([file, changes]) => {
				const damaged = file.slice();
				for (const [at, value] of changes) damaged[at % damaged.length] = value;
				await readNpz(damaged).catch((error) => expect(error).toBeInstanceOf(DataError));
			}),
			{ numRuns: 1000 },
		);
	});
});

describe("crc32", () => {
	it("has the check value of the standard", () => {
		expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
		expect(crc32(new Uint8Array(0))).toBe(0);
	});
});
