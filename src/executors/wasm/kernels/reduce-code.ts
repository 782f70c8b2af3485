/**
 * Code of reductions: along rows (the reduced axis is the last) and along columns (vectors over the axes behind it).
 * Long axes are cut into chunks of a fixed length whose totals a last kernel joins in order.
 */
import type { DType } from "../../../core/dtype.ts";
import { type Expr, i32, type Local, type ModuleBuilder, v128 } from "../assembler.ts";
import { bytesOf } from "../block.ts";
import { packFor } from "../vector.ts";
import type { Fold } from "./fold.ts";
import { InputPointers, type InputVariant } from "./inputs.ts";
import { type Call, type I32, laneMask, smaller, type V128, type Writer, writeKernel } from "./writer.ts";

/** Values of a row that go into fast sums before these go into totals. */
const ROW_BLOCK = 512;
/** The same of a column. */
const COLUMN_BLOCK = 16;
/** Columns that one unit covers. */
export const STRIP = 16;

/** What a reduction's code depends on. */
export interface ReduceVariant extends InputVariant {
	readonly fold: Fold;
	readonly out: DType;
	/** Whether an axis is cut into chunks: then totals are written instead of results. */
	readonly chunked: boolean;
	readonly relaxedSimd: boolean;
}

/** A state in variables. */
class State {
	readonly #w: Writer;
	readonly vectors: readonly Local<"v128">[];
	constructor(w: Writer, initial: readonly V128[]) {
		this.#w = w;
		this.vectors = initial.map((vector) => w.variable(vector));
	}
	get get(): V128[] {
		return this.vectors.map((vector) => vector.get);
	}
	set(values: readonly V128[]): void {
		this.#w.do(...values.map((value, i) => this.vectors[i].set(value)));
	}
}

const states = (w: Writer, count: number, initial: readonly V128[]): State[] => Array.from({ length: count }, () => new State(w, initial));

/** Bytes of four lanes' totals. */
export function totalBytes(fold: Fold): number {
	return 16 * fold.emptyTotal.length;
}

function storeTotal(w: Writer, address: I32, total: State): void {
	total.get.forEach((vector, i) => w.do(v128.store(address, vector, 16 * i)));
}

function storeResult(w: Writer, variant: { out: DType; fold: Fold }, address: I32, lanes: V128, count: I32): void {
	const packed = w.let(packFor(variant.out, { type: variant.fold.type, value: w.let(lanes) }));
	w.storePacked(variant.out, address, packed, count);
}

const elementAddress = (base: I32, index: I32, dtype: DType): I32 => i32.add(base, i32.mul(index, i32.const(bytesOf(dtype))));

/** args: [out or totals, length, chunk length, chunk count, addresses of inputs]. Units are chunks of rows. */
export function buildRows(module: ModuleBuilder, variant: ReduceVariant): void {
	writeKernel(module, variant.relaxedSimd, (w, call) => {
		const { fold } = variant;
		const [out, length, chunkLength, chunkCount] = [0, 1, 2, 3].map(call.word);
		const inputs = new InputPointers(w, variant, variant.dtypes.map((_, i) => call.word(4 + i)));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const row = variant.chunked ? w.let(i32.divS(unit, chunkCount)) : unit;
			const first = variant.chunked ? w.let(i32.mul(i32.remS(unit, chunkCount), chunkLength)) : i32.const(0);
			const count = variant.chunked ? w.let(smaller(chunkLength, i32.sub(length, first))) : length;
			inputs.moveTo(w.let(i32.add(i32.mul(row, length), first)));
			const total = rowTotal(w, variant, inputs, count);
			if (variant.chunked) storeTotal(w, i32.add(out, i32.mul(unit, i32.const(totalBytes(fold)))), total);
			else storeResult(w, variant, w.let(elementAddress(out, row, variant.out)), fold.across(total.get.map((v) => w.let(v))), i32.const(1));
		});
	});
}

/** Joins `count` elements from the pointers on. */
function rowTotal(w: Writer, variant: ReduceVariant, inputs: InputPointers, count: I32): State {
	const { fold } = variant;
	const take = (state: State, offset: number): void => state.set(fold.join(state.get, inputs.valueAt(offset, fold.type)));
	const total = new State(w, fold.emptyTotal);
	const at = w.variable(i32.const(0));
	const wide = w.let(i32.and(count, i32.const(-16)));
	w.when(i32.gtS(wide, i32.const(0)), () => {
		w.repeat(() => {
			const fast = states(w, 4, fold.empty);
			w.advance(at, { to: smaller(i32.add(at.get, i32.const(ROW_BLOCK)), wide), step: 16 }, () => {
				fast.forEach((state, i) => take(state, 4 * i));
				inputs.advance(16);
			});
			const [a, b, c, d] = fast.map((state) => state.get);
			a && total.set(fold.addToTotal(total.get, fold.merge(fold.merge(a, b), fold.merge(c, d)).map((v) => w.let(v))));
			return i32.ltS(at.get, wide);
		});
	});
	w.when(i32.ltS(at.get, count), () => {
		const rest = new State(w, fold.empty);
		w.advance(at, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
			take(rest, 0);
			inputs.advance(4);
		});
		w.when(i32.ltS(at.get, count), () => {
			const mask = w.let(laneMask(i32.sub(count, at.get)));
			rest.set(fold.join(rest.get, w.let(v128.bitselect(inputs.valueAt(0, fold.type), fold.neutral, mask))));
		});
		total.set(fold.addToTotal(total.get, rest.get));
	});
	return total;
}

/**
 * args: [out or totals, length, inner, chunk length, chunk count, strip count, addresses of inputs].
 * Units are strips of columns within chunks within outer indices.
 */
export function buildColumns(module: ModuleBuilder, variant: ReduceVariant): void {
	writeKernel(module, variant.relaxedSimd, (w, call) => {
		const [out, length, inner, chunkLength, chunkCount, stripCount] = [0, 1, 2, 3, 4, 5].map(call.word);
		const inputs = new InputPointers(w, variant, variant.dtypes.map((_, i) => call.word(6 + i)));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const strip = w.let(i32.remS(unit, stripCount));
			const chunk = w.let(i32.divS(unit, stripCount));
			const outer = variant.chunked ? w.let(i32.divS(chunk, chunkCount)) : chunk;
			const firstRow = variant.chunked ? w.let(i32.mul(i32.remS(chunk, chunkCount), chunkLength)) : i32.const(0);
			const rows = variant.chunked ? w.let(smaller(chunkLength, i32.sub(length, firstRow))) : length;
			const column = w.let(i32.mul(strip, i32.const(STRIP)));
			const first = w.let(i32.add(i32.mul(i32.add(i32.mul(outer, length), firstRow), inner), column));
			const tile = (width: number, offset: I32, count: I32): void => {
				inputs.moveTo(w.let(i32.add(first, offset)));
				const totals = columnTotals(w, variant, inputs, { width, rows, inner });
				totals.forEach((total, i) => {
					const at = w.let(i32.add(i32.add(column, offset), i32.const(4 * i)));
					if (variant.chunked) {
						const group = i32.add(i32.mul(chunk, i32.mul(stripCount, i32.const(STRIP / 4))), i32.shrS(at, i32.const(2)));
						storeTotal(w, w.let(i32.add(out, i32.mul(group, i32.const(totalBytes(variant.fold))))), total);
					} else {
						const address = w.let(elementAddress(out, i32.add(i32.mul(outer, inner), at), variant.out));
						storeResult(w, variant, address, variant.fold.lanes(total.get), width > 1 ? i32.const(4) : count);
					}
				});
			};
			const columns = w.let(smaller(i32.sub(inner, column), i32.const(STRIP)));
			w.when(
				i32.eq(columns, i32.const(STRIP)),
				() => tile(4, i32.const(0), columns),
				() => w.loop({ from: i32.const(0), to: columns, step: 4 }, (offset) => tile(1, offset, i32.sub(columns, offset))),
			);
		});
	});
}

/** Totals of `width` vectors of columns from the pointers on. */
function columnTotals(
	w: Writer,
	variant: ReduceVariant,
	inputs: InputPointers,
	size: { width: number; rows: I32; inner: I32 },
): State[] {
	const { fold } = variant;
	const totals = states(w, size.width, fold.emptyTotal);
	const row = w.variable(i32.const(0));
	w.when(i32.gtS(size.rows, i32.const(0)), () => {
		w.repeat(() => {
			const fast = states(w, size.width, fold.empty);
			w.advance(row, { to: smaller(i32.add(row.get, i32.const(COLUMN_BLOCK)), size.rows) }, () => {
				fast.forEach((state, i) => state.set(fold.join(state.get, inputs.valueAt(4 * i, fold.type))));
				inputs.advanceBy(size.inner);
			});
			totals.forEach((total, i) => total.set(fold.addToTotal(total.get, fast[i].get)));
			return i32.ltS(row.get, size.rows);
		});
	});
	return totals;
}

/**
 * Joins the totals of chunks. args: [out, totals, inner, chunk count, groups of four columns per chunk]; inner = 0 stands for rows,
 * whose total is joined across lanes. Units are groups of four columns, or rows.
 */
export function buildFinish(module: ModuleBuilder, variant: { fold: Fold; out: DType; rows: boolean }): void {
	const { fold } = variant;
	writeKernel(module, false, (w, call) => {
		const [out, totals, inner, chunkCount, groups] = [0, 1, 2, 3, 4].map(call.word);
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const total = new State(w, fold.emptyTotal);
			const outer = w.let(i32.divS(unit, groups));
			const group = w.let(i32.remS(unit, groups));
			w.loop({ from: i32.const(0), to: chunkCount }, (chunk) => {
				const index = i32.add(i32.mul(i32.add(i32.mul(outer, chunkCount), chunk), groups), group);
				const address = w.let(i32.add(totals, i32.mul(index, i32.const(totalBytes(fold)))));
				total.set(fold.mergeTotals(total.get, fold.emptyTotal.map((_, i) => v128.load(address, 16 * i))));
			});
			finishGroup(w, call, variant, { out, inner, outer, column: w.let(i32.shl(group, i32.const(2))), total });
		});
	});
}

function finishGroup(
	w: Writer,
	_call: Call,
	variant: { fold: Fold; out: DType; rows: boolean },
	at: { out: I32; inner: I32; outer: I32; column: I32; total: State },
): void {
	const { fold } = variant;
	if (variant.rows) {
		storeResult(w, variant, w.let(elementAddress(at.out, at.outer, variant.out)), fold.across(at.total.get), i32.const(1));
		return;
	}
	const count: Expr<"i32"> = w.let(i32.sub(at.inner, at.column));
	w.when(i32.gtS(count, i32.const(0)), () => {
		const address = w.let(elementAddress(at.out, i32.add(i32.mul(at.outer, at.inner), at.column), variant.out));
		storeResult(w, variant, address, fold.lanes(at.total.get), count);
	});
}
