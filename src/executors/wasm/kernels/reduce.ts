/** Reductions of formulas over axes. The axes are merged to [outer, reduced, inner]; several reduced groups are taken one by one. */
import { type DType, dtypes } from "../../../core/dtype.ts";
import type { Kernels, Operand, ReduceKind } from "../../../kernels/contracts.ts";
import { type Formula, formula as makeFormula, inferTypes, scalarTypeOf } from "../../../kernels/formula.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { type Fold, foldOf } from "./fold.ts";
import { type Step, stepOf } from "./inputs.ts";
import { buildColumns, buildFinish, buildRows, STRIP, totalBytes } from "./reduce-code.ts";

/** Elements of a row that one unit takes. */
const ROW_CHUNK = 16384;
/** Elements of a chunk of columns, about. */
const COLUMN_CHUNK = 16384;
/** Fewest rows of a chunk of columns. */
const CHUNK_ROWS = 128;
/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;

const identity = makeFormula("identity", (x) => x);
const typeCode: Record<DType, number> = { float32: 0, int32: 1, bool: 2, uint8: 3, float64: 4 };
const kindCode: Record<ReduceKind, number> = { sum: 0, prod: 1, max: 2, min: 3 };

/** What one kind of call needs: the fold and the kernels made so far. */
interface Compiled {
	readonly fold: Fold;
	readonly kernels: (Kernel | undefined)[];
}

interface Layout {
	readonly outer: number;
	readonly length: number;
	readonly inner: number;
}

/** The reduce kernel of a host. `contiguousCopy` makes operands readable that are neither contiguous nor a single element. */
export function reduce(host: Host, contiguousCopy: (x: Operand) => { operand: Operand; release: () => void }): Kernels["reduce"] {
	const compiled = new WeakMap<Formula, Map<number, Compiled>>();

	const compiledFor = (kind: ReduceKind, formula: Formula, inputs: readonly Operand[], out: Operand): Compiled => {
		let variants = compiled.get(formula);
		if (variants === undefined) {
			variants = new Map();
			compiled.set(formula, variants);
		}
		let code = kindCode[kind] * 8 + typeCode[out.dtype];
		for (let i = 0; i < inputs.length; i++) code = code * 16 + typeCode[inputs[i].dtype] * 2 + (stepOf(inputs[i]) as Step);
		let found = variants.get(code);
		if (found === undefined) {
			found = { fold: foldOf(kind, accumulatorType(formula, inputs, out.dtype)), kernels: [] };
			variants.set(code, found);
		}
		return found;
	};

	const kernelFor = (compiledCall: Compiled, part: Part, call: { kind: ReduceKind; formula: Formula; inputs: readonly Operand[]; out: Operand }): Kernel => {
		const { formula, inputs, out, kind } = call;
		const { fold } = compiledCall;
		const finishing = part === Part.finishRows || part === Part.finishColumns;
		const steps = inputs.map((input) => stepOf(input) as Step);
		const types = inputs.map((input) => input.dtype);
		const source = finishing ? "" : `${formula.key} ${types.join(",")} ${steps.join("")}`;
		return host.kernel(`reduce ${kind} ${fold.type} ${part} ${out.dtype} ${source}`, (module) => {
			const rows = part === Part.finishRows;
			if (finishing) buildFinish(module, { fold, out: out.dtype, rows });
			else {
				const chunked = part === Part.chunkedRows || part === Part.chunkedColumns;
				const build = part === Part.rows || part === Part.chunkedRows ? buildRows : buildColumns;
				build(module, { formula, dtypes: types, steps, fold, out: out.dtype, chunked, relaxedSimd: host.relaxedSimd });
			}
		});
	};

	/** One contiguous group of reduced axes. */
	const reduceGroup = (kind: ReduceKind, formula: Formula, inputs: readonly Operand[], out: Operand, layout: Layout): void => {
		const { outer, length, inner } = layout;
		const call = compiledFor(kind, formula, inputs, out);
		const rows = inner === 1;
		const chunkLength = rows ? ROW_CHUNK : Math.max(CHUNK_ROWS, Math.ceil(COLUMN_CHUNK / inner));
		const chunkCount = length <= 2 * chunkLength ? 1 : Math.ceil(length / chunkLength);
		const chunked = chunkCount > 1;
		const stripCount = rows ? 1 : Math.ceil(inner / STRIP);
		const groups = rows ? 1 : (stripCount * STRIP) / 4;
		const part = (rows ? Part.rows : Part.columns) + (chunked ? 1 : 0);
		const kernel = (call.kernels[part] ??= kernelFor(call, part as Part, { kind, formula, inputs, out }));
		const totals = chunked ? host.heap.allocate(outer * chunkCount * groups * totalBytes(call.fold)) : 0;
		const words = host.heap.i32;
		const at = host.args;
		words[at] = chunked ? totals : addressOf(out);
		words[at + 1] = length;
		if (rows) {
			words[at + 2] = chunkLength;
			words[at + 3] = chunkCount;
		} else {
			words[at + 2] = inner;
			words[at + 3] = chunkLength;
			words[at + 4] = chunkCount;
			words[at + 5] = stripCount;
		}
		const firstInput = at + (rows ? 4 : 6);
		for (let i = 0; i < inputs.length; i++) words[firstInput + i] = addressOf(inputs[i]);
		const unitElements = Math.max(1, Math.min(length, chunkLength) * (rows ? 1 : STRIP));
		host.run(kernel, outer * chunkCount * stripCount, Math.ceil(PARALLEL_ELEMENTS / unitElements));
		if (!chunked) return;
		const finishPart = rows ? Part.finishRows : Part.finishColumns;
		const finish = (call.kernels[finishPart] ??= kernelFor(call, finishPart, { kind, formula, inputs, out }));
		words[at] = addressOf(out);
		words[at + 1] = totals;
		words[at + 2] = inner;
		words[at + 3] = chunkCount;
		words[at + 4] = groups;
		host.run(finish, outer * groups, Math.ceil(PARALLEL_ELEMENTS / chunkCount));
		host.heap.release(totals);
	};
	const reduceAll = (kind: ReduceKind, formula: Formula, inputs: readonly Operand[], out: Operand, axes: readonly number[]): void => {
		const { shape } = inputs[0];
		const layout = layoutOf(shape, axes);
		if (layout !== null) {
			reduceGroup(kind, formula, inputs, out, layout);
			return;
		}
		const last = lastGroup(shape, axes);
		const between = temporary(host, out.dtype, shape.slice(0, last.from).concat(shape.slice(last.to)));
		reduceGroup(kind, formula, inputs, between, last.layout);
		reduceAll(kind, identity, [between], out, axes.filter((axis) => axis < last.from));
		host.heap.release(addressOf(between));
	};
	return (kind, formula, inputs, out, axes) => {
		if (out.size === 0) return;
		if (inputs.every((input) => stepOf(input) !== null)) {
			reduceAll(kind, formula, inputs, out, axes);
			return;
		}
		const copies = inputs.map((input) => (stepOf(input) === null ? contiguousCopy(input) : null));
		reduceAll(kind, formula, copies.map((copy, i) => copy?.operand ?? inputs[i]), out, axes);
		for (const copy of copies) copy?.release();
	};
}
