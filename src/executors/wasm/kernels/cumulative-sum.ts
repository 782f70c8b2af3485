/** Running sums along an axis: real numbers in double precision, integers exactly. */
import type { DType } from "../../../core/dtype.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { scalarTypeOf } from "../../../kernels/formula.ts";
import { i32, type ModuleBuilder } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host } from "../host.ts";
import { convertVector, loadVector, packFor, storeLane, storeVector } from "../vector.ts";
import { foldOf } from "./fold.ts";
import { makeStates } from "./fold-state.ts";
import { STRIP, stripCount, walkStrips } from "./strips.ts";
import { writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 16384;

/** See {@link Kernels.cumulativeSum}. */
export function cumulativeSum(host: Host): Kernels["cumulativeSum"] {
	return (x, out, { outer, length, inner, reverse }) => {
		if (out.size === 0) return;
		const variant = { from: x.dtype, to: out.dtype, rows: inner === 1 };
		const kernel = host.kernel(`cumulativeSum ${x.dtype} ${out.dtype} ${inner === 1}`, (module) => build(module, variant));
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(x);
		words[at + 1] = addressOf(out);
		words[at + 2] = length;
		words[at + 3] = inner;
		words[at + 4] = reverse ? length - 1 : 0;
		words[at + 5] = reverse ? -inner : inner;
		host.run(kernel, outer * stripCount(inner), Math.ceil(PARALLEL_ELEMENTS / (length * Math.min(STRIP, inner))));
	};
}

/** args: [x, out, length, inner, first row, elements from row to row]. Units are strips of columns of outer indices. */
function build(module: ModuleBuilder, variant: { from: DType; to: DType; rows: boolean }): void {
	const { from, to, rows } = variant;
	const real = scalarTypeOf(from) === "real" || scalarTypeOf(to) === "real";
	const fold = foldOf("sum", real ? "real" : "integer");
	writeKernel(module, false, (w, call) => {
		const [x, out, length, inner, firstRow, step] = [0, 1, 2, 3, 4, 5].map(call.word);
		const [fromStep, toStep] = [from, to].map((dtype) => w.let(i32.mul(step, i32.const(bytesOf(dtype)))));
		walkStrips(w, { start: call.start, end: call.end, columns: inner }, ({ outer, column, groupCount, columnCount }) => {
			const first = w.let(i32.add(i32.mul(i32.add(i32.mul(outer, length), firstRow), inner), column));
			const source = w.variable(i32.add(x, i32.mul(first, i32.const(bytesOf(from)))));
			const target = w.variable(i32.add(out, i32.mul(first, i32.const(bytesOf(to)))));
			const totals = makeStates(w, groupCount, fold.emptyTotal);
			w.loop({ from: i32.const(0), to: length }, () => {
				for (const [group, total] of totals.entries()) {
					const { type, value } = loadVector(from, source.get, 4 * group * bytesOf(from));
					const lanes = w.let(convertVector({ type, value: w.let(value) }, fold.type));
					total.set(fold.addToTotal(total.get, [lanes]));
					const sums = w.let(packFor(to, { type: fold.type, value: w.let(fold.lanes(total.get)) }));
					if (groupCount > 1) w.do(storeVector(to, target.get, sums, 4 * group * bytesOf(to)));
					else if (rows) w.do(storeLane(to, target.get, sums, 0));
					else w.storePacked(to, target.get, sums, columnCount);
				}
				w.do(source.set(i32.add(source.get, fromStep)), target.set(i32.add(target.get, toStep)));
			});
		});
	});
}
