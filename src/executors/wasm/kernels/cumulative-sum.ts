/** Running sums along an axis: real numbers in double precision, integers exactly. */
import type { DType } from "../../../core/dtype.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { scalarTypeOf } from "../../../kernels/formula.ts";
import { i32, type ModuleBuilder } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host } from "../host.ts";
import { convertVector, loadVector, packFor } from "../vector.ts";
import { foldOf } from "./fold.ts";
import { FoldState } from "./fold-state.ts";
import { smaller, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 16384;

/** See {@link Kernels.cumulativeSum}. */
export function cumulativeSum(host: Host): Kernels["cumulativeSum"] {
	return (x, out, { outer, length, inner, reverse }) => {
		if (out.size === 0) return;
		const kernel = host.kernel(`cumulativeSum ${x.dtype} ${out.dtype}`, (module) => build(module, x.dtype, out.dtype));
		const strips = Math.ceil(inner / 4);
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(x);
		words[at + 1] = addressOf(out);
		words[at + 2] = length;
		words[at + 3] = inner;
		words[at + 4] = strips;
		words[at + 5] = reverse ? length - 1 : 0;
		words[at + 6] = reverse ? -inner : inner;
		host.run(kernel, outer * strips, Math.ceil(PARALLEL_ELEMENTS / (length * Math.min(4, inner))));
	};
}

/** args: [x, out, length, inner, strips, first row, elements from row to row]. Units are groups of four columns of outer indices. */
function build(module: ModuleBuilder, from: DType, to: DType): void {
	const real = scalarTypeOf(from) === "real" || scalarTypeOf(to) === "real";
	const fold = foldOf("sum", real ? "real" : "integer");
	writeKernel(module, false, (w, call) => {
		const [x, out, length, inner, strips, firstRow, step] = [0, 1, 2, 3, 4, 5, 6].map(call.word);
		const [fromStep, toStep] = [from, to].map((dtype) => w.let(i32.mul(step, i32.const(bytesOf(dtype)))));
		w.loop({ from: call.start, to: call.end }, (unit) => {
			const outer = w.let(i32.divU(unit, strips));
			const column = w.let(i32.shl(i32.remU(unit, strips), i32.const(2)));
			const count = w.let(smaller(i32.sub(inner, column), i32.const(4)));
			const first = w.let(i32.add(i32.mul(i32.add(i32.mul(outer, length), firstRow), inner), column));
			const source = w.variable(i32.add(x, i32.mul(first, i32.const(bytesOf(from)))));
			const target = w.variable(i32.add(out, i32.mul(first, i32.const(bytesOf(to)))));
			const total = new FoldState(w, fold.emptyTotal);
			w.loop({ from: i32.const(0), to: length }, () => {
				const { type, value } = loadVector(from, source.get, 0);
				const lanes = w.let(convertVector({ type, value: w.let(value) }, fold.type));
				total.set(fold.addToTotal(total.get, [lanes]));
				w.storePacked(to, target.get, w.let(packFor(to, { type: fold.type, value: w.let(fold.lanes(total.get)) })), count);
				w.do(source.set(i32.add(source.get, fromStep)), target.set(i32.add(target.get, toStep)));
			});
		});
	});
}
