/**
 * 3 × 3 convolutions of stride 1 by Winograd's F(4 × 4, 3 × 3): a quarter of the multiplications. Images become 36 matrices
 * `[tile, channel]`, which are multiplied with 36 matrices of filters, a few images at a time so that they stay in the cache.
 */
import { SCRATCH_BYTES } from "../host.ts";
import type { ConvAddresses, ConvTools } from "./conv-columns.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import { filtersToProducts, productsToFilters } from "./winograd-filters.ts";
import type { TileShape, TileTransform } from "./winograd-map.ts";
import { stripBytes } from "./winograd-strip.ts";
import { productsToSums, sumsFit } from "./winograd-sums.ts";
import { TILE_OUTPUTS, TILE_PRODUCTS } from "./winograd-transforms.ts";

/** Fewest channels on either side for which the transforms pay. */
const FEWEST_CHANNELS = 8;
/** Most outputs computed in tiles that stick out of the image, as a multiple of the outputs needed. */
const WORST_OVERHANG = 2;
/** Bytes of products of images in work at a time: a third of a second-level cache, which images and filters share, but more if the filters' products are large. */
const PRODUCT_BYTES = 320 * 1024;
const PRODUCT_BYTES_PER_FILTER_BYTE = 4;
/** Fewest tiles in all images that make the transforms of the filters worth while. */
const FEWEST_TILES = 16;

/** Whether a convolution's three kernels go this way; depends on sizes alone. */
export function usesWinograd(s: ConvSizes): boolean {
	const overhang = (height: number, width: number): number => (tileCount({ height, width }) * TILE_OUTPUTS ** 2) / (height * width);
	return (
		s.kernelHeight === 3 &&
		s.kernelWidth === 3 &&
		s.groups === 1 &&
		s.stride[0] === 1 &&
		s.stride[1] === 1 &&
		s.dilation[0] === 1 &&
		s.dilation[1] === 1 &&
		s.padding[0] <= 2 &&
		s.padding[1] <= 2 &&
		Math.min(s.inChannels, s.outChannels) >= FEWEST_CHANNELS &&
		s.images * tileCount({ height: s.outHeight, width: s.outWidth }) >= FEWEST_TILES &&
		overhang(s.outHeight, s.outWidth) <= WORST_OVERHANG &&
		overhang(s.height, s.width) <= WORST_OVERHANG &&
		stripBytes(Math.max(s.inChannels, s.outChannels), Math.ceil(Math.max(s.width, s.outWidth) / TILE_OUTPUTS)) <= SCRATCH_BYTES
	);
}

/** Images on one side of a convolution. */
interface Images {
	readonly address: number;
	readonly channels: number;
	readonly height: number;
	readonly width: number;
}

/** One direction of a convolution: source images to products, times filters, products to target images. */
interface Pass {
	readonly images: number;
	readonly source: Images;
	readonly target: Images;
	/** The images that tiles of four outputs divide. */
	readonly tiled: Images;
	readonly weight: { address: number; fromStride: number; toStride: number; flipped: boolean };
	/** The transforms for tiles of the source and of the target. */
	readonly toProducts: (tiles: TilePlan) => TileTransform;
	readonly fromProducts: (tiles: TilePlan) => TileTransform;
	/** Address of a bias or 0. */
	readonly bias: number;
	/** Called for images of the target that are done. */
	readonly afterImages?: (from: number, count: number) => void;
}

/** Tiles and how far apart their products lie. */
type TilePlan = Omit<TileShape, "top" | "left">;

/** out = conv(x, weight) + bias (an address or 0); `afterImages` is called for images that are done. */
export function forwardWinograd(
	tools: ConvTools,
	s: ConvSizes,
	at: ConvAddresses,
	options: { bias: number; afterImages: (from: number, count: number) => void },
): void {
	const [top, left] = s.padding;
	const out = outputOf(s, at);
	runPass(tools, {
		images: s.images,
		source: inputOf(s, at),
		target: out,
		tiled: out,
		weight: { address: at.weight, fromStride: 36, toStride: 36 * s.inChannels, flipped: false },
		toProducts: (tiles) => tools.transforms.toProducts("image", { ...tiles, top, left }),
		fromProducts: (tiles) => tools.transforms.toImages({ ...tiles, top: 0, left: 0 }, { bias: options.bias !== 0 }),
		bias: options.bias,
		afterImages: options.afterImages,
	});
}

/**
 * x = adjoint of the convolution at out. Either a convolution with the filters turned, whose tiles divide x, or every step's adjoint
 * backwards, whose tiles divide out: without padding that is the smaller image.
 */
export function gradInputWinograd(tools: ConvTools, s: ConvSizes, at: ConvAddresses): void {
	const { host } = tools;
	const [x, out] = [inputOf(s, at), outputOf(s, at)];
	const [top, left] = s.padding;
	const common = { images: s.images, source: out, target: x, bias: 0 };
	const backwards =
		tileCount(out) < tileCount(x) && sumsFit({ ...x, tileRows: tilesAlong(out.height), tileColumns: tilesAlong(out.width), top, left });
	if (backwards) {
		runPass(tools, {
			...common,
			tiled: out,
			weight: { address: at.weight, fromStride: 36 * s.inChannels, toStride: 36, flipped: false },
			toProducts: (tiles) => tools.transforms.toProducts("gradient", { ...tiles, top: 0, left: 0 }),
			fromProducts: (tiles) => productsToSums(host, { ...tiles, top, left }),
		});
		return;
	}
	runPass(tools, {
		...common,
		tiled: x,
		weight: { address: at.weight, fromStride: 36 * s.inChannels, toStride: 36, flipped: true },
		toProducts: (tiles) => tools.transforms.toProducts("image", { ...tiles, top: 2 - top, left: 2 - left }),
		fromProducts: (tiles) => tools.transforms.toImages({ ...tiles, top: 0, left: 0 }, { bias: false }),
	});
}

function inputOf(s: ConvSizes, at: ConvAddresses): Images {
	return { address: at.x, channels: s.inChannels, height: s.height, width: s.width };
}

function outputOf(s: ConvSizes, at: ConvAddresses): Images {
	return { address: at.out, channels: s.outChannels, height: s.outHeight, width: s.outWidth };
}

function runPass(tools: ConvTools, pass: Pass): void {
	const { source, target, weight } = pass;
	const plan = { tileRows: tilesAlong(pass.tiled.height), tileColumns: tilesAlong(pass.tiled.width) };
	const tiles = tileCount(pass.tiled);
	const chunk = imagesInWork(pass.images, tiles, source.channels, target.channels);
	const filters = productMatrix(source.channels, target.channels);
	const before = productMatrix(chunk * tiles, source.channels);
	const after = productMatrix(chunk * tiles, target.channels);
	const filterAddress = tools.workspace.reserve(TILE_PRODUCTS * (filters.step + before.step + after.step));
	const beforeAddress = filterAddress + TILE_PRODUCTS * filters.step;
	const afterAddress = beforeAddress + TILE_PRODUCTS * before.step;
	filtersToProducts(tools.host, {
		weight: weight.address,
		products: filterAddress,
		productStep: filters.step,
		rows: source.channels,
		lanes: target.channels,
		rowStride: weight.fromStride,
		laneStride: weight.toStride,
		flipped: weight.flipped,
	});
	const toProducts = pass.toProducts({ ...plan, ...sizesOf(source), productStep: before.step });
	const fromProducts = pass.fromProducts({ ...plan, ...sizesOf(target), productStep: after.step });
	for (let from = 0; from < pass.images; from += chunk) {
		const count = Math.min(chunk, pass.images - from);
		toProducts({ images: addressFrom(source, from), products: beforeAddress, bias: 0 }, count);
		tools.gemm.run({
			batch: TILE_PRODUCTS,
			m: count * tiles,
			n: after.width,
			k: source.channels,
			a: beforeAddress,
			aRow: before.width,
			aColumn: 1,
			aBatch: before.step / 4,
			b: filterAddress,
			bRow: filters.width,
			bColumn: 1,
			bBatch: filters.step / 4,
			c: afterAddress,
			cRow: after.width,
			cBatch: after.step / 4,
			bias: 0,
			accumulate: false,
		});
		fromProducts({ images: addressFrom(target, from), products: afterAddress, bias: pass.bias }, count);
		pass.afterImages?.(from, count);
	}
}

/** weight = Σ over images and tiles of the products of out and x, the chunks of images in order. */
export function gradWeightWinograd(tools: ConvTools, s: ConvSizes, at: ConvAddresses): void {
	const [x, out] = [inputOf(s, at), outputOf(s, at)];
	const tiles = tileCount(out);
	const chunk = imagesInWork(s.images, tiles, s.inChannels, s.outChannels);
	const filters = productMatrix(s.outChannels, s.inChannels);
	const inputs = productMatrix(chunk * tiles, s.inChannels);
	const outputs = productMatrix(chunk * tiles, s.outChannels);
	const filterAddress = tools.workspace.reserve(TILE_PRODUCTS * (filters.step + inputs.step + outputs.step));
	const inputAddress = filterAddress + TILE_PRODUCTS * filters.step;
	const outputAddress = inputAddress + TILE_PRODUCTS * inputs.step;
	const plan = { tileRows: tilesAlong(out.height), tileColumns: tilesAlong(out.width) };
	const [top, left] = s.padding;
	const ofInput = tools.transforms.toProducts("image", { ...plan, ...sizesOf(x), productStep: inputs.step, top, left });
	const ofOutput = tools.transforms.toProducts("gradient", { ...plan, ...sizesOf(out), productStep: outputs.step, top: 0, left: 0 });
	for (let from = 0; from < s.images; from += chunk) {
		const count = Math.min(chunk, s.images - from);
		ofInput({ images: addressFrom(x, from), products: inputAddress, bias: 0 }, count);
		ofOutput({ images: addressFrom(out, from), products: outputAddress, bias: 0 }, count);
		tools.gemm.run({
			batch: TILE_PRODUCTS,
			m: s.outChannels,
			n: filters.width,
			k: count * tiles,
			a: outputAddress,
			aRow: 1,
			aColumn: outputs.width,
			aBatch: outputs.step / 4,
			b: inputAddress,
			bRow: inputs.width,
			bColumn: 1,
			bBatch: inputs.step / 4,
			c: filterAddress,
			cRow: filters.width,
			cBatch: filters.step / 4,
			bias: 0,
			accumulate: from > 0,
		});
	}
	productsToFilters(tools.host, {
		weight: at.weight,
		products: filterAddress,
		productStep: filters.step,
		rows: s.outChannels,
		lanes: s.inChannels,
		rowStride: 36 * s.inChannels,
		laneStride: 36,
		flipped: false,
	});
}

/** How many images to take at a time: a number that depends on sizes alone. */
function imagesInWork(images: number, tiles: number, from: number, to: number): number {
	const perImage = 4 * TILE_PRODUCTS * tiles * (from + to);
	const filters = 4 * TILE_PRODUCTS * from * to;
	const bytes = Math.max(PRODUCT_BYTES, PRODUCT_BYTES_PER_FILTER_BYTE * filters);
	return Math.max(1, Math.min(images, Math.floor(bytes / perImage)));
}

/** Width (elements) of product matrices of that many columns, and the distance between two (bytes): an odd number of cache lines, so that they don't meet in the same sets. */
function productMatrix(rows: number, columns: number): { width: number; step: number } {
	const width = roundUp(columns, 4);
	const lines = Math.ceil((4 * rows * width) / 64);
	return { width, step: 64 * (lines + 1 - (lines % 2)) };
}

function sizesOf({ channels, height, width }: Images): Pick<TileShape, "channels" | "height" | "width"> {
	return { channels, height, width };
}

/** Address of an image. */
function addressFrom({ address, channels, height, width }: Images, image: number): number {
	return address + 4 * image * channels * height * width;
}

function tilesAlong(length: number): number {
	return Math.ceil(length / TILE_OUTPUTS);
}

function tileCount({ height, width }: { height: number; width: number }): number {
	return tilesAlong(height) * tilesAlong(width);
}

function roundUp(value: number, multiple: number): number {
	return Math.ceil(value / multiple) * multiple;
}
