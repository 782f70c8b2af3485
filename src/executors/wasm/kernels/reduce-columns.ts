/** Code of reductions along columns: vectors over the axes behind the reduced one. Long columns are cut into chunks of rows. */
import { i32, type ModuleBuilder } from "../assembler.ts";
import { totalBytes } from "./fold.ts";
import { elementAt, type FoldState, makeStates, type ReduceVariant, storeResult } from "./fold-state.ts";
import { InputPointers } from "./inputs.ts";
import { type I32, smaller, type Writer, writeKernel } from "./writer.ts";

/** Rows that go into fast states before these go into totals. */
const BLOCK = 16;
/** Columns that one unit covers. */
export const STRIP = 16;

/**
 * args: [out or totals, length, inner, chunk length, chunk count, strip count, addresses of inputs].
 * Units are strips of columns within chunks of rows within outer indices.
 */
export function buildColumns(module: ModuleBuilder, variant: ReduceVariant): void {
	const { fold } = variant;
	writeKernel(module, variant.relaxedSimd, (w, call) => {
		const [out, length, inner, chunkLength, chunkCount, strips] = [0, 1, 2, 3, 4, 5].map(call.word);
		const bases = variant.dtypes.map((_, i) => call.word(6 + i));
		const inputs = new InputPointers(w, variant, bases);
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const chunk = w.let(i32.divU(unit, strips));
			const column = w.let(i32.mul(i32.remU(unit, strips), i32.const(STRIP)));
			const outer = variant.chunked ? w.let(i32.divU(chunk, chunkCount)) : chunk;
			const firstRow = variant.chunked ? w.let(i32.mul(i32.remU(chunk, chunkCount), chunkLength)) : i32.const(0);
			const rows = variant.chunked ? w.let(smaller(chunkLength, i32.sub(length, firstRow))) : length;
			const first = w.let(i32.add(i32.mul(i32.add(i32.mul(outer, length), firstRow), inner), column));
			const outFirst = variant.chunked
				? w.let(i32.add(i32.mul(chunk, i32.mul(strips, i32.const(STRIP))), column))
				: w.let(i32.add(i32.mul(outer, inner), column));
			const tile = (width: number, offset: I32, count: I32): void => {
				inputs.moveTo(w.let(i32.add(first, offset)));
				columnTotals(w, variant, inputs, { width, rows, inner }).forEach((total, i) => {
					const index = w.let(i32.add(i32.add(outFirst, offset), i32.const(4 * i)));
					if (variant.chunked) total.store(w.let(i32.add(out, i32.mul(index, i32.const(totalBytes(fold) / 4)))));
					else storeResult(w, variant, w.let(elementAt(variant.out, out, index)), fold.lanes(total.get), count);
				});
			};
			const columns = w.let(smaller(i32.sub(inner, column), i32.const(STRIP)));
			w.when(
				i32.eq(columns, i32.const(STRIP)),
				() => tile(STRIP / 4, i32.const(0), i32.const(4)),
				() => w.loop({ from: i32.const(0), to: columns, step: 4 }, (offset) => tile(1, offset, w.let(i32.sub(columns, offset)))),
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
): FoldState[] {
	const { fold } = variant;
	const totals = makeStates(w, size.width, fold.emptyTotal);
	const row = w.variable(i32.const(0));
	w.when(i32.gtS(size.rows, i32.const(0)), () => {
		w.repeat(() => {
			const fast = makeStates(w, size.width, fold.empty);
			w.advance(row, { to: smaller(i32.add(row.get, i32.const(BLOCK)), size.rows) }, () => {
				fast.forEach((state, i) => {
					state.set(fold.join(state.get, inputs.valueAt(4 * i, fold.type)));
				});
				inputs.advanceBy(size.inner);
			});
			totals.forEach((total, i) => {
				total.set(fold.addToTotal(total.get, fast[i].get));
			});
			return i32.ltS(row.get, size.rows);
		});
	});
	return totals;
}
