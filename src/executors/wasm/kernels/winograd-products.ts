/**
 * Images to products for Winograd's convolution: 36 matrices `[tile, channel]`, channels padded to a multiple of four; each step
 * works on four channels of a tile at once.
 */
import { i32, type ModuleBuilder, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { productVector, readTileWords, runTileRows, type TileMap, VECTOR_BYTES } from "./winograd-map.ts";
import { Strip } from "./winograd-strip.ts";
import { TILE_OUTPUTS, TILE_SPAN, WinogradTransforms } from "./winograd-transforms.ts";
import { writeKernel } from "./writer.ts";

/** What a kernel makes of images. `image`: tiles of 6 × 6 pixels, 4 apart; `gradient`: tiles of 4 × 4. */
export type TileSource = "image" | "gradient";

/** Transforms `count` images to products. */
export function imagesToProducts(host: Host, source: TileSource, map: TileMap, count: number): void {
	const kernel = host.kernel(`winograd ${source}`, (module) => buildToProducts(module, source, host.relaxedSimd));
	runTileRows(host, kernel, map, count);
}

function buildToProducts(module: ModuleBuilder, source: TileSource, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readTileWords(call);
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
					w.do(results.map((result, i) => v128.store(rows[i], result)));
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
