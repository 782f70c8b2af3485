/** What the image transforms of Winograd's convolution share: their arguments, their units, and where products lie. */
import { i32, shuffle32 } from "../assembler.ts";
import type { Host, Kernel } from "../host.ts";
import type { Call, I32, V128, Writer } from "./writer.ts";

/** Bytes of four channels of one pixel or product. */
export const VECTOR_BYTES = 16;
/** Vectors of products that a thread should get at least. */
const GRAIN_VECTORS = 256;

/** Images and their products. */
export interface TileMap {
	/** Address of `[images, channels, height, width]`. */
	readonly images: number;
	/** Address of the product matrices, and the distance between them in bytes. */
	readonly products: number;
	readonly productStep: number;
	readonly channels: number;
	readonly height: number;
	readonly width: number;
	readonly tileRows: number;
	readonly tileColumns: number;
	/** Zeros above and to the left of the image. */
	readonly top: number;
	readonly left: number;
	/** Address of a bias per channel, or 0. */
	readonly bias: number;
}

/** Words of the argument block, in order. */
export const TILE_WORDS = [
	"images",
	"products",
	"productStep",
	"channels",
	"height",
	"width",
	"tileRows",
	"tileColumns",
	"top",
	"left",
	"bias",
] as const satisfies (keyof TileMap)[];

/** The words as a kernel reads them. */
export type TileWords = Record<(typeof TILE_WORDS)[number], I32>;

/** Reads all of them. */
export function readTileWords(call: Call): TileWords {
	return Object.fromEntries(TILE_WORDS.map((name, index) => [name, call.word(index)])) as TileWords;
}

/** Runs a kernel whose units are rows of tiles: image × tile row. */
export function runTileRows(host: Host, kernel: Kernel, map: TileMap, count: number): void {
	const { i32: words } = host.heap;
	for (let i = 0; i < TILE_WORDS.length; i++) words[host.args + i] = map[TILE_WORDS[i]];
	const vectors = map.tileColumns * Math.ceil(map.channels / 4);
	host.run(kernel, count * map.tileRows, Math.ceil(GRAIN_VECTORS / vectors));
}

/** Address of a tile's first vector of channels in the first product matrix. */
export function productVector(words: TileWords, groups: I32, tile: I32): I32 {
	return i32.add(words.products, i32.mul(tile, i32.shl(groups, i32.const(4))));
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
