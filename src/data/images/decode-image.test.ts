import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { DataError } from "../errors.ts";
import { decodeImage, decodeImageFile, type ImageSpec, imageShapeOf, parseImageSpec } from "./decode-image.ts";
import { applyImageScaling } from "./image-scaling.ts";
import { loadSharp } from "./sharp.ts";

const folder = await mkdtemp(join(tmpdir(), "gradus-decode-"));
afterAll(() => rm(folder, { recursive: true }));

const put = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes);

/** An image of one colour. */
const plain = (background: string, width = 8, height = 8) => sharp({ create: { width, height, channels: 3, background } });
/** A grey image, stored as one channel. */
const grey = (pixels: readonly number[], width: number, height: number) =>
	sharp(Uint8Array.from(pixels), { raw: { width, height, channels: 1 } }).toColourspace("b-w");

describe("decodeImage", () => {
	const spec: ImageSpec = { channels: 3, height: 2, width: 2, fit: "cover" };
	const greySpec: ImageSpec = { ...spec, channels: 1 };
	const four = [0, 64, 128, 255];

	it("gives the pixels channel by channel", async () => {
		const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
		const png = await sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } })
			.png()
			.toBuffer();
		expect(await decodeImage(png, spec)).toEqual(Uint8Array.of(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12));
	});

	it("turns images upright as the camera noted", async () => {
		// Orientation 3: upside down.
		const png = await grey(four, 2, 2).withMetadata({ orientation: 3 }).png().toBuffer();
		expect(await decodeImage(png, greySpec)).toEqual(Uint8Array.of(255, 128, 64, 0));
	});

	it("narrows 16 bits to 8", async () => {
		const wide = Uint16Array.from(four, (value) => value * 257);
		const png = await sharp(wide, { raw: { width: 2, height: 2, channels: 1 } })
			.toColourspace("grey16")
			.png()
			.toBuffer();
		expect(await decodeImage(png, greySpec)).toEqual(Uint8Array.from(four));
	});

	it("shows white through transparent pixels", async () => {
		const png = await sharp({ create: { width: 2, height: 2, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
			.png()
			.toBuffer();
		expect(await decodeImage(png, greySpec)).toEqual(Uint8Array.of(255, 255, 255, 255));
	});

	it("cuts, surrounds or stretches images of other proportions", async () => {
		// Black, then white in the middle half, then black.
		const wide = await grey([0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0], 8, 2).png().toBuffer();
		expect(await decodeImage(wide, { ...greySpec, fit: "cover" })).toEqual(Uint8Array.of(255, 255, 255, 255));
		const black = await grey(new Array(16).fill(0), 8, 2).png().toBuffer();
		const contained = await decodeImage(black, { channels: 1, height: 8, width: 8, fit: "contain" });
		expect([contained[0], contained[8 * 4], contained[63]]).toEqual([255, 0, 255]);
		expect(await decodeImage(black, { ...greySpec, fit: "fill" })).toEqual(new Uint8Array(4));
	});

	it("takes the first frame of an animation", async () => {
		const frames = new Uint8Array(2 * 2 * 4 * 3).fill(255, 12);
		const gif = await sharp(frames, { raw: { width: 2, height: 8, channels: 3, pageHeight: 2 } })
			.gif()
			.toBuffer();
		expect(await decodeImage(gif, greySpec)).toEqual(Uint8Array.of(0, 0, 0, 0));
	});

	it("reads a file as a batch of one for predictions", async () => {
		await put("1.png", await plain("#ff0000").png().toBuffer());
		const bytes = await decodeImageFile(join(folder, "1.png"), spec);
		expect(applyImageScaling({ kind: "scale" }, bytes, imageShapeOf(spec))).toEqual(Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0));
	});

	it("says which file cannot be read", async () => {
		await expect(decodeImageFile(join(folder, "absent.png"), spec)).rejects.toThrow(/absent\.png: cannot be read \(ENOENT\)/);
		await expect(decodeImage(new Uint8Array(0), spec)).rejects.toThrow(
			/^image: cannot be decoded \(.+\)\.\n {2}Expected an image, received an empty file/,
		);
		await put("cut.jpg", (await plain("#123456", 64, 64).jpeg().toBuffer()).subarray(0, -10));
		await expect(decodeImageFile(join(folder, "cut.jpg"), spec)).rejects.toThrow(/cut\.jpg: cannot be decoded .*\n.*a JPEG image/);
	});
});

describe("parseImageSpec", () => {
	const spec: ImageSpec = { channels: 3, height: 32, width: 48, fit: "contain" };

	it("reads back what was saved", () => {
		expect(parseImageSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
	});

	it.each([
		[{}],
		[{ ...spec, channels: 2 }],
		[{ ...spec, height: 0 }],
		[{ ...spec, width: 1e9 }],
		[{ ...spec, fit: "inside" }],
		[{ ...spec, more: 1 }],
		[null],
	])("refuses %j", (json) => {
		expect(() => parseImageSpec(json)).toThrow(DataError);
	});
});

describe("loadSharp", () => {
	it("says what to install where it is missing", () => {
		const absent = () => {
			throw new Error("Cannot find module 'sharp'\nRequire stack: …");
		};
		expect(() => loadSharp(absent)).toThrow(DataError);
		expect(() => loadSharp(absent)).toThrow(/needs the package sharp, .* \(Cannot find module 'sharp'\)\.\n {2}Try: npm install sharp$/);
	});
});
