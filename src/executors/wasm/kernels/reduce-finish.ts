/** Code that joins the totals of a reduction's chunks in their order. */
import type { DType } from "../../../core/dtype.ts";
import { i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { type Fold, totalBytes } from "./fold.ts";
import { elementAt, FoldState, storeResult } from "./fold-state.ts";
import { writeKernel } from "./writer.ts";

/**
 * args: [out, totals, inner, chunk count, groups of four columns in a chunk]. Units are groups within outer indices.
 * Rows have one group a chunk, whose lanes are joined at the end.
 */
export function buildFinish(module: ModuleBuilder, variant: { fold: Fold; out: DType; rows: boolean }): void {
	const { fold } = variant;
	writeKernel(module, false, (w, call) => {
		const [out, totals, inner, chunkCount, groups] = [0, 1, 2, 3, 4].map(call.word);
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const outer = w.let(i32.divU(unit, groups));
			const group = w.let(i32.remU(unit, groups));
			const total = new FoldState(w, fold.emptyTotal);
			w.loop({ from: i32.const(0), to: chunkCount }, (chunk) => {
				const index = i32.add(i32.mul(i32.add(i32.mul(outer, chunkCount), chunk), groups), group);
				const address = w.let(i32.add(totals, i32.mul(index, i32.const(totalBytes(fold)))));
				const read = fold.emptyTotal.map((_, i) => w.let(v128.load(address, 16 * i)));
				total.set(fold.mergeTotals(total.get, read));
			});
			if (variant.rows) {
				storeResult(w, variant, w.let(elementAt(variant.out, out, outer)), fold.across(w, total.get), i32.const(1));
				return;
			}
			const column = w.let(i32.shl(group, i32.const(2)));
			const address = w.let(elementAt(variant.out, out, i32.add(i32.mul(outer, inner), column)));
			storeResult(w, variant, address, fold.lanes(total.get), w.let(i32.sub(inner, column)));
		});
	});
}
