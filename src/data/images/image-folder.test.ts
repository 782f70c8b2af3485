import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ArgumentError } from "../../core/errors.ts";
import type { Batch } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { eachConcurrently } from "./concurrent.ts";
import { openImageFolder } from "./image-folder.ts";
import { commonSize } from "./infer-spec.ts";

const root = await mkdtemp(join(tmpdir(), "gradus-images-"));
afterAll(() => rm(root, { recursive: true }));

let folder: string;
let made = 0;
beforeEach(() => {
	folder = join(root, String(made++));
});

async function put(name: string, bytes: Uint8Array | string): Promise<void> {
	await mkdir(dirname(join(folder, name)), { recursive: true });
	await writeFile(join(folder, name), bytes);
}

/** An image of one colour. */
const plain = (background: string, width = 8, height = 8) => sharp({ create: { width, height, channels: 3, background } });
/** A grey image, stored as one channel. */
const grey = (pixels: readonly number[], width: number, height: number) =>
	sharp(Uint8Array.from(pixels), { raw: { width, height, channels: 1 } }).toColourspace("b-w");
const red = plain("#ff0000").png().toBuffer();
const blue = plain("#0000ff").png().toBuffer();

describe("openImageFolder", () => {
	it("makes a class of each folder, by name, and images of each file, by name", async () => {
		await put("dogs/2.png", await red);
		await put("dogs/10.webp", await plain("#00ff00").webp({ lossless: true }).toBuffer());
		await put("cats/a.JPG", await plain("#ffffff").jpeg().toBuffer());
		await put("cats/b.gif", await blue);
		const { dataset, spec } = await openImageFolder(folder);
		expect(dataset.target).toEqual({ kind: "classes", classes: ["cats", "dogs"] });
		expect(dataset.labels).toEqual(Int32Array.of(0, 0, 1, 1));
		expect(dataset.sources?.map((file) => file.slice(folder.length + 1))).toEqual(
			["cats/a.JPG", "cats/b.gif", "dogs/10.webp", "dogs/2.png"].map((p) => join(p)),
		);
		expect(spec).toEqual({ channels: 3, height: 8, width: 8, fit: "cover" });
		const { x, y } = (await dataset.read([3, 1, 2])) as Batch;
		expect(y).toEqual(Int32Array.of(1, 0, 1));
		const pixel = (image: number): number[] => [0, 1, 2].map((channel) => x[image * 192 + channel * 64 + 17]);
		expect([pixel(0), pixel(1), pixel(2)]).toEqual([
			[1, 0, 0],
			[0, 0, 1],
			[0, 1, 0],
		]);
	});

	it("leaves out hidden files, and tells of others", async () => {
		await put("a/1.png", await red);
		await put("a/.DS_Store", "x");
		await put("a/Thumbs.db", "x");
		await put("a/notes.txt", "x");
		await put("a/more/1.png", await red);
		await put("b/1.png", await red);
		await put(".git/1.png", await red);
		await put("README.md", "x");
		const { dataset, remarks } = await openImageFolder(folder);
		expect(dataset.target.classes).toEqual(["a", "b"]);
		expect(dataset.size).toBe(2);
		expect(remarks.map(({ kind, message }) => [kind, message.slice(folder.length + 1)])).toEqual([
			["ignored", "README.md was ignored: lies beside the class folders."],
			["ignored", `${join("a", "more")} was ignored: a folder in a class.`],
			["ignored", `${join("a", "notes.txt")} was ignored: no image by its name.`],
		]);
	});

	it("follows links", async () => {
		await put("kept/1.png", await red);
		await put("set/b/1.png", await red);
		await symlink(join(folder, "kept"), join(folder, "set", "a"));
		await symlink(join(folder, "nowhere"), join(folder, "set", "c"));
		expect((await openImageFolder(join(folder, "set"))).dataset.target.classes).toEqual(["a", "b"]);
	});

	it("takes images for grey that are stored so, or in colours that are all grey", async () => {
		await put("a/1.png", await grey([0, 64, 128, 255], 2, 2).png().toBuffer());
		await put("b/1.jpg", await plain("#808080").jpeg().toBuffer());
		const opened = await openImageFolder(folder, { size: 2 });
		expect(opened.spec.channels).toBe(1);
		expect(opened.dataset.readBytes([0])).toEqual(Uint8Array.of(0, 64, 128, 255));
		expect((await openImageFolder(folder, { size: 2, channels: 3 })).dataset.inputShape).toEqual([3, 2, 2]);
		await put("b/2.png", await red);
		expect((await openImageFolder(folder)).spec.channels).toBe(3);
	});

	it("takes the median size, in proportion, at most 64, a multiple of 4", async () => {
		await put("a/1.png", await plain("#ff0000", 200, 100).png().toBuffer());
		await put("a/2.png", await plain("#ff0000", 200, 100).png().toBuffer());
		await put("b/1.png", await plain("#ff0000", 30, 900).png().toBuffer());
		expect((await openImageFolder(folder)).dataset.inputShape).toEqual([3, 32, 64]);
		expect((await openImageFolder(folder, { size: [5, 7] })).dataset.inputShape).toEqual([3, 5, 7]);
	});

	it("refuses a damaged image by name, the first of several", async () => {
		await put("a/1.png", await red);
		await put("a/2.png", (await red).subarray(0, 60));
		await put("a/3.png", "<html>");
		await put("b/1.png", await red);
		const opened = openImageFolder(folder);
		await expect(opened).rejects.toThrow(DataError);
		await expect(opened).rejects.toThrow(
			/2\.png: cannot be decoded \(.+\)\.\n {2}Expected an image, received bytes 89 50 .* a PNG image\.\n {2}Try:/,
		);
		await expect(opened).rejects.toMatchObject({ file: join(folder, "a", "2.png") });
	});

	it("leaves damaged images out on request, and says which", async () => {
		await put("a/0.png", "<html>");
		await put("a/1.png", await red);
		await put("b/1.png", await blue);
		for (const cacheBytes of [2 ** 20, 192, 0]) {
			const { dataset, remarks } = await openImageFolder(folder, { corrupt: "skip", size: 8, channels: 3, cacheBytes });
			expect(dataset.labels).toEqual(Int32Array.of(0, 1));
			expect(remarks).toEqual([
				{ kind: "corrupt", file: join(folder, "a", "0.png"), message: expect.stringMatching(/0\.png: cannot be decoded.*\n.*a web page/) },
			]);
			const { x } = await dataset.read([1, 0]);
			expect([x[0], x[128], x[192], x[192 + 128]]).toEqual([0, 1, 1, 0]);
		}
	});

	it("refuses a class of which no image is left", async () => {
		await put("a/1.png", "x");
		await put("b/1.png", await red);
		await expect(openImageFolder(folder, { corrupt: "skip" })).rejects.toThrow(/of the class "a" no image can be decoded\. .*1\.png/);
	});

	it("reads the same images with any cache", async () => {
		for (const [i, name] of ["a/1.png", "a/2.png", "b/1.png", "b/2.png", "b/3.png"].entries()) {
			await put(
				name,
				await grey(
					Array.from({ length: 16 }, (_, pixel) => 10 * i + pixel),
					4,
					4,
				)
					.png()
					.toBuffer(),
			);
		}
		const indices = [4, 0, 2, 2, 1, 3];
		const whole = (await openImageFolder(folder)).dataset.read(indices);
		expect(whole).not.toBeInstanceOf(Promise);
		for (const cacheBytes of [0, 15, 16, 47, 80]) {
			const { dataset } = await openImageFolder(folder, { cacheBytes });
			expect(await dataset.read(indices)).toEqual(whole);
		}
	});

	it("refuses damaged images beyond the cache when they are read", async () => {
		await put("a/1.png", await red);
		await put("b/1.png", "x");
		const { dataset } = await openImageFolder(folder, { size: 8, channels: 3, cacheBytes: 192 });
		expect(dataset.read([0])).not.toBeInstanceOf(Promise);
		await expect(dataset.read([0, 1])).rejects.toThrow(/1\.png: cannot be decoded/);
	});

	it("tells how far it is, and stops when told", async () => {
		for (const name of ["a/1.png", "a/2.png", "b/1.png"]) await put(name, await red);
		const progress: string[] = [];
		await openImageFolder(folder, { onProgress: (done, total) => progress.push(`${done}/${total}`) });
		expect(progress).toEqual(["1/3", "2/3", "3/3"]);
		const abort = AbortSignal.abort(new Error("enough"));
		await expect(openImageFolder(folder, { signal: abort })).rejects.toThrow("enough");
	});

	it("says what folder it expects", async () => {
		await mkdir(folder);
		await expect(openImageFolder(folder)).rejects.toThrow(
			/a folder for each of at least two classes, received no folder in it\.\n {2}Try: sort/,
		);
		await put("1.png", await red);
		await expect(openImageFolder(folder)).rejects.toThrow(/received 1 images and no folder/);
		await put("cats/1.png", await red);
		await expect(openImageFolder(folder)).rejects.toThrow(/received only "cats"/);
		await mkdir(join(folder, "dogs"));
		await expect(openImageFolder(folder)).rejects.toThrow(/images of the class "dogs", found nothing/);
		await put("dogs/readme.txt", "x");
		await expect(openImageFolder(folder)).rejects.toThrow(/found readme\.txt\.\n {2}Try: put images there/);
		await expect(openImageFolder(join(folder, "absent"))).rejects.toThrow(/expected a folder that can be read \(ENOENT\)/);
	});

	it("knows a folder of parts when it sees one", async () => {
		await put("train/cats/1.png", await red);
		await put("val/cats/1.png", await red);
		await expect(openImageFolder(folder)).rejects.toThrow(/images of the class "train", found cats\.\n {2}Try: open .*train itself/);
	});

	it("refuses options that make no sense", async () => {
		await put("a/1.png", await red);
		await put("b/1.png", await red);
		for (const options of [
			{ size: 0 },
			{ size: [8] },
			{ size: 1e6 },
			{ channels: 2 },
			{ channels: 4 },
			{ fit: "crop" },
			{ colour: true },
		]) {
			await expect(openImageFolder(folder, options as object)).rejects.toThrow(ArgumentError);
		}
	});
});

describe("commonSize", () => {
	it.each([
		[
			[28, 28],
			[28, 28],
		],
		[
			[100, 50],
			[32, 64],
		],
		[
			[1, 1],
			[4, 4],
		],
		[
			[4000, 3000],
			[48, 64],
		],
		[
			[10_000, 1],
			[4, 64],
		],
	])("of %j is %j", ([width, height], size) => {
		expect(commonSize([{ width, height }])).toEqual(size);
	});
});

describe("eachConcurrently", () => {
	it("runs every task, never more at a time than allowed", async () => {
		const [finished, running] = [new Set<number>(), { now: 0, most: 0 }];
		await eachConcurrently(20, 3, async (i) => {
			running.most = Math.max(running.most, ++running.now);
			await new Promise((done) => setTimeout(done, (i * 7) % 5));
			running.now--;
			finished.add(i);
		});
		expect([finished.size, running.most]).toEqual([20, 3]);
	});

	it("throws for the lowest task that failed, after those that run have ended", async () => {
		let ended = 0;
		const tasks = eachConcurrently(100, 4, async (i) => {
			await new Promise((done) => setTimeout(done, 10 - i));
			ended++;
			if (i >= 2) throw new Error(`task ${i}`);
		});
		await expect(tasks).rejects.toThrow("task 2");
		expect(ended).toBeLessThan(10);
	});
});
