import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors.ts";
import { CompressionError, gunzip, inflate } from "./gzip.ts";
import { IdxError, readIdx } from "./idx.ts";
import { describeStart } from "./signature.ts";

/** An IDX file by the letter of its description. */
const idx = (type: number, shape: readonly number[], data: readonly number[]): Uint8Array =>
	Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]), ...data]);

describe("readIdx", () => {
	it.each([
		["uint8", 8, [0, 255], Uint8Array.of(0, 255)],
		["int8", 9, [1, 255], Int8Array.of(1, -1)],
		["int16", 11, [1, 2, 255, 254], Int16Array.of(258, -2)],
		["int32", 12, [0, 0, 1, 0, 255, 255, 255, 255], Int32Array.of(256, -1)],
		["float32", 13, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], Float32Array.of(1, -2.5)],
		["float64", 14, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], Float64Array.of(1, -2.5)],
	] as const)("reads %s, big-endian", (dtype, type, bytes, data) => {
		expect(readIdx(idx(type, [2], bytes))).toEqual({ dtype, shape: [2], data });
	});

	it("reads several axes, and none", () => {
		expect(readIdx(idx(8, [1, 2, 3], [1, 2, 3, 4, 5, 6])).shape).toEqual([1, 2, 3]);
		expect(readIdx(idx(8, [], [7]))).toEqual({ dtype: "uint8", shape: [], data: Uint8Array.of(7) });
		expect(readIdx(idx(8, [0, 28, 28], []))).toEqual({ dtype: "uint8", shape: [0, 28, 28], data: new Uint8Array(0) });
	});

	it("reads from the middle of a buffer and keeps memory of its own", () => {
		const whole = Uint8Array.of(9, 9, 9, ...idx(11, [1], [1, 2]));
		const { data } = readIdx(whole.subarray(3));
		whole.fill(0);
		expect(data).toEqual(Int16Array.of(258));
	});

	it.each([
		[
			"gzip",
			gzipSync(idx(8, [1], [1])),
			/received bytes 1f 8b 08 .*, which looks like gzip\.\n {2}Try: unpack it first: readIdx\(await gunzip/,
		],
		["a PNG image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), /which looks like a PNG image/],
		["a web page", new TextEncoder().encode("<!DOCTYPE html><html>404"), /which looks like a web page \(HTML\)/],
		["text", new TextEncoder().encode("5,3,1\n2,2,2\n"), /which looks like text/],
		["an empty file", new Uint8Array(0), /received an empty file/],
		["an unknown type", idx(10, [1], [1]), /received bytes 00 00 0a 01/],
		["a header that is cut off", idx(8, [1, 2, 3], []).subarray(0, 9), /expected a header of 16 bytes for 3 axes, received 9/],
		["too many axes", Uint8Array.of(0, 0, 8, 255, 0, 0, 0, 0), /at most 16 axes, received 255/],
		[
			"data that are cut off",
			idx(8, [10, 28, 28], [1, 2, 3]),
			/expected 7840 bytes of data for \[10, 28, 28\] uint8, received 3\.\n {2}Try: fetch/,
		],
		["trailing bytes", idx(8, [2], [1, 2, 3]), /expected 2 bytes .* received 3\.\n {2}Try: check where the 1 bytes behind/],
		["huge lengths", idx(14, [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [1]), /expected \S+ bytes of data for .*, received 1/],
	])("refuses %s", (_name, bytes, message) => {
		const read = () => readIdx(bytes, { file: "train-images" });
		expect(read).toThrow(IdxError);
		expect(read).toThrow(message);
		expect(read).toThrow(/^train-images: /);
	});

	it("throws nothing but DataError on damaged files, and makes nothing larger than the file", () => {
		const files = [idx(8, [2, 2], [1, 2, 3, 4]), idx(14, [1], [1, 2, 3, 4, 5, 6, 7, 8]), idx(11, [1, 1, 2], [1, 2, 3, 4])];
		const change = fc.tuple(fc.nat(24), fc.nat(255));
		const damage = fc.tuple(fc.constantFrom(...files), fc.array(change, { maxLength: 3 }), fc.nat(48));
		fc.assert(
			fc.property(damage, ([file, changes, cut]) => {
				const bytes = file.slice(0, cut);
				for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
				try {
					expect(readIdx(bytes).data.byteLength).toBeLessThanOrEqual(bytes.length);
				} catch (error) {
					expect(error).toBeInstanceOf(DataError);
				}
			}),
			{ numRuns: 5000 },
		);
	});

	it("throws nothing but DataError on any bytes", () => {
		const bytes = fc.uint8Array({ maxLength: 40 }).map((tail) => Uint8Array.of(0, 0, ...tail));
		fc.assert(
			fc.property(bytes, (any) => {
				try {
					readIdx(any);
				} catch (error) {
					expect(error).toBeInstanceOf(IdxError);
				}
			}),
			{ numRuns: 3000 },
		);
	});
});

describe("gunzip", () => {
	const content = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
	const packed = new Uint8Array(gzipSync(content));

	it("unpacks gzip and passes other bytes through", async () => {
		expect(await gunzip(packed)).toEqual(content);
		expect(await gunzip(content)).toBe(content);
		expect(await gunzip(new Uint8Array(gzipSync("")))).toEqual(new Uint8Array(0));
	});

	it.each([
		["is cut off", packed.subarray(0, packed.length - 20)],
		["is damaged", packed.map((byte, i) => (i === 100 ? byte ^ 0x55 : byte))],
		["has a wrong checksum", packed.map((byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte))],
		["is followed by other bytes", Uint8Array.of(...packed, 1, 2, 3)],
	])("refuses a file that %s", async (_name, bytes) => {
		const unpacked = gunzip(bytes, { file: "x.gz" });
		await expect(unpacked).rejects.toThrow(CompressionError);
		await expect(unpacked).rejects.toThrow(/^x\.gz: the \d+ bytes of gzip cannot be unpacked\.\n.*\n {2}Try: fetch/);
	});

	it("stops at the limit", async () => {
		await expect(gunzip(packed, { limitBytes: 99_999 })).rejects.toThrow(/unpacks to more than 99999 bytes/);
		expect(await gunzip(packed, { limitBytes: 100_000 })).toHaveLength(100_000);
	});

	it("throws nothing but DataError on damaged files", async () => {
		const small = new Uint8Array(gzipSync("gradus ".repeat(20)));
		await fc.assert(
			fc.asyncProperty(fc.nat(small.length - 1), fc.nat(255), async (at, value) => {
				await gunzip(small.with(at, value), { limitBytes: 1e6 }).catch((error) => expect(error).toBeInstanceOf(DataError));
			}),
			{ numRuns: 500 },
		);
	});

	it("inflate refuses what is no deflate data", async () => {
		await expect(inflate(Uint8Array.of(255, 1, 2, 3))).rejects.toThrow(/4 bytes of deflate cannot be unpacked/);
	});
});

describe("describeStart", () => {
	it.each([
		[[0xff, 0xd8, 0xff, 0xe0], "a JPEG image"],
		[[...Buffer.from("RIFF\x01\x02\x03\x04WEBP")], "a WebP image"],
		[[0, 0, 8, 3, 0, 0, 0, 1], "IDX, the format of MNIST"],
		[[...Buffer.from("version https://git-lfs.github.com/spec/v1\n")], "a Git LFS pointer, not the file itself"],
		[[0x80, 4, 0x95], "a Python pickle"],
	])("knows %j", (bytes, name) => {
		expect(describeStart(Uint8Array.from(bytes))).toContain(`which looks like ${name}`);
	});

	it("leaves unknown bytes unnamed", () => {
		expect(describeStart(Uint8Array.of(1, 2, 3))).toBe("bytes 01 02 03");
	});
});
