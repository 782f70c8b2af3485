/** Reductions of formulas over axes. The axes are merged to [outer, reduced, inner]; several reduced groups are taken one by one. */
import type { DType } from "../../../core/dtype.ts";
import { contiguousStrides, sizeOf } from "../../../core/shape.ts";
import type { Kernels, Operand, ReduceKind } from "../../../kernels/contracts.ts";
import { type Formula, inferTypes, formula as makeFormula, scalarTypeOf } from "../../../kernels/formula.ts";
import { addressOf, bytesOf, type WasmBlock } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { type Fold, foldOf, totalBytes } from "./fold.ts";
import { type Step, stepOf, typeCode } from "./inputs.ts";
import { buildColumns } from "./reduce-columns.ts";
import { buildFinish } from "./reduce-finish.ts";
import { buildRows } from "./reduce-rows.ts";
import { RUN, runCount } from "./strips.ts";

/** Elements of a row, or about of a chunk of columns, that one unit takes. */
const CHUNK_ELEMENTS = 16384;
/** Fewest rows in a chunk of columns. */
const CHUNK_ROWS = 128;
/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;

const identity = makeFormula("identity", (x) => x);
const kindCode: Record<ReduceKind, number> = { sum: 0, prod: 1, max: 2, min: 3 };

/** A reduction seen as [outer, length, inner] with the middle axis reduced. */
interface Layout {
	readonly outer: number;
	readonly length: number;
	readonly inner: number;
}

interface Variant {
	readonly kind: ReduceKind;
	readonly formula: Formula;
	readonly dtypes: readonly DType[];
	readonly steps: readonly Step[];
	readonly out: DType;
	readonly fold: Fold;
}

/** The reduce kernel of a host. `contiguousCopy` makes operands readable that are neither contiguous nor a single element. */
export function reduce(host: Host, contiguousCopy: (x: Operand) => { operand: Operand; release: () => void }): Kernels["reduce"] {
	const plans = new WeakMap<Formula, Map<number, Plan>>();

	const planFor = (kind: ReduceKind, formula: Formula, inputs: readonly Operand[], out: DType): Plan => {
		let ofFormula = plans.get(formula);
		if (ofFormula === undefined) {
			ofFormula = new Map();
			plans.set(formula, ofFormula);
		}
		let code = kindCode[kind] * 8 + typeCode[out];
		for (let i = 0; i < inputs.length; i++) code = code * 16 + typeCode[inputs[i].dtype] * 2 + (stepOf(inputs[i]) as Step);
		let plan = ofFormula.get(code);
		if (plan === undefined) {
			const dtypes = inputs.map((input) => input.dtype);
			const steps = inputs.map((input) => stepOf(input) as Step);
			plan = new Plan(host, { kind, formula, dtypes, steps, out, fold: foldOf(kind, laneType(formula, dtypes, out)) });
			ofFormula.set(code, plan);
		}
		return plan;
	};

	const reduceGroups = (kind: ReduceKind, formula: Formula, inputs: readonly Operand[], out: Operand, axes: readonly number[]): void => {
		const { shape } = inputs[0];
		const layout = layoutOf(shape, axes);
		if (layout !== null) {
			planFor(kind, formula, inputs, out.dtype).run(inputs, out, layout);
			return;
		}
		const group = lastGroup(shape, axes);
		const between = temporary(host, out.dtype, [...shape.slice(0, group.from), ...shape.slice(group.to)]);
		try {
			planFor(kind, formula, inputs, out.dtype).run(inputs, between, group.layout);
			const others = axes.filter((axis) => axis < group.from);
			reduceGroups(kind, identity, [between], out, others);
		} finally {
			host.heap.release(addressOf(between));
		}
	};

	return (kind, formula, inputs, out, axes) => {
		if (out.size === 0) return;
		if (inputs.every((input) => stepOf(input) !== null)) {
			reduceGroups(kind, formula, inputs, out, axes);
			return;
		}
		const releases: (() => void)[] = [];
		try {
			const readable = inputs.map((input) => {
				if (stepOf(input) !== null) return input;
				const { operand, release } = contiguousCopy(input);
				releases.push(release);
				return operand;
			});
			reduceGroups(kind, formula, readable, out, axes);
		} finally {
			for (const release of releases) release();
		}
	};
}

/** The kernels of one kind of reduction, built when first needed. */
class Plan {
	readonly #host: Host;
	readonly #variant: Variant;
	readonly #rows: (Kernel | undefined)[] = [];
	readonly #columns: (Kernel | undefined)[] = [];
	readonly #finishes: (Kernel | undefined)[] = [];

	constructor(host: Host, variant: Variant) {
		this.#host = host;
		this.#variant = variant;
	}

	run(inputs: readonly Operand[], out: Operand, layout: Layout): void {
		if (layout.inner === 1) this.#runRows(inputs, out, layout);
		else this.#runColumns(inputs, out, layout);
	}

	#runRows(inputs: readonly Operand[], out: Operand, { outer, length }: Layout): void {
		const host = this.#host;
		const chunkCount = length <= 2 * CHUNK_ELEMENTS ? 1 : Math.ceil(length / CHUNK_ELEMENTS);
		const chunked = chunkCount > 1 ? 1 : 0;
		const totals = chunked ? this.#allocateTotals(outer * chunkCount) : 0;
		const kernel = (this.#rows[chunked] ??= this.#compile("rows", chunked === 1));
		const words = host.heap.i32;
		const at = host.args;
		words[at] = chunked ? totals : addressOf(out);
		words[at + 1] = length;
		words[at + 2] = CHUNK_ELEMENTS;
		words[at + 3] = chunkCount;
		for (let i = 0; i < inputs.length; i++) words[at + 4 + i] = addressOf(inputs[i]);
		const unitElements = Math.min(length, CHUNK_ELEMENTS) + 1;
		host.run(kernel, outer * chunkCount, Math.ceil(PARALLEL_ELEMENTS / unitElements));
		if (chunked) this.#finish(totals, out, { outer, inner: 1, chunkCount, groups: 1 });
	}

	#runColumns(inputs: readonly Operand[], out: Operand, { outer, length, inner }: Layout): void {
		const host = this.#host;
		const chunkLength = Math.max(CHUNK_ROWS, Math.ceil(CHUNK_ELEMENTS / inner));
		const chunkCount = length <= 2 * chunkLength ? 1 : Math.ceil(length / chunkLength);
		const chunked = chunkCount > 1 ? 1 : 0;
		const runs = runCount(inner);
		const groups = Math.ceil(inner / 4);
		const totals = chunked ? this.#allocateTotals(outer * chunkCount * groups) : 0;
		const kernel = (this.#columns[chunked] ??= this.#compile("columns", chunked === 1));
		const words = host.heap.i32;
		const at = host.args;
		words[at] = chunked ? totals : addressOf(out);
		words[at + 1] = length;
		words[at + 2] = inner;
		words[at + 3] = chunked ? chunkLength : length;
		words[at + 4] = chunkCount;
		for (let i = 0; i < inputs.length; i++) words[at + 5 + i] = addressOf(inputs[i]);
		const unitElements = Math.min(length, chunkLength) * Math.min(inner, RUN) + 1;
		host.run(kernel, outer * chunkCount * runs, Math.ceil(PARALLEL_ELEMENTS / unitElements));
		if (chunked) this.#finish(totals, out, { outer, inner, chunkCount, groups });
	}

	#finish(totals: number, out: Operand, size: { outer: number; inner: number; chunkCount: number; groups: number }): void {
		const { outer, inner, chunkCount, groups } = size;
		const rows = inner === 1;
		const kernel = (this.#finishes[rows ? 0 : 1] ??= this.#compileFinish(rows));
		const words = this.#host.heap.i32;
		const at = this.#host.args;
		words[at] = addressOf(out);
		words[at + 1] = totals;
		words[at + 2] = inner;
		words[at + 3] = chunkCount;
		words[at + 4] = groups;
		this.#host.run(kernel, outer * groups, Math.ceil(PARALLEL_ELEMENTS / chunkCount));
		this.#host.heap.release(totals);
	}

	#allocateTotals(count: number): number {
		return this.#host.heap.allocate(count * totalBytes(this.#variant.fold));
	}

	#compile(part: "rows" | "columns", chunked: boolean): Kernel {
		const { kind, formula, dtypes, steps, out, fold } = this.#variant;
		const key = `reduce ${part} ${chunked} ${kind} ${fold.type} ${out} ${formula.key} ${dtypes.join(",")} ${steps.join("")}`;
		const build = part === "rows" ? buildRows : buildColumns;
		const { relaxedSimd } = this.#host;
		return this.#host.kernel(key, (module) => build(module, { formula, dtypes, steps, fold, out, chunked, relaxedSimd }));
	}

	#compileFinish(rows: boolean): Kernel {
		const { kind, out, fold } = this.#variant;
		return this.#host.kernel(`reduce finish ${rows} ${kind} ${fold.type} ${out}`, (module) => buildFinish(module, { fold, out, rows }));
	}
}

/** The type of lanes in which values are joined: real if the result is, or the values are. */
function laneType(formula: Formula, inputs: readonly DType[], out: DType): "real" | "integer" {
	const type = inferTypes(formula.outputs, inputs.map(scalarTypeOf)).get(formula.outputs[0]);
	return type === "real" || scalarTypeOf(out) === "real" ? "real" : "integer";
}

/** [outer, length, inner] if the reduced axes are neighbours; axes of length 1 may stand between them. */
function layoutOf(shape: readonly number[], axes: readonly number[]): Layout | null {
	let outer = 1;
	let length = 1;
	let inner = 1;
	let reducing = false;
	let next = 0;
	for (let axis = 0; axis < shape.length; axis++) {
		const reduced = axes[next] === axis;
		if (reduced) next++;
		if (shape[axis] === 1) continue;
		if (!reduced && !reducing) outer *= shape[axis];
		else if (!reduced) inner *= shape[axis];
		else if (inner === 1) {
			reducing = true;
			length *= shape[axis];
		} else return null;
	}
	return { outer, length, inner };
}

/** The last neighbours among the reduced axes: axes `from … to − 1`. */
function lastGroup(shape: readonly number[], axes: readonly number[]): { from: number; to: number; layout: Layout } {
	const to = axes[axes.length - 1] + 1;
	let from = to;
	while (axes.includes(from - 1)) from--;
	const layout = { outer: sizeOf(shape.slice(0, from)), length: sizeOf(shape.slice(from, to)), inner: sizeOf(shape.slice(to)) };
	return { from, to, layout };
}

function temporary(host: Host, dtype: DType, shape: readonly number[]): Operand {
	const size = sizeOf(shape);
	const bytes = size * bytesOf(dtype);
	const block: WasmBlock = { address: host.heap.allocate(bytes), bytes };
	return { block, dtype, shape, strides: contiguousStrides(shape), offset: 0, size, contiguous: true };
}
