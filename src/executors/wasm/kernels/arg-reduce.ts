/** Positions of extremes along an axis. The first of equal values wins; the first NaN wins over all. */
import type { DType } from "../../../core/dtype.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32x4, i32, i32x4, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host } from "../host.ts";
import { convertVector, loadSplat, loadVector, type TypedVector } from "../vector.ts";
import { STRIP, stripCount, walkStrips } from "./strips.ts";
import { laneMask, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;

interface Variant {
	readonly kind: "max" | "min";
	readonly dtype: DType;
}

/** See {@link Kernels.argReduce}. */
export function argReduce(host: Host): Kernels["argReduce"] {
	return (kind, x, out, { outer, length, inner }) => {
		if (out.size === 0) return;
		const rows = inner === 1;
		const build = rows ? buildRows : buildColumns;
		const kernel = host.kernel(`argReduce ${kind} ${x.dtype} ${rows}`, (module) => build(module, { kind, dtype: x.dtype }));
		const units = outer * stripCount(inner);
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(x);
		words[at + 1] = addressOf(out);
		words[at + 2] = length;
		words[at + 3] = inner;
		host.run(kernel, units, Math.ceil(PARALLEL_ELEMENTS / (length * Math.min(STRIP, inner))));
	};
}

/** The best values so far and where they stand, by lane. */
class Champions {
	readonly #w: Writer;
	readonly #variant: Variant;
	readonly values;
	readonly places;

	constructor(w: Writer, variant: Variant, first: V128) {
		this.#w = w;
		this.#variant = variant;
		this.values = w.variable(first);
		this.places = w.variable(i32x4.const(0));
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
			const champions = new Champions(w, variant, asLanes(w, loadSplat(variant.dtype, first)));
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

/** The same args. Units are strips of columns of outer indices. */
function buildColumns(module: ModuleBuilder, variant: Variant): void {
	const bytes = bytesOf(variant.dtype);
	writeKernel(module, false, (w, call) => {
		const [x, out, length, inner] = [0, 1, 2, 3].map(call.word);
		const rowBytes = w.let(i32.mul(inner, i32.const(bytes)));
		walkStrips(w, { start: call.start, end: call.end, columns: inner }, ({ outer, column, groupCount, columnCount }) => {
			const first = i32.add(i32.mul(i32.mul(outer, length), inner), column);
			const pointer = w.variable(i32.add(x, i32.mul(first, i32.const(bytes))));
			const load = (group: number): V128 => asLanes(w, loadVector(variant.dtype, pointer.get, 4 * bytes * group));
			const groups = Array.from({ length: groupCount }, (_, group) => new Champions(w, variant, load(group)));
			w.loop({ from: i32.const(0), to: length }, (i) => {
				const place = w.let(i32x4.splat(i));
				for (const [group, champions] of groups.entries()) {
					const value = load(group);
					champions.replace(w.let(champions.wins(value, champions.values.get)), value, place);
				}
				w.do(pointer.set(i32.add(pointer.get, rowBytes)));
			});
			const target = w.let(wordAt(out, i32.add(i32.mul(outer, inner), column)));
			for (const [group, champions] of groups.entries()) {
				const left = i32.sub(columnCount, i32.const(4 * group));
				w.storeUpTo(w.let(i32.add(target, i32.const(16 * group))), champions.places.get, left);
			}
		});
	});
}
