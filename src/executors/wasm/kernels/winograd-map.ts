/** What the image transforms of Winograd's convolution share: the shapes they are made for, their units, and where products lie. */
import { i32, type ModuleBuilder, shuffle32 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { TILE_OUTPUTS } from "./winograd-transforms.ts";
import { type Call, type I32, type V128, type Writer, writeKernel } from "./writer.ts";

/** Bytes of four channels of one pixel or product. */
export const VECTOR_BYTES = 16;
/** Vectors of products that a thread should get at least. */
export const GRAIN_VECTORS = 256;

/**
 * Images and their products, without where they lie. Code is made for one shape: all offsets are then part of its instructions, which
 * takes a third of them away.
 */
export interface TileShape {
	/** Distance between the product matrices in bytes. */
	readonly productStep: number;
	/** Of the images, `[images, channels, height, width]`. */
	readonly channels: number;
	readonly height: number;
	readonly width: number;
	readonly tileRows: number;
	readonly tileColumns: number;
	/** Zeros above and to the left of the image. */
	readonly top: number;
	readonly left: number;
}

/** Addresses of images, of the product matrices, and of a bias per channel. */
export interface TileAddresses {
	readonly images: number;
	readonly products: number;
	/** 0: none. */
	readonly bias: number;
}

/** The addresses as a kernel reads them. */
export type TilePointers = Record<keyof TileAddresses, I32>;

/** Transforms `count` images. */
export type TileTransform = (at: TileAddresses, count: number) => void;

/** What is made products of. `image`: tiles of 6 × 6 pixels, 4 apart; `gradient`: tiles of 4 × 4. */
export type TileSource = "image" | "gradient";

/** Makes the transforms between images and products. */
export interface ImageTransforms {
	toProducts(source: TileSource, shape: TileShape): TileTransform;
	/** With a bias added to each channel, or without. */
	toImages(shape: TileShape, options: { bias: boolean }): TileTransform;
}

/** What a transform is made of: its name, its units and its code. */
export interface TileKernel {
	readonly name: string;
	readonly shape: TileShape;
	/** Units of an image, and how many a thread should get at least. */
	readonly units: number;
	readonly grain: number;
	write(w: Writer, call: Call, at: TilePointers, module: ModuleBuilder): void;
}

/** The transform; its code is made when a shape is met for the first time. */
export function tileTransform(host: Host, of: TileKernel): TileTransform {
	const { channels, height, width, tileRows, tileColumns, top, left, productStep } = of.shape;
	const key = `winograd ${of.name} ${[channels, height, width, tileRows, tileColumns, top, left, productStep].join(" ")}`;
	const kernel = host.kernel(key, (module) =>
		writeKernel(module, host.relaxedSimd, (w, call) => {
			const [images, products, bias] = [0, 1, 2].map(call.word);
			of.write(w, call, { images, products, bias }, module);
		}),
	);
	return ({ images, products, bias }, count) => {
		const { i32: words } = host.heap;
		words[host.args] = images;
		words[host.args + 1] = products;
		words[host.args + 2] = bias;
		host.run(kernel, count * of.units, of.grain);
	};
}

/** Units that are rows of tiles: image × tile row. */
export function tileRowUnits(shape: TileShape): Pick<TileKernel, "units" | "grain"> {
	return { units: shape.tileRows, grain: Math.ceil(GRAIN_VECTORS / (shape.tileColumns * groupCount(shape))) };
}

/** Vectors of four channels of one pixel or product. */
export function groupCount({ channels }: TileShape): number {
	return Math.ceil(channels / 4);
}

/** Bytes of a plane of an image. */
export function planeBytes({ height, width }: TileShape): number {
	return 4 * height * width;
}

/** Address of a tile's first vector of channels in the first product matrix. */
export function productVector(at: TilePointers, shape: TileShape, tile: I32): I32 {
	return i32.add(at.products, i32.mul(tile, i32.const(groupCount(shape) * VECTOR_BYTES)));
}

/** Rows of tiles up to `end` of which the same rows of pixels, `from … to − 1`, lie inside the image. */
export interface RowRange {
	readonly end: number;
	readonly from: number;
	readonly to: number;
}

/** The ranges of rows of tiles, each `span` pixels high, in order. */
export function rowRanges({ tileRows, height, top }: TileShape, span: number): RowRange[] {
	const ranges: RowRange[] = [];
	for (let row = 0; row < tileRows; row++) {
		const first = TILE_OUTPUTS * row - top;
		const to = Math.max(0, Math.min(span, height - first));
		const range = { end: row + 1, from: Math.min(to, Math.max(0, -first)), to };
		const last = ranges.at(-1);
		if (last?.from === range.from && last.to === range.to) ranges.pop();
		ranges.push(range);
	}
	return ranges;
}

/** The transpose of four vectors. */
export function transposed(w: Writer, [r0, r1, r2, r3]: readonly V128[]): V128[] {
	const low01 = w.let(shuffle32(r0, r1, [0, 4, 1, 5]));
	const low23 = w.let(shuffle32(r2, r3, [0, 4, 1, 5]));
	const high01 = w.let(shuffle32(r0, r1, [2, 6, 3, 7]));
	const high23 = w.let(shuffle32(r2, r3, [2, 6, 3, 7]));
	return [
		w.let(shuffle32(low01, low23, [0, 1, 4, 5])),
		w.let(shuffle32(low01, low23, [2, 3, 6, 7])),
		w.let(shuffle32(high01, high23, [0, 1, 4, 5])),
		w.let(shuffle32(high01, high23, [2, 3, 6, 7])),
	];
}
