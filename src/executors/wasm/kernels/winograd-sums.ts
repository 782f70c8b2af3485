/**
 * Products back to the images they came from, the adjoint of `winograd-products.ts`: each tile's 6 × 6 pixels are added to those of
 * its neighbours. Units are image × four channels, whose pixels are summed in scratch.
 */
import { f32x4, i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { type Host, SCRATCH_BYTES } from "../host.ts";
import { WasmArithmetic } from "./lane-arithmetic.ts";
import {
	groupCount,
	planeBytes,
	productVector,
	type TilePointers,
	type TileShape,
	type TileTransform,
	tileTransform,
	transposed,
	VECTOR_BYTES,
} from "./winograd-map.ts";
import { downColumns, rowOf } from "./winograd-outputs.ts";
import { TILE_OUTPUTS, TILE_PRODUCTS, TILE_SPAN, WinogradTransforms } from "./winograd-transforms.ts";
import type { Call, I32, V128, Writer } from "./writer.ts";

/** Tiles of four channels that a thread should get at least. */
const GRAIN_TILES = 128;
/** One tile's products between the two passes of its transform. */
const TEMPORARY_BYTES = TILE_PRODUCTS * VECTOR_BYTES;

/** Whether the sums of four channels fit in scratch. */
export function sumsFit(shape: SumShape): boolean {
	const { rows, columns } = sumSides(shape);
	return TEMPORARY_BYTES + rows * columns * VECTOR_BYTES <= SCRATCH_BYTES;
}

type SumShape = Omit<TileShape, "productStep" | "channels">;

/** Pixels in scratch: those of all tiles and those of the image, which is read four at a time. */
function sumSides({ tileRows, tileColumns, height, width, top, left }: SumShape): { rows: number; columns: number } {
	const side = (tiles: number, length: number, before: number): number =>
		Math.max(TILE_OUTPUTS * tiles + 2, length + before + TILE_OUTPUTS);
	return { rows: side(tileRows, height, top), columns: side(tileColumns, width, left) };
}

/** The transform that sets images, all pixels of them, to the sums of their products' transforms. */
export function productsToSums(host: Host, shape: TileShape): TileTransform {
	return tileTransform(host, {
		name: "sums",
		shape,
		units: groupCount(shape),
		grain: Math.ceil(GRAIN_TILES / (shape.tileRows * shape.tileColumns)),
		write: (w, call, at, module) => write(w, call, at, { shape, module, fused: host.relaxedSimd }),
	});
}

/** The pixels of one unit in scratch, `[row, column]` vectors of four channels. */
interface Sums {
	readonly address: I32;
	/** Bytes of a row, and of all. */
	readonly pitch: number;
	readonly bytes: number;
}

function write(
	w: Writer,
	call: Call,
	at: TilePointers,
	{ shape, module, fused }: { shape: TileShape; module: ModuleBuilder; fused: boolean },
): void {
	const { tileRows, tileColumns, productStep } = shape;
	const transforms = new WinogradTransforms(new WasmArithmetic(w, fused, WinogradTransforms.imageConstants));
	const groups = i32.const(groupCount(shape));
	const temporary = w.let(module.scratch);
	const { rows, columns } = sumSides(shape);
	const pitch = columns * VECTOR_BYTES;
	const sums = { address: w.let(i32.add(module.scratch, i32.const(TEMPORARY_BYTES))), pitch, bytes: rows * pitch };
	w.loop({ from: call.start, to: call.end }, (unit) => {
		const image = w.let(i32.divU(unit, groups));
		const group = w.let(i32.sub(unit, i32.mul(image, groups)));
		w.clear(sums.address, i32.const(sums.bytes / 4));
		const firstTile = i32.mul(image, i32.const(tileRows * tileColumns));
		const vector = w.variable(i32.add(productVector(at, shape, firstTile), i32.shl(group, i32.const(4))));
		w.loop({ from: i32.const(0), to: i32.const(tileRows) }, (tileRow) => {
			const target = w.variable(i32.add(sums.address, i32.mul(tileRow, i32.const(TILE_OUTPUTS * pitch))));
			w.loop({ from: i32.const(0), to: i32.const(tileColumns) }, () => {
				addTile(w, transforms, { vector: vector.get, step: productStep, temporary, target: target.get, pitch });
				w.do(target.set(i32.add(target.get, i32.const(TILE_OUTPUTS * VECTOR_BYTES))));
				w.do(vector.set(i32.add(vector.get, i32.const(groupCount(shape) * VECTOR_BYTES))));
			});
		});
		writeOut(w, at, sums, { shape, image, group });
	});
}

/** Adds B · products · Bᵀ to the tile's pixels. */
function addTile(
	w: Writer,
	transforms: WinogradTransforms<V128>,
	at: { vector: I32; step: number; temporary: I32; target: I32; pitch: number },
): void {
	downColumns(w, transforms.imageGradient, { products: at.vector, step: at.step, scratch: at.temporary });
	for (let row = 0; row < TILE_SPAN; row++) {
		const values = rowOf(w, at.temporary, row);
		transforms.imageGradient(values).forEach((value, j) => {
			const offset = row * at.pitch + j * VECTOR_BYTES;
			w.do(v128.store(at.target, f32x4.add(v128.load(at.target, offset), value), offset));
		});
	}
}

/** Takes the four channels apart again, into their planes. */
function writeOut(w: Writer, at: TilePointers, sums: Sums, of: { shape: TileShape; image: I32; group: I32 }): void {
	const { channels, height, width, top, left } = of.shape;
	const channel = w.let(i32.shl(of.group, i32.const(2)));
	const channelsLeft = w.let(i32.sub(i32.const(channels), channel));
	const plane = i32.add(i32.mul(of.image, i32.const(channels)), channel);
	const row = w.variable(i32.add(at.images, i32.mul(plane, i32.const(planeBytes(of.shape)))));
	const source = w.variable(i32.add(sums.address, i32.const(top * sums.pitch + left * VECTOR_BYTES)));
	w.loop({ from: i32.const(0), to: i32.const(height) }, () => {
		const [from, to] = [w.variable(source.get), w.variable(row.get)];
		w.loop({ from: i32.const(0), to: i32.const(width), step: TILE_OUTPUTS }, (x) => {
			const pixels = transposed(
				w,
				Array.from({ length: 4 }, (_, j) => w.let(v128.load(from.get, j * VECTOR_BYTES))),
			);
			const pixelsLeft = w.let(i32.sub(i32.const(width), x));
			const place = w.variable(to.get);
			pixels.forEach((lane, index) => {
				w.when(i32.gtS(channelsLeft, i32.const(index)), () => {
					w.when(
						i32.geS(pixelsLeft, i32.const(4)),
						() => w.do(v128.store(place.get, lane)),
						() => w.storeSome(place.get, lane, pixelsLeft),
					);
					w.do(place.set(i32.add(place.get, i32.const(planeBytes(of.shape)))));
				});
			});
			w.do(from.set(i32.add(from.get, i32.const(4 * VECTOR_BYTES))), to.set(i32.add(to.get, i32.const(16))));
		});
		w.do(source.set(i32.add(source.get, i32.const(sums.pitch))), row.set(i32.add(row.get, i32.const(4 * width))));
	});
}
