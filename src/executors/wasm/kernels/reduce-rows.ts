/** Code of reductions along rows: the reduced axis is the last. Long rows are cut into chunks whose totals another kernel joins. */
import { i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { totalBytes } from "./fold.ts";
import { elementAt, FoldState, makeStates, type ReduceVariant, storeResult } from "./fold-state.ts";
import { InputPointers } from "./inputs.ts";
import { type I32, laneMask, smaller, type Writer, writeKernel } from "./writer.ts";

/** Values that go into fast states before these go into totals. */
const BLOCK = 512;
/** Elements of one turn: four vectors, so that no sum waits for the one before. */
const TURN = 16;

/** args: [out or totals, length, chunk length, chunk count, addresses of inputs]. Units are chunks of rows. */
export function buildRows(module: ModuleBuilder, variant: ReduceVariant): void {
	const { fold } = variant;
	writeKernel(module, variant.relaxedSimd, (w, call) => {
		const [out, length, chunkLength, chunkCount] = [0, 1, 2, 3].map(call.word);
		const bases = variant.dtypes.map((_, i) => call.word(4 + i));
		const inputs = new InputPointers(w, variant, bases);
		w.loop({ from: call.start, to: call.end }, (unit) => {
			if (variant.chunked) {
				const row = w.let(i32.divU(unit, chunkCount));
				const first = w.let(i32.mul(i32.remU(unit, chunkCount), chunkLength));
				inputs.moveTo(w.let(i32.add(i32.mul(row, length), first)));
				const total = rowTotal(w, variant, inputs, w.let(smaller(chunkLength, i32.sub(length, first))));
				total.store(w.let(i32.add(out, i32.mul(unit, i32.const(totalBytes(fold))))));
			} else {
				inputs.moveTo(w.let(i32.mul(unit, length)));
				const total = rowTotal(w, variant, inputs, length);
				storeResult(w, variant, w.let(elementAt(variant.out, out, unit)), fold.across(w, total.get), i32.const(1));
			}
		});
	});
}

/** Joins `count` elements from the pointers on. */
function rowTotal(w: Writer, variant: ReduceVariant, inputs: InputPointers, count: I32): FoldState {
	const { fold } = variant;
	const total = new FoldState(w, fold.emptyTotal);
	const take = (state: FoldState, offset: number): void => state.set(fold.join(state.get, inputs.valueAt(offset, fold.type)));
	const at = w.variable(i32.const(0));
	const wide = w.let(i32.and(count, i32.const(-TURN)));
	w.when(wide, () => {
		w.repeat(() => {
			const [a, b, c, d] = makeStates(w, TURN / 4, fold.empty);
			w.advance(at, { to: smaller(i32.add(at.get, i32.const(BLOCK)), wide), step: TURN }, () => {
				[a, b, c, d].forEach((state, i) => {
					take(state, 4 * i);
				});
				inputs.advance(TURN);
			});
			a.set(fold.merge(a.get, b.get));
			c.set(fold.merge(c.get, d.get));
			a.set(fold.merge(a.get, c.get));
			total.set(fold.addToTotal(total.get, a.get));
			return i32.ltS(at.get, wide);
		});
	});
	w.when(i32.ltS(at.get, count), () => {
		const rest = new FoldState(w, fold.empty);
		w.advance(at, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
			take(rest, 0);
			inputs.advance(4);
		});
		w.when(i32.ltS(at.get, count), () => {
			const mask = w.let(laneMask(i32.sub(count, at.get)));
			const value = w.let(v128.bitselect(inputs.valueAt(0, fold.type), fold.neutral, mask));
			rest.set(fold.join(rest.get, value));
		});
		total.set(fold.addToTotal(total.get, rest.get));
	});
	return total;
}
