/** Products to images for Winograd's convolution: the outputs of each tile, four channels at once, the bias added. */
import { f32x4, i32, type ModuleBuilder, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { WasmArithmetic } from "./lane-arithmetic.ts";
import {
	groupCount,
	planeBytes,
	productVector,
	type TilePointers,
	type TileShape,
	type TileTransform,
	tileRowUnits,
	tileTransform,
	transposed,
	VECTOR_BYTES,
} from "./winograd-map.ts";
import { TILE_OUTPUTS, TILE_SPAN, type Transform, WinogradTransforms } from "./winograd-transforms.ts";
import { type Call, type I32, type V128, type Writer, wordAt } from "./writer.ts";

/** The transform of products to images of outputs. */
export function productsToImages(host: Host, shape: TileShape, options: { bias: boolean }): TileTransform {
	return tileTransform(host, {
		name: options.bias ? "outputs with bias" : "outputs",
		shape,
		...tileRowUnits(shape),
		write: (w, call, at, module) => {
			const transforms = new WinogradTransforms(new WasmArithmetic(w, host.relaxedSimd, WinogradTransforms.outputConstants));
			write(w, call, at, { shape, transform: transforms.outputs, module, bias: options.bias });
		},
	});
}

function write(
	w: Writer,
	call: Call,
	at: TilePointers,
	of: { shape: TileShape; transform: Transform<V128>; module: ModuleBuilder; bias: boolean },
): void {
	const { shape, transform } = of;
	const { tileRows, tileColumns, channels, height, width } = shape;
	const bytes = planeBytes(shape);
	const scratch = w.let(of.module.scratch);
	w.loop({ from: call.start, to: call.end }, (unit) => {
		const image = w.let(i32.divU(unit, i32.const(tileRows)));
		const firstRow = w.let(i32.shl(i32.sub(unit, i32.mul(image, i32.const(tileRows))), i32.const(2)));
		const row = i32.mul(firstRow, i32.const(4 * width));
		const planes = w.let(i32.add(at.images, i32.add(i32.mul(image, i32.const(channels * bytes)), row)));
		const rowsLeft = w.let(i32.sub(i32.const(height), firstRow));
		const firstVector = w.let(productVector(at, shape, i32.mul(unit, i32.const(tileColumns))));
		// Tile after tile of the same channels: planes are often a power of two apart, and more than a few would push each other from the cache.
		w.loop({ from: i32.const(0), to: i32.const(groupCount(shape)) }, (group) => {
			const vector = w.variable(i32.add(firstVector, i32.shl(group, i32.const(4))));
			const channel = w.let(i32.shl(group, i32.const(2)));
			const bias = of.bias ? w.let(v128.load(wordAt(at.bias, channel))) : null;
			const channelsLeft = w.let(i32.sub(i32.const(channels), channel));
			const target = w.variable(i32.add(planes, i32.mul(group, i32.const(4 * bytes))));
			w.loop({ from: i32.const(0), to: i32.const(tileColumns) }, (tile) => {
				downColumns(w, transform, { products: vector.get, step: shape.productStep, scratch });
				const columnsLeft = w.let(i32.sub(i32.const(width), i32.shl(tile, i32.const(2))));
				const rows = Array.from({ length: TILE_OUTPUTS }, (_, index) => () => {
					const pixels = transform(rowOf(w, scratch, index));
					return transposed(w, bias === null ? pixels : pixels.map((pixel) => w.let(f32x4.add(pixel, bias))));
				});
				const left = { rows: rowsLeft, columns: columnsLeft, channels: channelsLeft };
				const whole = (): void => storeTile(w, rows, { address: target.get, shape });
				const sticksOut = [
					...(height % TILE_OUTPUTS === 0 ? [] : [left.rows]),
					...(width % TILE_OUTPUTS === 0 ? [] : [left.columns]),
					...(channels % 4 === 0 ? [] : [left.channels]),
				].map((count) => i32.ltS(count, i32.const(4)));
				if (sticksOut.length === 0) whole();
				else w.when(sticksOut.reduce(i32.or), () => storePart(w, rows, { address: target.get, shape, left }), whole);
				w.do(vector.set(i32.add(vector.get, i32.const(groupCount(shape) * VECTOR_BYTES))));
				w.do(target.set(i32.add(target.get, i32.const(4 * TILE_OUTPUTS))));
			});
		});
	});
}

/** Stores four rows, each of which is made when its turn comes: a vector of pixels for each of four channels. */
function storeTile(w: Writer, rows: readonly (() => V128[])[], { address, shape }: { address: I32; shape: TileShape }): void {
	rows.forEach((row, index) => {
		w.do(row().map((pixels, lane) => v128.store(address, pixels, lane * planeBytes(shape) + index * 4 * shape.width)));
	});
}

/** The same for a tile that sticks out below, to the right or beyond the last channel. */
function storePart(
	w: Writer,
	rows: readonly (() => V128[])[],
	{ address, shape, left }: { address: I32; shape: TileShape; left: { rows: I32; columns: I32; channels: I32 } },
): void {
	rows.forEach((row, index) => {
		w.when(i32.gtS(left.rows, i32.const(index)), () => {
			const place = w.variable(i32.add(address, i32.const(index * 4 * shape.width)));
			row().forEach((pixels, lane) => {
				w.when(i32.gtS(left.channels, i32.const(lane)), () => {
					w.when(
						i32.geS(left.columns, i32.const(TILE_OUTPUTS)),
						() => w.do(v128.store(place.get, pixels)),
						() => w.storeSome(place.get, pixels, left.columns),
					);
					w.do(place.set(i32.add(place.get, i32.const(planeBytes(shape)))));
				});
			});
		});
	});
}

/** Transforms the six columns of a tile's products, into scratch `[row, column]`. */
export function downColumns(w: Writer, transform: Transform<V128>, at: { products: I32; step: number; scratch: I32 }): void {
	for (let j = 0; j < TILE_SPAN; j++) {
		const products = Array.from({ length: TILE_SPAN }, (_, i) => w.let(v128.load(at.products, (TILE_SPAN * i + j) * at.step)));
		w.do(transform(products).map((result, row) => v128.store(at.scratch, result, (row * TILE_SPAN + j) * VECTOR_BYTES)));
	}
}

/** A row of what `downColumns` left in scratch. */
export function rowOf(w: Writer, scratch: I32, row: number): V128[] {
	return Array.from({ length: TILE_SPAN }, (_, j) => w.let(v128.load(scratch, (row * TILE_SPAN + j) * VECTOR_BYTES)));
}
