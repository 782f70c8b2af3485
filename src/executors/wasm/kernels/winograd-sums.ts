/**
 * Products back to the images they came from, the adjoint of `winograd-products.ts`: each tile's 6 × 6 pixels are added to those of
 * its neighbours. Units are image × four channels, whose pixels are summed in scratch.
 */
import { f32x4, i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { type Host, SCRATCH_BYTES } from "../host.ts";
import { productVector, readTileWords, TILE_WORDS, type TileMap, type TileWords, transposed, VECTOR_BYTES } from "./winograd-map.ts";
import { downColumns, rowOf } from "./winograd-outputs.ts";
import { TILE_OUTPUTS, TILE_PRODUCTS, TILE_SPAN, WinogradTransforms } from "./winograd-transforms.ts";
import { type I32, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Tiles of four channels that a thread should get at least. */
const GRAIN_TILES = 128;
/** One tile's products between the two passes of its transform. */
const TEMPORARY_BYTES = TILE_PRODUCTS * VECTOR_BYTES;

/** Whether the sums of four channels fit in scratch. */
export function sumsFit(map: Pick<TileMap, "height" | "width" | "tileRows" | "tileColumns" | "top" | "left">): boolean {
	const side = (tiles: number, length: number, before: number): number =>
		Math.max(TILE_OUTPUTS * tiles + 2, length + before + TILE_OUTPUTS);
	const vectors = side(map.tileRows, map.height, map.top) * side(map.tileColumns, map.width, map.left);
	return TEMPORARY_BYTES + vectors * VECTOR_BYTES <= SCRATCH_BYTES;
}

/** Sets `count` images, all pixels of them, to the sums of their products' transforms. */
export function productsToSums(host: Host, map: TileMap, count: number): void {
	const kernel = host.kernel("winograd sums", (module) => build(module, host.relaxedSimd));
	const { i32: words } = host.heap;
	for (let i = 0; i < TILE_WORDS.length; i++) words[host.args + i] = map[TILE_WORDS[i]];
	const tiles = map.tileRows * map.tileColumns;
	host.run(kernel, count * Math.ceil(map.channels / 4), Math.ceil(GRAIN_TILES / tiles));
}

/** The pixels of one unit in scratch, `[row, column]` vectors of four channels. */
interface Sums {
	readonly address: I32;
	/** Bytes of a row. */
	readonly pitch: I32;
	readonly end: I32;
}

function build(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const words = readTileWords(call);
		const transforms = new WinogradTransforms(w, relaxed, WinogradTransforms.imageConstants);
		const groups = w.let(i32.shrU(i32.add(words.channels, i32.const(3)), i32.const(2)));
		const temporary = w.let(module.scratch);
		const sums = sumsIn(w, words, w.let(i32.add(module.scratch, i32.const(TEMPORARY_BYTES))));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const image = w.let(i32.divU(unit, groups));
			const group = w.let(i32.sub(unit, i32.mul(image, groups)));
			clear(w, sums);
			const tile = w.variable(i32.mul(image, i32.mul(words.tileRows, words.tileColumns)));
			w.loop({ from: i32.const(0), to: words.tileRows }, (tileRow) => {
				const target = w.variable(i32.add(sums.address, i32.mul(i32.shl(tileRow, i32.const(2)), sums.pitch)));
				w.loop({ from: i32.const(0), to: words.tileColumns }, () => {
					const vector = i32.add(productVector(words, groups, tile.get), i32.shl(group, i32.const(4)));
					addTile(w, transforms, { vector, step: words.productStep, temporary, target: target.get, pitch: sums.pitch });
					w.do(target.set(i32.add(target.get, i32.const(TILE_OUTPUTS * VECTOR_BYTES))), tile.set(i32.add(tile.get, i32.const(1))));
				});
			});
			writeOut(w, words, sums, { image, group });
		});
	});
}

function sumsIn(w: Writer, words: TileWords, address: I32): Sums {
	const side = (tiles: I32, length: I32, before: I32): I32 => {
		const covered = w.let(i32.add(i32.shl(tiles, i32.const(2)), i32.const(2)));
		const wanted = w.let(i32.add(i32.add(length, before), i32.const(TILE_OUTPUTS)));
		return w.let(i32.select(i32.gtS(covered, wanted), covered, wanted));
	};
	const pitch = w.let(i32.shl(side(words.tileColumns, words.width, words.left), i32.const(4)));
	return { address, pitch, end: w.let(i32.add(address, i32.mul(pitch, side(words.tileRows, words.height, words.top)))) };
}

function clear(w: Writer, sums: Sums): void {
	const at = w.variable(sums.address);
	w.repeat(() => {
		w.do(v128.store(at.get, f32x4.const(0)), at.set(i32.add(at.get, i32.const(VECTOR_BYTES))));
		return i32.ltU(at.get, sums.end);
	});
}

/** Adds B · products · Bᵀ to the tile's pixels. */
function addTile(w: Writer, transforms: WinogradTransforms, at: { vector: I32; step: I32; temporary: I32; target: I32; pitch: I32 }): void {
	downColumns(w, transforms.imageGradient, { products: at.vector, step: at.step, scratch: at.temporary });
	const pixels = w.variable(at.target);
	for (let row = 0; row < TILE_SPAN; row++) {
		const values = rowOf(w, at.temporary, row);
		transforms.imageGradient(values).forEach((value, j) => {
			w.do(v128.store(pixels.get, f32x4.add(v128.load(pixels.get, j * VECTOR_BYTES), value), j * VECTOR_BYTES));
		});
		w.do(pixels.set(i32.add(pixels.get, at.pitch)));
	}
}

/** Takes the four channels apart again, into their planes. */
function writeOut(w: Writer, words: TileWords, sums: Sums, of: { image: I32; group: I32 }): void {
	const channel = w.let(i32.shl(of.group, i32.const(2)));
	const channels = w.let(i32.sub(words.channels, channel));
	const size = w.let(i32.mul(words.height, words.width));
	const plane = i32.add(i32.mul(of.image, words.channels), channel);
	const row = w.variable(wordAt(words.images, i32.mul(plane, size)));
	const origin = i32.add(i32.mul(words.top, sums.pitch), i32.shl(words.left, i32.const(4)));
	const source = w.variable(i32.add(sums.address, origin));
	w.loop({ from: i32.const(0), to: words.height }, () => {
		const [from, to] = [w.variable(source.get), w.variable(row.get)];
		w.loop({ from: i32.const(0), to: words.width, step: TILE_OUTPUTS }, (x) => {
			const pixels = transposed(
				w,
				Array.from({ length: 4 }, (_, j) => w.let(v128.load(from.get, j * VECTOR_BYTES))),
			);
			const left = w.let(i32.sub(words.width, x));
			const place = w.variable(to.get);
			pixels.forEach((lane, index) => {
				w.when(i32.gtS(channels, i32.const(index)), () => {
					w.when(
						i32.geS(left, i32.const(4)),
						() => w.do(v128.store(place.get, lane)),
						() => w.storeSome(place.get, lane, left),
					);
					w.do(place.set(wordAt(place.get, size)));
				});
			});
			w.do(from.set(i32.add(from.get, i32.const(4 * VECTOR_BYTES))), to.set(i32.add(to.get, i32.const(16))));
		});
		w.do(source.set(i32.add(source.get, sums.pitch)), row.set(wordAt(row.get, words.width)));
	});
}
