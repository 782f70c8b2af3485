import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IndexError } from "../../core/errors.ts";
import type { Batch } from "../dataset.ts";
import { DataError } from "../errors.ts";
import { fitImageScaling } from "./fit-image-scaling.ts";
import { ImageDataset } from "./image-dataset.ts";
import { applyImageScaling, type ImageScaling } from "./image-scaling.ts";
import type { ImageShape } from "./image-shape.ts";
import { parseImageScaling } from "./parse-image-scaling.ts";

/** Three images of 2 channels, 1 × 2 pixels; the third is far from the others. */
const shape: ImageShape = [2, 1, 2];
const bytes = Uint8Array.of(0, 51, 255, 255, 102, 153, 255, 255, 255, 255, 0, 0);
const parts = { pixels: bytes, shape, labels: Int32Array.of(0, 1, 1), classes: ["cat", "dog"] };
const dataset = new ImageDataset(parts);
const f = Math.fround;

describe("ImageDataset", () => {
	it("reads images in the order asked for, as bytes / 255", () => {
		const { x, y, rowCount } = dataset.read([1, 0, 1]) as Batch;
		expect(Array.from(x)).toEqual([0.4, 0.6, 1, 1, 0, 0.2, 1, 1, 0.4, 0.6, 1, 1].map(f));
		expect(y).toEqual(Int32Array.of(1, 0, 1));
		expect(rowCount).toBe(3);
	});

	it("knows its size, shape and classes", () => {
		expect(dataset.size).toBe(3);
		expect(dataset.inputShape).toEqual([2, 1, 2]);
		expect(dataset.target).toEqual({ kind: "classes", classes: ["cat", "dog"] });
	});

	it("reads no rows as an empty batch", () => {
		expect(dataset.read([])).toEqual({ x: new Float32Array(0), y: new Int32Array(0), rowCount: 0 });
	});

	it.each([[[3]], [[-1]], [[0.5]], [[Number.NaN]]])("refuses the image numbers %j", (indices) => {
		expect(() => dataset.read(indices)).toThrow(IndexError);
		expect(() => dataset.read(indices)).toThrow(/expected numbers from 0 to 2, received \S+ at place 0/);
	});

	it.each([
		["too few labels", { ...parts, labels: Int32Array.of(0) }, /3 images have 1 labels/],
		["a label without a class", { ...parts, labels: Int32Array.of(0, 2, 1) }, /label of image 1 is 2.*\n.*0 to 1/],
		["half an image", { ...parts, pixels: bytes.subarray(1) }, /11 bytes are no whole number of images/],
		["no shape", { ...parts, shape: undefined }, /expected shape to be \[channels, height, width\], received none/],
		["an empty shape", { ...parts, shape: [0, 2, 2] as const }, /received \[0, 2, 2\]/],
		["a scaling of other channels", { ...parts, scaling: { kind: "channelMean", mean: [0.5] } as const }, /fitted to 1 channels/],
	])("refuses %s", (_name, wrong, message) => {
		expect(() => new ImageDataset(wrong)).toThrow(DataError);
		expect(() => new ImageDataset(wrong)).toThrow(message);
	});
});

describe("fitImageScaling", () => {
	const rows = [0, 1];

	it("takes the mean and deviation of each channel, of the given rows alone", async () => {
		// Channel 0: 0, 0.2, 0.4, 0.6: mean 0.3, variance (0.09 + 0.01 + 0.01 + 0.09) / 4 = 0.05. Channel 1 is constant.
		const scaling = await fitImageScaling(dataset, rows);
		if (scaling.kind !== "standardize") throw new Error(scaling.kind);
		expect(scaling.mean[0]).toBeCloseTo(0.3, 14);
		expect(scaling.deviation[0]).toBeCloseTo(Math.sqrt(0.05), 14);
		expect([scaling.mean[1], scaling.deviation[1]]).toEqual([1, 1]);
	});

	it("makes standardised images have mean 0 and deviation 1, constant channels 0", async () => {
		const scaled = dataset.withScaling(await fitImageScaling(dataset, rows));
		const { x } = await scaled.read(rows);
		const first = [x[0], x[1], x[4], x[5]];
		expect(first.reduce((a, b) => a + b) / 4).toBeCloseTo(0, 6);
		expect(first.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 6);
		expect([x[2], x[3], x[6], x[7]]).toEqual([0, 0, 0, 0]);
	});

	it("subtracts each channel's mean", async () => {
		const { x } = await dataset.withScaling(await fitImageScaling(dataset, rows, "channelMean")).read([0]);
		expect(Array.from(x)).toEqual([f(-0.3), f(-0.1), 0, 0].map((value) => expect.closeTo(value, 6)));
	});

	it("subtracts the mean image", async () => {
		const scaling = await fitImageScaling(dataset, rows, "meanImage");
		expect(scaling).toEqual({ kind: "meanImage", shape: [2, 1, 2], mean: [0.2, 0.4, 1, 1].map((value) => expect.closeTo(value, 14)) });
		const { x } = await dataset.withScaling(scaling).read([1, 2]);
		expect(Array.from(x)).toEqual([0.2, 0.2, 0, 0, 0.8, 0.6, -1, -1].map((value) => expect.closeTo(value, 6)));
	});

	it("does not depend on the order of rows, to the bit", async () => {
		for (const kind of ["meanImage", "channelMean", "standardize"] as const) {
			expect(await fitImageScaling(dataset, [2, 0, 1], kind)).toEqual(await fitImageScaling(dataset, [0, 1, 2], kind));
		}
	});

	it("takes equal bytes of any value for constant", async () => {
		for (const value of [1, 77, 254]) {
			const flat = new ImageDataset({
				pixels: new Uint8Array(999).fill(value),
				shape: [1, 3, 3],
				labels: new Int32Array(111),
				classes: ["a"],
			});
			const scaling = await fitImageScaling(
				flat,
				Array.from({ length: 111 }, (_, i) => i),
			);
			expect(scaling).toEqual({ kind: "standardize", mean: [value / 255], deviation: [1] });
		}
	});

	it("reads many rows in parts", async () => {
		const pixels = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
		const many = new ImageDataset({ pixels, shape: [1, 1, 1], labels: new Int32Array(1000), classes: ["a"] });
		const scaling = await fitImageScaling(many, Array.from(pixels.keys()), "channelMean");
		expect(scaling).toEqual({ kind: "channelMean", mean: [expect.closeTo(pixels.reduce((a, b) => a + b, 0) / 1000 / 255, 14)] });
	});

	it("refuses to fit to nothing, and kinds it does not know", async () => {
		await expect(fitImageScaling(dataset, [])).rejects.toThrow(/at least one training image/);
		await expect(fitImageScaling(dataset, rows, "whiten" as "scale")).rejects.toThrow(/received "whiten"/);
	});
});

describe("applyImageScaling", () => {
	it("refuses images that the scaling was not fitted to", () => {
		const scaling: ImageScaling = { kind: "meanImage", shape: [1, 2, 2], mean: [0, 0, 0, 0] };
		expect(() => applyImageScaling(scaling, bytes, [1, 1, 4])).toThrow(/fitted to images \[1, 2, 2\], received images \[1, 1, 4\]/);
		expect(() => applyImageScaling({ kind: "scale" }, bytes, [5, 1, 1])).toThrow(DataError);
	});
});

describe("parseImageScaling", () => {
	const valid: readonly ImageScaling[] = [
		{ kind: "scale" },
		{ kind: "meanImage", shape: [1, 1, 2], mean: [0.25, 0.5] },
		{ kind: "channelMean", mean: [0.1, 0.2, 0.3] },
		{ kind: "standardize", mean: [0.1], deviation: [0.2] },
	];

	it.each(valid.map((scaling) => [scaling]))("reads back %j", (scaling) => {
		expect(parseImageScaling(JSON.parse(JSON.stringify(scaling)))).toEqual(scaling);
	});

	it.each([
		["null", null],
		["a number", 5],
		["an unknown kind", { kind: "whiten" }],
		["a kind of the prototype", { kind: "constructor" }],
		["a kind that is inherited", Object.create({ kind: "scale" })],
		["another field", { kind: "scale", run: "code" }],
		["a field of the prototype", JSON.parse('{ "kind": "scale", "__proto__": { "a": 1 } }')],
		["no mean", { kind: "channelMean" }],
		["no channels", { kind: "channelMean", mean: [] }],
		["too many channels", { kind: "channelMean", mean: new Array(65).fill(0) }],
		["a mean that is no list", { kind: "channelMean", mean: { length: 1e9 } }],
		["a mean that is no number", { kind: "channelMean", mean: ["0.5"] }],
		["a mean that is not finite", { kind: "channelMean", mean: [Number.POSITIVE_INFINITY] }],
		["a mean above 1", { kind: "channelMean", mean: [1.5] }],
		["deviations of other channels", { kind: "standardize", mean: [0], deviation: [1, 1] }],
		["a deviation of 0", { kind: "standardize", mean: [0], deviation: [0] }],
		["a deviation so small that pixels become infinite", { kind: "standardize", mean: [0], deviation: [1e-320] }],
		["a shape of two axes", { kind: "meanImage", shape: [1, 2], mean: [0, 0] }],
		["a huge shape", { kind: "meanImage", shape: [1, 2 ** 40, 2 ** 40], mean: [0] }],
		["a mean image of another size", { kind: "meanImage", shape: [1, 2, 2], mean: [0] }],
	])("refuses %s", (_name, json) => {
		expect(() => parseImageScaling(json)).toThrow(DataError);
	});

	it("throws nothing but DataError on any JSON", () => {
		const field = fc.constantFrom("kind", "mean", "shape", "deviation", "__proto__");
		const near = fc.dictionary(
			field,
			fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("scale", "meanImage", "standardize", [1, 1, 1], [0])),
		);
		fc.assert(
			fc.property(fc.oneof(near, fc.jsonValue()), (json) => {
				try {
					parseImageScaling(json);
				} catch (error) {
					expect(error).toBeInstanceOf(DataError);
				}
			}),
			{ numRuns: 2000 },
		);
	});
});
