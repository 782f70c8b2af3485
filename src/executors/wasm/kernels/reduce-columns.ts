/** Code of reductions along columns: vectors over the axes behind the reduced one. Long columns are cut into chunks of rows. */
import { i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { totalBytes } from "./fold.ts";
import { elementAt, FoldState, makeStates, type ReduceVariant, storeResult } from "./fold-state.ts";
import { InputPointers } from "./inputs.ts";
import { walkRuns, walkTiles } from "./strips.ts";
import { type I32, smaller, type Writer, writeKernel } from "./writer.ts";

/** Rows that go into fast states before these go into totals; also as many streams as a memory system follows. */
const BLOCK = 16;

/**
 * args: [out or totals, length, inner, chunk length, chunk count, addresses of inputs].
 * Units are runs of columns within chunks of rows within outer indices. Totals lie in memory, four columns after four.
 */
export function buildColumns(module: ModuleBuilder, variant: ReduceVariant): void {
	const { fold } = variant;
	const bytes = totalBytes(fold) / 4;
	writeKernel(module, variant.relaxedSimd, (w, call) => {
		const [out, length, inner, chunkLength, chunkCount] = [0, 1, 2, 3, 4].map(call.word);
		const bases = variant.dtypes.map((_, i) => call.word(5 + i));
		const inputs = new InputPointers(w, variant, bases);
		walkRuns(w, { start: call.start, end: call.end, columns: inner }, ({ outer: chunk, column, columnCount: columns }) => {
			const outer = w.let(i32.divU(chunk, chunkCount));
			const firstRow = w.let(i32.mul(i32.remU(chunk, chunkCount), chunkLength));
			const rows = w.let(smaller(chunkLength, i32.sub(length, firstRow)));
			const first = w.let(i32.add(i32.mul(i32.add(i32.mul(outer, length), firstRow), inner), column));
			const padded = i32.and(i32.add(inner, i32.const(3)), i32.const(-4));
			const written = i32.add(out, i32.mul(i32.add(i32.mul(chunk, padded), column), i32.const(bytes)));
			const totals = w.let(variant.chunked ? written : module.scratch);
			addRows(w, variant, inputs, { first, rows, columns, inner, totals });
			if (variant.chunked) return;
			const target = w.let(i32.add(i32.mul(outer, inner), column));
			w.loop({ from: i32.const(0), to: columns, step: 4 }, (c) => {
				const total = w.let(i32.add(totals, i32.mul(c, i32.const(bytes))));
				const read = fold.emptyTotal.map((_, i) => w.let(v128.load(total, 16 * i)));
				storeResult(w, variant, w.let(elementAt(variant.out, out, i32.add(target, c))), fold.lanes(read), w.let(i32.sub(columns, c)));
			});
		});
	});
}

/** Totals of `columns` columns over rows from element `first` on. */
function addRows(
	w: Writer,
	variant: ReduceVariant,
	inputs: InputPointers,
	at: { first: I32; rows: I32; columns: I32; inner: I32; totals: I32 },
): void {
	const { fold } = variant;
	const bytes = totalBytes(fold);
	const totalAt = (column: I32): I32 => w.let(i32.add(at.totals, i32.mul(column, i32.const(bytes / 4))));
	w.loop({ from: i32.const(0), to: at.columns, step: 4 }, (column) => {
		const address = totalAt(column);
		fold.emptyTotal.forEach((vector, i) => {
			w.do(v128.store(address, vector, 16 * i));
		});
	});
	w.loop({ from: i32.const(0), to: at.rows, step: BLOCK }, (row) => {
		const count = w.let(smaller(i32.sub(at.rows, row), i32.const(BLOCK)));
		const first = w.let(i32.add(at.first, i32.mul(row, at.inner)));
		walkTiles(w, { from: i32.const(0), to: at.columns }, ({ column, groupCount }) => {
			inputs.moveTo(w.let(i32.add(first, column)));
			const states = makeStates(w, groupCount, fold.empty);
			w.loop({ from: i32.const(0), to: count }, () => {
				for (const [i, state] of states.entries()) state.set(fold.join(state.get, inputs.valueAt(4 * i, fold.type)));
				inputs.advanceBy(at.inner);
			});
			const address = totalAt(column);
			for (const [group, state] of states.entries()) {
				const total = new FoldState(
					w,
					fold.emptyTotal.map((_, i) => v128.load(address, group * bytes + 16 * i)),
				);
				total.set(fold.addToTotal(total.get, state.get));
				total.store(address, group * bytes);
			}
		});
	});
}
