/** Positions of extremes along an axis. The first of equal values wins; the first NaN wins over all. */
import type { DType } from "../../../core/dtype.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32x4, i32, i32x4, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { convertVector, loadSplat, loadVector, type TypedVector } from "../vector.ts";
import { typeCode } from "./inputs.ts";
import { RUN, runCount, walkRuns, walkTiles } from "./strips.ts";
import { type I32, laneMask, smaller, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;
/** Rows that are walked at once where the axis is not the last: as many streams as a memory system follows. */
const BLOCK = 16;

interface Variant {
	readonly kind: "max" | "min";
	readonly dtype: DType;
}

/** See {@link Kernels.argReduce}. */
export function argReduce(host: Host): Kernels["argReduce"] {
	const compiled: (Kernel | undefined)[] = [];
	return (kind, x, out, { outer, length, inner }) => {
		if (out.size === 0) return;
		const rows = inner === 1;
		const { dtype } = x;
		const code = 4 * typeCode[dtype] + (kind === "max" ? 2 : 0) + (rows ? 1 : 0);
		const build = rows ? buildRows : buildColumns;
		const kernel = (compiled[code] ??= host.kernel(`argReduce ${kind} ${dtype} ${rows}`, (module) => build(module, { kind, dtype })));
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(x);
		words[at + 1] = addressOf(out);
		words[at + 2] = length;
		words[at + 3] = inner;
		host.run(kernel, outer * runCount(inner), Math.ceil(PARALLEL_ELEMENTS / (length * Math.min(RUN, inner))));
	};
}

/** The best values so far and where they stand, by lane. */
class Champions {
	readonly #w: Writer;
	readonly #variant: Variant;
	readonly values;
	readonly places;

	constructor(w: Writer, variant: Variant, first: { value: V128; place: V128 }) {
		this.#w = w;
		this.#variant = variant;
		this.values = w.variable(first.value);
		this.places = w.variable(first.place);
	}

	/** Lanes where `a` wins over `b`. */
	wins(a: V128, b: V128): V128 {
		const max = this.#variant.kind === "max";
		if (this.#variant.dtype !== "float32") return max ? i32x4.gtS(a, b) : i32x4.ltS(a, b);
		const better = max ? f32x4.gt(a, b) : f32x4.lt(a, b);
		return v128.and(v128.or(better, f32x4.ne(a, a)), f32x4.eq(b, b));
	}

	/** Puts values and places where the mask is set. */
	replace(mask: V128, value: V128, place: V128): void {
		this.#w.do(this.values.set(v128.bitselect(value, this.values.get, mask)));
		this.#w.do(this.places.set(v128.bitselect(place, this.places.get, mask)));
	}

	/** Lets lanes compete with their neighbours; on equality the first place wins. */
	joinLanes(order: readonly [number, number, number, number]): void {
		const w = this.#w;
		const value = w.let(shuffle32(this.values.get, this.values.get, order));
		const place = w.let(shuffle32(this.places.get, this.places.get, order));
		const mine = this.values.get;
		const tied = v128.andnot(i32x4.ltS(place, this.places.get), this.wins(mine, value));
		this.replace(w.let(v128.or(this.wins(value, mine), tied)), value, place);
	}
}

function asLanes(w: Writer, vector: TypedVector): V128 {
	return w.let(convertVector({ type: vector.type, value: w.let(vector.value) }, vector.type === "real" ? "real" : "integer"));
}

/** args: [x, out, length, inner]. Units are rows. */
function buildRows(module: ModuleBuilder, variant: Variant): void {
	const bytes = bytesOf(variant.dtype);
	writeKernel(module, false, (w, call) => {
		const [x, out, length] = [0, 1, 2].map(call.word);
		w.loop({ from: call.start, to: call.end }, (row) => {
			const first = w.let(i32.add(x, i32.mul(i32.mul(row, length), i32.const(bytes))));
			const champions = new Champions(w, variant, { value: asLanes(w, loadSplat(variant.dtype, first)), place: i32x4.const(0) });
			const places = w.variable(i32x4.constLanes([0, 1, 2, 3]));
			const at = w.variable(i32.const(0));
			const load = (): V128 => asLanes(w, loadVector(variant.dtype, i32.add(first, i32.mul(at.get, i32.const(bytes))), 0));
			w.advance(at, { to: i32.and(length, i32.const(-4)), step: 4 }, () => {
				const value = load();
				champions.replace(w.let(champions.wins(value, champions.values.get)), value, places.get);
				w.do(places.set(i32x4.add(places.get, i32x4.const(4))));
			});
			w.when(i32.ltS(at.get, length), () => {
				const value = load();
				const inside = laneMask(i32.sub(length, at.get));
				champions.replace(w.let(v128.and(champions.wins(value, champions.values.get), inside)), value, places.get);
			});
			champions.joinLanes([2, 3, 0, 1]);
			champions.joinLanes([1, 0, 3, 2]);
			w.do(i32.store(wordAt(out, row), i32.extractLane(champions.places.get, 0)));
		});
	});
}

/** The same args. Units are runs of columns of outer indices; the best of four columns stand in scratch memory, values and places. */
function buildColumns(module: ModuleBuilder, variant: Variant): void {
	const bytes = bytesOf(variant.dtype);
	writeKernel(module, false, (w, call) => {
		const [x, out, length, inner] = [0, 1, 2, 3].map(call.word);
		walkRuns(w, { start: call.start, end: call.end, columns: inner }, ({ outer, column, columnCount }) => {
			const at = (row: I32, c: I32): I32 => {
				const index = i32.add(i32.mul(i32.add(i32.mul(outer, length), row), inner), i32.add(column, c));
				return w.let(i32.add(x, i32.mul(index, i32.const(bytes))));
			};
			const bestOf = (c: I32): I32 => w.let(i32.add(module.scratch, i32.shl(c, i32.const(3))));
			w.loop({ from: i32.const(0), to: length, step: BLOCK }, (first) => {
				const end = w.let(smaller(i32.add(first, i32.const(BLOCK)), length));
				walkTiles(w, { from: i32.const(0), to: columnCount }, ({ column: c, groupCount }) => {
					const best = bestOf(c);
					w.when(i32.eqz(first), () => {
						for (let group = 0; group < groupCount; group++) {
							w.do(v128.store(best, asLanes(w, loadVector(variant.dtype, at(first, c), 4 * bytes * group)), 32 * group));
							w.do(v128.store(best, i32x4.const(0), 32 * group + 16));
						}
					});
					const groups = Array.from(
						{ length: groupCount },
						(_, group) => new Champions(w, variant, { value: v128.load(best, 32 * group), place: v128.load(best, 32 * group + 16) }),
					);
					w.loop({ from: first, to: end }, (row) => {
						const [source, place] = [at(row, c), w.let(i32x4.splat(row))];
						for (const [group, champions] of groups.entries()) {
							const value = asLanes(w, loadVector(variant.dtype, source, 4 * bytes * group));
							champions.replace(w.let(champions.wins(value, champions.values.get)), value, place);
						}
					});
					for (const [group, { values, places }] of groups.entries()) {
						w.do(v128.store(best, values.get, 32 * group), v128.store(best, places.get, 32 * group + 16));
					}
				});
			});
			const target = w.let(wordAt(out, i32.add(i32.mul(outer, inner), column)));
			w.loop({ from: i32.const(0), to: columnCount, step: 4 }, (c) => {
				w.storeUpTo(w.let(wordAt(target, c)), v128.load(bestOf(c), 16), i32.sub(columnCount, c));
			});
		});
	});
}
