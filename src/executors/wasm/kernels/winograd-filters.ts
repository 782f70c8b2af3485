/** The transforms of 3 × 3 filters for Winograd's convolution, to products and, for the gradient, back. Four filters at once. */
import { i32, type Local, type ModuleBuilder, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { WasmArithmetic } from "./lane-arithmetic.ts";
import { VECTOR_BYTES } from "./winograd-map.ts";
import { TILE_SPAN, WinogradTransforms } from "./winograd-transforms.ts";
import { type I32, smaller, type V128, type Writer, writeKernel } from "./writer.ts";

const TAPS = 3;
/** Filters that a thread should get at least. */
const GRAIN_FILTERS = 256;

/** Filters in memory as `[rows, lanes]`, each of nine weights, and their products as 36 matrices `[rows, lanes padded to four]`. */
export interface FilterMap {
	readonly weight: number;
	readonly products: number;
	/** Distance between product matrices in bytes. */
	readonly productStep: number;
	readonly rows: number;
	readonly lanes: number;
	/** Distances in bytes between filters along both axes. */
	readonly rowStride: number;
	readonly laneStride: number;
	/** Turns filters by half a circle. */
	readonly flipped: boolean;
}

/** products = G w Gᵀ */
export function filtersToProducts(host: Host, map: FilterMap): void {
	run(
		host,
		host.kernel("winograd filters", (module) => buildToProducts(module, host.relaxedSimd)),
		map,
	);
}

/** w = Gᵀ products G */
export function productsToFilters(host: Host, map: FilterMap): void {
	run(
		host,
		host.kernel("winograd filter gradients", (module) => buildToFilters(module, host.relaxedSimd)),
		map,
	);
}

function run(host: Host, kernel: ReturnType<Host["kernel"]>, map: FilterMap): void {
	const { i32: words } = host.heap;
	const values = [map.weight, map.products, map.productStep, map.lanes, map.rowStride, map.laneStride, map.flipped ? 1 : 0];
	for (let i = 0; i < values.length; i++) words[host.args + i] = values[i];
	host.run(kernel, map.rows, Math.ceil(GRAIN_FILTERS / map.lanes));
}

/** One step of the walk: the addresses of four filters and of their vector in the first product matrix. */
interface Four {
	readonly filters: readonly I32[];
	readonly vector: I32;
	/** How many of the four there are. */
	readonly count: I32;
}

function eachFour(w: Writer, call: { start: I32; end: I32; word(j: number): I32 }, visit: (four: Four) => void): void {
	const [weight, products, , lanes, rowStride, laneStride] = [0, 1, 2, 3, 4, 5].map((index) => call.word(index));
	const padded = w.let(i32.and(i32.add(lanes, i32.const(3)), i32.const(-4)));
	const last = w.let(i32.sub(lanes, i32.const(1)));
	w.loop({ from: call.start, to: call.end }, (row) => {
		const first = w.let(i32.add(weight, i32.mul(row, rowStride)));
		w.loop({ from: i32.const(0), to: lanes, step: 4 }, (lane) => {
			const filters = [0, 1, 2, 3].map((offset) => {
				const index = w.let(i32.add(lane, i32.const(offset)));
				return w.let(i32.add(first, i32.mul(smaller(index, last), laneStride)));
			});
			const vector = w.let(i32.add(products, i32.shl(i32.add(i32.mul(row, padded), lane), i32.const(2))));
			visit({ filters, vector, count: w.let(i32.sub(lanes, lane)) });
		});
	});
}

function buildToProducts(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const transforms = new WinogradTransforms(new WasmArithmetic(w, relaxed, WinogradTransforms.filterConstants));
		const [step, flipped] = [call.word(2), call.word(6)];
		const lastTap = i32.const(4 * (TAPS * TAPS - 1));
		const tapStep = w.let(i32.select(flipped, i32.const(-4), i32.const(4)));
		eachFour(w, call, ({ filters, vector }) => {
			const taps = filters.map((filter) => w.variable(i32.select(flipped, i32.add(filter, lastTap), filter)));
			const weights = Array.from({ length: TAPS * TAPS }, () => {
				const value = gather(w, taps);
				for (const tap of taps) w.do(tap.set(i32.add(tap.get, tapStep)));
				return value;
			});
			const columns = [0, 1, 2].map((j) => transforms.filter([weights[j], weights[TAPS + j], weights[2 * TAPS + j]]));
			const target = w.variable(vector);
			for (let i = 0; i < TILE_SPAN; i++) {
				for (const product of transforms.filter(columns.map((column) => column[i]))) {
					w.do(v128.store(target.get, product), target.set(i32.add(target.get, step)));
				}
			}
		});
	});
}

function gather(w: Writer, pointers: readonly Local<"i32">[]): V128 {
	let value = w.let(v128.load32Zero(pointers[0].get));
	for (const lane of [1, 2, 3]) value = w.let(v128.load32Lane(pointers[lane].get, value, lane));
	return value;
}

function buildToFilters(module: ModuleBuilder, relaxed: boolean): void {
	writeKernel(module, relaxed, (w, call) => {
		const transforms = new WinogradTransforms(new WasmArithmetic(w, relaxed, WinogradTransforms.filterConstants));
		const step = call.word(2);
		const scratch = w.let(module.scratch);
		eachFour(w, call, ({ filters, vector, count }) => {
			const source = w.variable(vector);
			// Along the rows of products, to scratch `[tap column, product row]`.
			for (let i = 0; i < TILE_SPAN; i++) {
				const products = Array.from({ length: TILE_SPAN }, () => {
					const value = w.let(v128.load(source.get));
					w.do(source.set(i32.add(source.get, step)));
					return value;
				});
				const taps = transforms.filterGradient(products);
				w.do(taps.map((tap, j) => v128.store(scratch, tap, (j * TILE_SPAN + i) * VECTOR_BYTES)));
			}
			for (let j = 0; j < TAPS; j++) {
				const rows = Array.from({ length: TILE_SPAN }, (_, i) => w.let(v128.load(scratch, (j * TILE_SPAN + i) * VECTOR_BYTES)));
				transforms.filterGradient(rows).forEach((weight, i) => {
					filters.forEach((filter, lane) => {
						w.when(i32.gtS(count, i32.const(lane)), () => w.do(v128.store32Lane(filter, weight, lane, 4 * (i * TAPS + j))));
					});
				});
			}
		});
	});
}
