/**
 * Images to products for Winograd's convolution: 36 matrices `[tile, channel]`, channels padded to a multiple of four; each step
 * works on four channels of a tile at once.
 */
import { i32, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { WasmArithmetic } from "./lane-arithmetic.ts";
import {
	groupCount,
	productVector,
	type TileShape,
	type TileSource,
	type TileTransform,
	tileRowUnits,
	tileTransform,
	VECTOR_BYTES,
} from "./winograd-map.ts";
import { COLUMN_BYTES, Strip } from "./winograd-strip.ts";
import { TILE_OUTPUTS, TILE_SPAN, WinogradTransforms } from "./winograd-transforms.ts";

/** The transform of images to products. */
export function imagesToProducts(host: Host, source: TileSource, shape: TileShape): TileTransform {
	const isImage = source === "image";
	const span = isImage ? TILE_SPAN : TILE_OUTPUTS;
	return tileTransform(host, {
		name: source,
		shape,
		...tileRowUnits(shape),
		write: (w, call, at, module) => {
			const constants = isImage ? WinogradTransforms.imageConstants : WinogradTransforms.gradientConstants;
			const transforms = new WinogradTransforms(new WasmArithmetic(w, host.relaxedSimd, constants));
			const transform = isImage ? transforms.image : transforms.gradient;
			const steps = isImage ? transforms.imageSteps : transforms.gradientSteps;
			const strip = new Strip(w, shape, { scratch: module.scratch, span, steps });
			w.loop({ from: call.start, to: call.end }, (unit) => {
				strip.fill(at, unit);
				// Along the rows, to the products.
				const vector = w.variable(productVector(at, shape, i32.mul(unit, i32.const(shape.tileColumns))));
				w.loop({ from: i32.const(0), to: i32.const(shape.tileColumns) }, (tile) => {
					const from = w.variable(i32.add(strip.address, i32.mul(tile, i32.const(TILE_OUTPUTS * COLUMN_BYTES))));
					w.loop({ from: i32.const(0), to: i32.const(groupCount(shape)) }, () => {
						for (let i = 0; i < TILE_SPAN; i++) {
							const pixels = Array.from({ length: span }, (_, j) => w.let(v128.load(from.get, j * COLUMN_BYTES + i * VECTOR_BYTES)));
							w.do(transform(pixels).map((product, j) => v128.store(vector.get, product, (TILE_SPAN * i + j) * shape.productStep)));
						}
						w.do(vector.set(i32.add(vector.get, i32.const(VECTOR_BYTES))), from.set(i32.add(from.get, i32.const(strip.groupBytes))));
					});
				});
			});
		},
	});
}
