import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeIf, requires } from "../../../test/requires.ts";
import type { Batch } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { IdxError } from "../files/idx.ts";
import { fitImageScaling } from "./fit-image-scaling.ts";
import { type ImageSplits, openIdxFolder } from "./idx-folder.ts";

const uint32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const idx = (shape: readonly number[], data: readonly number[], type = 8): Uint8Array =>
	Uint8Array.of(0, 0, type, shape.length, ...shape.flatMap(uint32), ...data);

const root = await mkdtemp(join(tmpdir(), "gradus-idx-"));
afterAll(() => rm(root, { recursive: true }));

let folder: string;
let made = 0;
beforeEach(async () => {
	folder = join(root, String(made++));
	await mkdir(folder);
});

const put = (files: Readonly<Record<string, Uint8Array>>) =>
	Promise.all(Object.entries(files).map(([name, bytes]) => writeFile(join(folder, name), bytes)));

const train = { "train-images-idx3-ubyte": idx([2, 1, 2], [1, 2, 3, 4]), "train-labels-idx1-ubyte": idx([2], [0, 2]) };

describe("openIdxFolder", () => {
	it("opens a training part alone", async () => {
		await put(train);
		const { train: dataset, test, classes } = await openIdxFolder(folder);
		expect(dataset.inputShape).toEqual([1, 1, 2]);
		expect(dataset.readBytes([1])).toEqual(Uint8Array.of(3, 4));
		expect(dataset.labels).toEqual(Int32Array.of(0, 2));
		expect(classes).toEqual(["0", "1", "2"]);
		expect(test).toBeNull();
	});

	it("opens compressed files, other spellings, and images of several channels", async () => {
		await put({
			"emnist-x-train-images-idx3-ubyte.gz": gzipSync(idx([1, 3, 1, 1], [7, 8, 9])),
			"train-labels.idx1-ubyte": idx([1], [0]),
			"t10k-images-500-idx3-ubyte.gz": gzipSync(idx([1, 3, 1, 1], [1, 1, 1])),
			"test-labels-idx1-ubyte": idx([1], [3]),
			"notes.txt": new TextEncoder().encode("hello"),
		});
		const { train: dataset, test, classes } = await openIdxFolder(folder);
		expect(dataset.inputShape).toEqual([3, 1, 1]);
		expect(test?.labels).toEqual(Int32Array.of(3));
		expect(classes).toEqual(["0", "1", "2", "3"]);
	});

	it("takes the unpacked file where both are there", async () => {
		await put({ ...train, "train-images-idx3-ubyte.gz": Uint8Array.of(1, 2, 3) });
		expect((await openIdxFolder(folder)).train.size).toBe(2);
	});

	it.each([
		["no files", {}, /expected train-images-idx3-ubyte\.gz and train-labels-idx1-ubyte\.gz, found no such file\.\n {2}Try: put them there/],
		["no labels", { "train-images-idx3-ubyte": train["train-images-idx3-ubyte"] }, /expected train-labels-idx1-ubyte\.gz, found no/],
		["no test labels", { ...train, "t10k-images-idx3-ubyte": idx([1, 1, 2], [1, 2]) }, /expected t10k-labels-idx1-ubyte\.gz/],
		["two files of a part", { ...train, "train-images-10k-idx3-ubyte": idx([1, 1, 1], [1]) }, /one file of train images, received .* and /],
		["labels of other images", { ...train, "train-labels-idx1-ubyte": idx([3], [0, 1, 2]) }, /has 2 images, .* has 3 labels/],
		[
			"test images of another size",
			{ ...train, "t10k-images-idx3-ubyte": idx([1, 1, 1], [1]), "t10k-labels-idx1-ubyte": idx([1], [1]) },
			/test images are \[1, 1, 1\], the training images \[1, 1, 2\]/,
		],
		[
			"images as numbers of another type",
			{ ...train, "train-images-idx3-ubyte": idx([1, 1, 1], [0, 1], 11) },
			/expected images .* received \[1, 1, 1\] of int16/,
		],
		[
			"labels of two axes",
			{ ...train, "train-labels-idx1-ubyte": idx([1, 2], [0, 1]) },
			/expected labels \[n\] of uint8, at least one, received \[1, 2\]/,
		],
		["no images in the file", { ...train, "train-images-idx3-ubyte": idx([0, 28, 28], []) }, /at least one, received \[0, 28, 28\]/],
		[
			"a damaged gzip file",
			{
				"train-images-idx3-ubyte.gz": gzipSync(train["train-images-idx3-ubyte"]).subarray(0, 20),
				"train-labels-idx1-ubyte": idx([2], [0, 1]),
			},
			/train-images-idx3-ubyte\.gz: the 20 bytes of gzip cannot be unpacked/,
		],
	])("refuses a folder with %s", async (_name, files, message) => {
		await put(files as Record<string, Uint8Array>);
		const opened = openIdxFolder(folder);
		await expect(opened).rejects.toThrow(DataError);
		await expect(opened).rejects.toThrow(message);
	});

	it("names the file that is no IDX", async () => {
		await put({ ...train, "train-labels-idx1-ubyte": new TextEncoder().encode("<!DOCTYPE html>") });
		const opened = openIdxFolder(folder);
		await expect(opened).rejects.toThrow(IdxError);
		await expect(opened).rejects.toThrow(/train-labels-idx1-ubyte: expected an IDX file.*a web page/);
	});

	it("refuses what is no folder", async () => {
		await put(train);
		await expect(openIdxFolder(join(folder, "absent"))).rejects.toThrow(/expected a folder that can be read \(ENOENT\)/);
		await expect(openIdxFolder(join(folder, "train-labels-idx1-ubyte"))).rejects.toThrow(/\(ENOTDIR\)\.\n {2}Try: give the folder/);
	});
});

describeIf(requires.mnist, "MNIST", () => {
	let splits: ImageSplits;
	beforeAll(async () => {
		splits = await openIdxFolder(requires.mnist.location as string);
	});

	it("has 28 × 28 grey digits", () => {
		expect(splits.train.inputShape).toEqual([1, 28, 28]);
		expect([splits.train.size, splits.test?.size]).toEqual([10_000, 10_000]);
		expect(splits.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
	});

	it("has the labels that NumPy reads", () => {
		const count = (labels: Int32Array): number[] => splits.classes.map((_, digit) => labels.filter((label) => label === digit).length);
		expect([...splits.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
		expect(count(splits.train.labels)).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
		expect([...splits.test!.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
		expect(count(splits.test!.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
	});

	it("has the pixels that NumPy reads", () => {
		const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0);
		const all = Array.from({ length: 10_000 }, (_, i) => i);
		expect(sum(splits.train.readBytes(all) as Uint8Array)).toBe(262_146_600);
		expect(sum(splits.test!.readBytes(all) as Uint8Array)).toBe(264_923_200);
		expect(sum(splits.train.readBytes([0]) as Uint8Array)).toBe(27_525);
		expect(sum(splits.train.readBytes([1]) as Uint8Array)).toBe(31_095);
	});

	it("has the mean and deviation that NumPy computes", async () => {
		const rows = Array.from({ length: 10_000 }, (_, i) => i);
		const scaling = await fitImageScaling(splits.train, rows);
		expect(scaling).toEqual({
			kind: "standardize",
			mean: [expect.closeTo(0.13112575030012005, 14)],
			deviation: [expect.closeTo(0.30869854650158773, 14)],
		});
		const { x } = splits.test!.withScaling(scaling).read([0]) as Batch;
		expect(x).toHaveLength(784);
		expect(x[0]).toBeCloseTo(-0.13112575030012005 / 0.30869854650158773, 6);
	});
});
