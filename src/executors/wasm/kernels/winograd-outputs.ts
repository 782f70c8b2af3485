/** Products to images for Winograd's convolution: the outputs of each tile, four channels at once, the bias added. */
import { f32x4, i32, type ModuleBuilder, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { productVector, readTileWords, runTileRows, type TileMap, transposed, VECTOR_BYTES } from "./winograd-map.ts";
import { TILE_OUTPUTS, TILE_SPAN, type Transform, WinogradTransforms } from "./winograd-transforms.ts";
import { type I32, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Transforms products to `count` images of outputs, the bias added. */
export function productsToImages(host: Host, map: TileMap, count: number): void {
	const kernel = host.kernel("winograd outputs", (module) => buildToImages(module, host.relaxedSimd));
	runTileRows(host, kernel, map, count);
}

function buildToImages(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readTileWords(call);
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
					downColumns(w, transforms.outputs, { products: vector.get, step: words.productStep, scratch });
					const bias = w.variable(f32x4.const(0));
					const channel = w.let(i32.shl(group, i32.const(2)));
					w.when(words.bias, () => w.do(bias.set(v128.load(wordAt(words.bias, channel)))));
					const channelsLeft = w.let(i32.sub(words.channels, channel));
					const rows = Array.from({ length: TILE_OUTPUTS }, (_, row) => () => {
						const pixels = transforms.outputs(rowOf(w, scratch, row));
						return transposed(
							w,
							pixels.map((pixel) => w.let(f32x4.add(pixel, bias.get))),
						);
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

/** Transforms the six columns of a tile's products, into scratch `[row, column]`. */
export function downColumns(w: Writer, transform: Transform, at: { products: I32; step: I32; scratch: I32 }): void {
	const rowStep = w.let(i32.mul(at.step, i32.const(TILE_SPAN)));
	const column = w.variable(at.products);
	for (let j = 0; j < TILE_SPAN; j++) {
		const pointer = w.variable(column.get);
		const products = Array.from({ length: TILE_SPAN }, () => {
			const value = w.let(v128.load(pointer.get));
			w.do(pointer.set(i32.add(pointer.get, rowStep)));
			return value;
		});
		w.do(transform(products).map((result, row) => v128.store(at.scratch, result, (row * TILE_SPAN + j) * VECTOR_BYTES)));
		w.do(column.set(i32.add(column.get, at.step)));
	}
}

/** A row of what `downColumns` left in scratch. */
export function rowOf(w: Writer, scratch: I32, row: number): V128[] {
	return Array.from({ length: TILE_SPAN }, (_, j) => w.let(v128.load(scratch, (row * TILE_SPAN + j) * VECTOR_BYTES)));
}
