/** Running sums along an axis: real numbers in double precision, integers exactly. */
import type { DType } from "../../../core/dtype.ts";
import type { Kernels } from "../../../kernels/contracts.ts";
import { scalarTypeOf } from "../../../kernels/formula.ts";
import { i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { convertVector, loadVector, packFor, storeLane, storeVector } from "../vector.ts";
import { foldOf, totalBytes } from "./fold.ts";
import { elementAt, FoldState } from "./fold-state.ts";
import { typeCode } from "./inputs.ts";
import { RUN, runCount, walkRuns, walkTiles } from "./strips.ts";
import { type I32, type V128, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 16384;

/** See {@link Kernels.cumulativeSum}. */
export function cumulativeSum(host: Host): Kernels["cumulativeSum"] {
	const compiled: (Kernel | undefined)[] = [];
	return (x, out, { outer, length, inner, reverse }) => {
		if (out.size === 0) return;
		const variant = { from: x.dtype, to: out.dtype, single: inner === 1 };
		const code = 16 * typeCode[x.dtype] + 2 * typeCode[out.dtype] + (inner === 1 ? 1 : 0);
		const compile = (): Kernel => host.kernel(`cumulativeSum ${x.dtype} ${out.dtype} ${inner === 1}`, (module) => build(module, variant));
		const kernel = (compiled[code] ??= compile());
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(x);
		words[at + 1] = addressOf(out);
		words[at + 2] = length;
		words[at + 3] = inner;
		words[at + 4] = reverse ? length - 1 : 0;
		words[at + 5] = reverse ? -inner : inner;
		host.run(kernel, outer * runCount(inner), Math.ceil(PARALLEL_ELEMENTS / (length * Math.min(RUN, inner))));
	};
}

/**
 * args: [x, out, length, inner, first row, elements from row to row]. Units are runs of columns of outer indices, whose totals stand in
 * scratch memory; a single column has its total in registers.
 */
function build(module: ModuleBuilder, variant: { from: DType; to: DType; single: boolean }): void {
	const { from, to, single } = variant;
	const real = scalarTypeOf(from) === "real" || scalarTypeOf(to) === "real";
	const fold = foldOf("sum", real ? "real" : "integer");
	const bytes = totalBytes(fold);
	writeKernel(module, false, (w, call) => {
		const [x, out, length, inner, firstRow, step] = [0, 1, 2, 3, 4, 5].map(call.word);
		const [fromStep, toStep] = [from, to].map((dtype) => w.let(i32.mul(step, i32.const(bytesOf(dtype)))));
		walkRuns(w, { start: call.start, end: call.end, columns: inner }, ({ outer, column, columnCount }) => {
			const first = w.let(i32.add(i32.mul(i32.add(i32.mul(outer, length), firstRow), inner), column));
			const source = w.variable(i32.add(x, i32.mul(first, i32.const(bytesOf(from)))));
			const target = w.variable(i32.add(out, i32.mul(first, i32.const(bytesOf(to)))));
			/** Adds four elements to their totals and gives the sums, packed. */
			const join = (total: FoldState, address: I32, offset: number): V128 => {
				const { type, value } = loadVector(from, address, offset * bytesOf(from));
				const lanes = w.let(convertVector({ type, value: w.let(value) }, fold.type));
				total.set(fold.addToTotal(total.get, [lanes]));
				return w.let(packFor(to, { type: fold.type, value: w.let(fold.lanes(total.get)) }));
			};
			const column0 = new FoldState(w, fold.emptyTotal);
			if (!single)
				w.clear(module.scratch, w.let(i32.mul(i32.shrU(i32.add(columnCount, i32.const(3)), i32.const(2)), i32.const(bytes / 4))));
			w.loop({ from: i32.const(0), to: length }, () => {
				if (single) w.do(storeLane(to, target.get, join(column0, source.get, 0), 0));
				else {
					walkTiles(w, { from: i32.const(0), to: columnCount }, ({ column: c, groupCount, columnCount: count }) => {
						const totals = w.let(i32.add(module.scratch, i32.mul(c, i32.const(bytes / 4))));
						const [read, written] = [source.get, target.get].map((base, i) => w.let(elementAt([from, to][i], base, c)));
						for (let group = 0; group < groupCount; group++) {
							const offset = group * bytes;
							const total = new FoldState(
								w,
								fold.emptyTotal.map((_, i) => v128.load(totals, offset + 16 * i)),
							);
							const sums = join(total, read, 4 * group);
							total.store(totals, offset);
							if (groupCount > 1) w.do(storeVector(to, written, sums, 4 * group * bytesOf(to)));
							else w.storePacked(to, written, sums, count);
						}
					});
				}
				w.do(source.set(i32.add(source.get, fromStep)), target.set(i32.add(target.get, toStep)));
			});
		});
	});
}
