/**
 * The transforms of images for Winograd's convolution. Products lie as 36 matrices `[tile, channel]`, channels padded to a
 * multiple of four; each step works on four channels of a tile at once. Units are rows of tiles: image × tile row.
 */
import { f32x4, i32, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { TILE_OUTPUTS, TILE_SPAN, WinogradTransforms } from "./winograd-transforms.ts";
import { type I32, smaller, type V128, wordAt, type Writer, writeKernel } from "./writer.ts";

const VECTOR_BYTES = 16;
/** Multiply-adds or so that a thread should get at least. */
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

const WORDS = [
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

type Words = Record<(typeof WORDS)[number], I32>;

/** What a kernel makes of images. `image`: tiles of 6 × 6 pixels, 4 apart; `gradient`: tiles of 4 × 4. */
export type TileSource = "image" | "gradient";

/** Transforms `count` images to products. */
export function imagesToProducts(host: Host, source: TileSource, map: TileMap, count: number): void {
	const kernel = host.kernel(`winograd ${source}`, (module) => buildToProducts(module, source, host.relaxedSimd));
	runTileRows(host, kernel, map, count);
}

/** Transforms products to `count` images of outputs, the bias added. */
export function productsToImages(host: Host, map: TileMap, count: number): void {
	const kernel = host.kernel("winograd outputs", (module) => buildToImages(module, host.relaxedSimd));
	runTileRows(host, kernel, map, count);
}

function runTileRows(host: Host, kernel: ReturnType<Host["kernel"]>, map: TileMap, count: number): void {
	const { i32: words } = host.heap;
	for (let i = 0; i < WORDS.length; i++) words[host.args + i] = map[WORDS[i]];
	const vectors = map.tileColumns * Math.ceil(map.channels / 4);
	host.run(kernel, count * map.tileRows, Math.ceil(GRAIN_VECTORS / vectors));
}

/** Bytes of scratch that a row of tiles needs. */
export function stripBytes(channels: number, tileColumns: number): number {
	return Math.ceil(channels / 4) * TILE_SPAN * (TILE_OUTPUTS * tileColumns + 4) * VECTOR_BYTES;
}

function buildToProducts(module: ModuleBuilder, source: TileSource, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = Object.fromEntries(WORDS.map((name, index) => [name, call.word(index)])) as Words;
		const isImage = source === "image";
		const constants = isImage ? WinogradTransforms.imageConstants : WinogradTransforms.gradientConstants;
		const transforms = new WinogradTransforms(w, relaxed, constants);
		const span = isImage ? TILE_SPAN : TILE_OUTPUTS;
		const transform = isImage ? transforms.image : transforms.gradient;
		const strip = new Strip(w, words, { scratch: module.scratch, span });
		w.loop({ from: call.start, to: call.end }, (unit) => {
			strip.fill(unit);
			// Down the columns, in place.
			w.loop({ from: i32.const(0), to: strip.groups }, (group) => {
				const column = w.variable(strip.at(group));
				const end = w.let(i32.add(column.get, strip.rowBytes));
				w.repeat(() => {
					const rows = strip.rowPointers(column.get);
					const results = transform(rows.slice(0, span).map((row) => w.let(v128.load(row))));
					results.forEach((result, i) => w.do(v128.store(rows[i], result)));
					w.do(column.set(i32.add(column.get, i32.const(VECTOR_BYTES))));
					return i32.ltU(column.get, end);
				});
			});
			// Along the rows, to the products.
			const firstTile = w.let(i32.mul(unit, words.tileColumns));
			w.loop({ from: i32.const(0), to: words.tileColumns }, (tile) => {
				const vector = w.variable(productVector(words, strip.groups, i32.add(firstTile, tile)));
				const from = w.variable(i32.add(strip.address, i32.shl(tile, i32.const(6))));
				w.loop({ from: i32.const(0), to: strip.groups }, () => {
					const target = w.variable(vector.get);
					for (const row of strip.rowPointers(from.get)) {
						const pixels = Array.from({ length: span }, (_, j) => w.let(v128.load(row, j * VECTOR_BYTES)));
						for (const result of transform(pixels)) {
							w.do(v128.store(target.get, result), target.set(i32.add(target.get, words.productStep)));
						}
					}
					w.do(vector.set(i32.add(vector.get, i32.const(VECTOR_BYTES))), from.set(i32.add(from.get, strip.groupBytes)));
				});
			});
		});
	});
}

/** Address of a tile's first vector of channels in the first product matrix. */
function productVector(words: Words, groups: I32, tile: I32): I32 {
	return i32.add(words.products, i32.mul(tile, i32.shl(groups, i32.const(4))));
}

/** The pixels of one row of tiles in scratch: `[channel group, row, column]` vectors of four channels. */
class Strip {
	readonly #w: Writer;
	readonly #words: Words;
	readonly #span: number;
	readonly address: I32;
	readonly groups: I32;
	readonly columns: I32;
	readonly rowBytes: I32;
	readonly groupBytes: I32;
	readonly #left: I32;
	readonly #inside: I32;
	readonly #planeBytes: I32;

	constructor(w: Writer, words: Words, options: { scratch: I32; span: number }) {
		this.#w = w;
		this.#words = words;
		this.#span = options.span;
		this.address = w.let(options.scratch);
		this.groups = w.let(i32.shrU(i32.add(words.channels, i32.const(3)), i32.const(2)));
		const overlap = options.span - TILE_OUTPUTS;
		this.columns = w.let(i32.add(i32.shl(words.tileColumns, i32.const(2)), i32.const(overlap)));
		this.rowBytes = w.let(i32.shl(this.columns, i32.const(4)));
		this.groupBytes = w.let(i32.mul(this.rowBytes, i32.const(TILE_SPAN)));
		this.#left = w.let(smaller(words.left, this.columns));
		const room = w.let(i32.sub(this.columns, this.#left));
		this.#inside = w.let(smaller(words.width, room));
		this.#planeBytes = w.let(i32.shl(i32.mul(words.height, words.width), i32.const(2)));
	}

	/** Address of a group's first vector. */
	at(group: I32): I32 {
		return i32.add(this.address, i32.mul(group, this.groupBytes));
	}

	/** The addresses below `first` in each of the six rows. */
	rowPointers(first: I32): I32[] {
		const rows = [first];
		while (rows.length < TILE_SPAN) rows.push(this.#w.let(i32.add(rows[rows.length - 1], this.rowBytes)));
		return rows;
	}

	/** Brings in the pixels of row of tiles `unit`, zeros outside the image. */
	fill(unit: I32): void {
		const [w, words] = [this.#w, this.#words];
		const image = w.let(i32.divU(unit, words.tileRows));
		const tileRow = w.let(i32.sub(unit, i32.mul(image, words.tileRows)));
		const firstRow = w.let(i32.sub(i32.shl(tileRow, i32.const(2)), words.top));
		const planes = w.let(i32.add(words.images, i32.mul(i32.mul(image, words.channels), this.#planeBytes)));
		w.loop({ from: i32.const(0), to: this.groups }, (group) => {
			const channel = w.let(i32.shl(group, i32.const(2)));
			const last = w.let(i32.sub(words.channels, i32.const(1)));
			const target = w.variable(this.at(group));
			w.loop({ from: i32.const(0), to: i32.const(this.#span) }, (i) => {
				const y = w.let(i32.add(firstRow, i));
				const end = w.let(i32.add(target.get, this.rowBytes));
				w.when(i32.ltU(y, words.height), () => {
					const offset = w.let(i32.add(planes, i32.shl(i32.mul(y, words.width), i32.const(2))));
					const sources = [0, 1, 2, 3].map((lane) => {
						const index = w.let(i32.add(channel, i32.const(lane)));
						return w.variable(i32.add(offset, i32.mul(smaller(index, last), this.#planeBytes)));
					});
					this.#clear(target, w.let(i32.add(target.get, i32.shl(this.#left, i32.const(4)))));
					this.#interleave(target, sources);
				});
				this.#clear(target, end);
			});
		});
	}

	#clear(target: ReturnType<Writer["variable"]>, end: I32): void {
		this.#w.when(i32.ltU(target.get as I32, end), () =>
			this.#w.repeat(() => {
				this.#w.do(v128.store(target.get as I32, f32x4.const(0)));
				this.#w.do(target.set(i32.add(target.get as I32, i32.const(VECTOR_BYTES))));
				return i32.ltU(target.get as I32, end);
			}),
		);
	}

	/** Pixels of four channels, one after another in four planes, become vectors of four channels. */
	#interleave(target: ReturnType<Writer["variable"]>, sources: readonly ReturnType<Writer["variable"]>[]): void {
		const w = this.#w;
		const x = w.variable(i32.const(0));
		const advance = (count: number): void => {
			for (const source of sources) w.do(source.set(i32.add(source.get as I32, i32.const(4 * count))));
			w.do(target.set(i32.add(target.get as I32, i32.const(VECTOR_BYTES * count))));
		};
		w.advance(x, { to: i32.and(this.#inside, i32.const(-4)), step: 4 }, () => {
			const columns = transposed(w, sources.map((source) => w.let(v128.load(source.get as I32))));
			columns.forEach((vector, j) => w.do(v128.store(target.get as I32, vector, j * VECTOR_BYTES)));
			advance(4);
		});
		w.advance(x, { to: this.#inside }, () => {
			let vector = w.let(v128.load32Zero(sources[0].get as I32));
			for (const lane of [1, 2, 3]) vector = w.let(v128.load32Lane(sources[lane].get as I32, vector, lane));
			w.do(v128.store(target.get as I32, vector));
			advance(1);
		});
	}
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

function buildToImages(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = Object.fromEntries(WORDS.map((name, index) => [name, call.word(index)])) as Words;
		const transforms = new WinogradTransforms(w, relaxed, WinogradTransforms.outputConstants);
		const groups = w.let(i32.shrU(i32.add(words.channels, i32.const(3)), i32.const(2)));
		const scratch = w.let(module.scratch);
		const four = i32.const(TILE_OUTPUTS);
		const planeBytes = w.let(i32.shl(i32.mul(words.height, words.width), i32.const(2)));
		const widthBytes = w.let(i32.shl(words.width, i32.const(2)));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const image = w.let(i32.divU(unit, words.tileRows));
			const firstRow = w.let(i32.shl(i32.sub(unit, i32.mul(image, words.tileRows)), i32.const(2)));
			const rowOffset = i32.mul(firstRow, widthBytes);
			const planes = w.let(i32.add(words.images, i32.add(i32.mul(i32.mul(image, words.channels), planeBytes), rowOffset)));
			const firstTile = w.let(i32.mul(unit, words.tileColumns));
			const rowsLeft = w.let(i32.sub(words.height, firstRow));
			w.loop({ from: i32.const(0), to: words.tileColumns }, (tile) => {
				const vector = w.variable(productVector(words, groups, i32.add(firstTile, tile)));
				const target = w.variable(i32.add(planes, i32.shl(tile, i32.const(4))));
				const columnsLeft = w.let(i32.sub(words.width, i32.shl(tile, i32.const(2))));
				w.loop({ from: i32.const(0), to: groups }, (group) => {
					downColumns(w, transforms, { products: vector.get, step: words.productStep, scratch });
					const bias = w.variable(f32x4.const(0));
					const channel = w.let(i32.shl(group, i32.const(2)));
					w.when(words.bias, () => w.do(bias.set(v128.load(wordAt(words.bias, channel)))));
					const channelsLeft = w.let(i32.sub(words.channels, channel));
					const rows = Array.from({ length: TILE_OUTPUTS }, (_, row) => () => {
						const pixels = transforms.outputs(rowOf(w, scratch, row));
						return transposed(w, pixels.map((pixel) => w.let(f32x4.add(pixel, bias.get))));
					});
					const place = { address: target.get, planeBytes, widthBytes };
					w.when(
						i32.and(i32.geS(rowsLeft, four), i32.and(i32.geS(columnsLeft, four), i32.geS(channelsLeft, four))),
						() => storeTile(w, rows, place),
						() => storePart(w, rows, place, { rows: rowsLeft, columns: columnsLeft, channels: channelsLeft }),
					);
					w.do(vector.set(i32.add(vector.get, i32.const(VECTOR_BYTES))));
					w.do(target.set(i32.add(target.get, i32.shl(planeBytes, i32.const(2)))));
				});
			});
		});
	});
}

/** Where a tile of outputs goes. */
interface TilePlace {
	readonly address: I32;
	readonly planeBytes: I32;
	readonly widthBytes: I32;
}

/** Stores four rows, each of which is made when its turn comes: a vector of pixels for each of four channels. */
function storeTile(w: Writer, rows: readonly (() => V128[])[], { address, planeBytes, widthBytes }: TilePlace): void {
	const planes = [w.variable(address)];
	while (planes.length < 4) planes.push(w.variable(i32.add(planes[planes.length - 1].get, planeBytes)));
	for (const row of rows) {
		row().forEach((pixels, lane) => {
			w.do(v128.store(planes[lane].get, pixels), planes[lane].set(i32.add(planes[lane].get, widthBytes)));
		});
	}
}

/** The same for a tile that sticks out below, to the right or beyond the last channel. */
function storePart(
	w: Writer,
	rows: readonly (() => V128[])[],
	{ address, planeBytes, widthBytes }: TilePlace,
	left: { rows: I32; columns: I32; channels: I32 },
): void {
	rows.forEach((row, index) => {
		w.when(i32.gtS(left.rows, i32.const(index)), () => {
			const place = w.variable(i32.add(address, i32.mul(widthBytes, i32.const(index))));
			row().forEach((pixels, lane) => {
				w.when(i32.gtS(left.channels, i32.const(lane)), () => {
					w.when(
						i32.geS(left.columns, i32.const(TILE_OUTPUTS)),
						() => w.do(v128.store(place.get, pixels)),
						() => w.storeSome(place.get, pixels, left.columns),
					);
					w.do(place.set(i32.add(place.get, planeBytes)));
				});
			});
		});
	});
}

/** Transforms the six columns of products to four rows each, into scratch `[row, column]`. */
function downColumns(w: Writer, transforms: WinogradTransforms, at: { products: I32; step: I32; scratch: I32 }): void {
	const rowStep = w.let(i32.mul(at.step, i32.const(TILE_SPAN)));
	const column = w.variable(at.products);
	for (let j = 0; j < TILE_SPAN; j++) {
		const pointer = w.variable(column.get);
		const products = Array.from({ length: TILE_SPAN }, () => {
			const value = w.let(v128.load(pointer.get));
			w.do(pointer.set(i32.add(pointer.get, rowStep)));
			return value;
		});
		transforms.outputs(products).forEach((result, row) => w.do(v128.store(at.scratch, result, (row * TILE_SPAN + j) * VECTOR_BYTES)));
		w.do(column.set(i32.add(column.get, at.step)));
	}
}

function rowOf(w: Writer, scratch: I32, row: number): V128[] {
	return Array.from({ length: TILE_SPAN }, (_, j) => w.let(v128.load(scratch, (row * TILE_SPAN + j) * VECTOR_BYTES)));
}
