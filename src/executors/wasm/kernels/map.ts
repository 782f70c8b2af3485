/**
 * Elementwise formulas over broadcast operands. The operands' axes are merged as far as their strides allow; what remains is a
 * row of contiguous or repeated elements, rows over it, and, rarely, outer axes walked in JavaScript.
 */
import type { DType } from "../../../core/dtype.ts";
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import type { Formula, Scalar } from "../../../kernels/formula.ts";
import { type Code, type Expr, i32, type Local, type ModuleBuilder } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { type MergedAxes, mergeAxes } from "../layout.ts";
import { emitFormula, loadSplat, loadVector, packFor, storeLane, storeVector, type TypedVector, VectorEmitter } from "../vector.ts";

/** Elements that one unit of a flat map covers. */
const FLAT_UNIT = 4096;
/** Units below this many elements in all are not worth a second thread. */
const PARALLEL_ELEMENTS = 32768;
/** Formulas up to this many calls are unrolled four times. */
const SHORT_FORMULA = 12;

const typeCode: Record<DType, number> = { float32: 0, int32: 1, bool: 2, uint8: 3, float64: 4 };

/** How one operand is read along the row: one element after the other, or one element for all. */
type RowStep = 0 | 1;

interface Variant {
	readonly formula: Formula;
	readonly dtypes: readonly DType[];
	readonly outputCount: number;
	/** For inputs only; outputs always step. */
	readonly steps: readonly RowStep[];
	readonly relaxedSimd: boolean;
}

/** The map kernel of a host. `copy` makes operands contiguous that no kernel can read in place. */
export function map(host: Host, contiguousCopy: (x: Operand) => { operand: Operand; release: () => void }): Kernels["map"] {
	const compiled = new WeakMap<Formula, Map<number, Kernel>>();

	const kernelFor = (
		formula: Formula,
		rows: boolean,
		operands: readonly Operand[],
		outputCount: number,
		steps: readonly RowStep[],
	): Kernel => {
		let variants = compiled.get(formula);
		if (variants === undefined) {
			variants = new Map();
			compiled.set(formula, variants);
		}
		let code = rows ? 1 : 0;
		for (let i = 0; i < operands.length; i++) {
			code = code * 8 + typeCode[operands[i].dtype] * 2 + (i < outputCount ? 1 : steps[i - outputCount]);
		}
		let kernel = variants.get(code);
		if (kernel === undefined) {
			const dtypes = operands.map((operand) => operand.dtype);
			const variant = { formula, dtypes, outputCount, steps, relaxedSimd: host.relaxedSimd };
			const key = `map ${rows ? "rows" : "flat"} ${formula.key} ${dtypes.join(",")} ${outputCount} ${steps.join("")}`;
			kernel = host.kernel(key, (module) => (rows ? buildRows(module, variant) : buildFlat(module, variant)));
			variants.set(code, kernel);
		}
		return kernel;
	};

	const runFlat = (formula: Formula, operands: readonly Operand[], outputCount: number, steps: readonly RowStep[], size: number): void => {
		const kernel = kernelFor(formula, false, operands, outputCount, steps);
		const { i32: words } = host.heap;
		const at = host.args;
		words[at] = size;
		for (let i = 0; i < operands.length; i++) words[at + 1 + i] = addressOf(operands[i]);
		host.run(kernel, Math.ceil(size / FLAT_UNIT), PARALLEL_ELEMENTS / FLAT_UNIT);
	};

	const runRows = (formula: Formula, operands: readonly Operand[], outputCount: number, axes: MergedAxes): void => {
		const rank = axes.shape.length;
		const inner = axes.shape[rank - 1];
		const rowCount = rank > 1 ? axes.shape[rank - 2] : 1;
		const steps = operands.slice(outputCount).map((_, i) => axes.strides[i + outputCount][rank - 1] as RowStep);
		const kernel = kernelFor(formula, true, operands, outputCount, steps);
		const grain = Math.max(1, Math.ceil(PARALLEL_ELEMENTS / Math.max(1, inner)));
		const { i32: words } = host.heap;
		const at = host.args;
		const outer = axes.shape.slice(0, Math.max(0, rank - 2));
		forEachIndex(outer, (index) => {
			words[at] = inner;
			for (let i = 0; i < operands.length; i++) {
				const strides = axes.strides[i];
				const bytes = bytesOf(operands[i].dtype);
				let address = addressOf(operands[i]);
				for (let d = 0; d < outer.length; d++) address += index[d] * strides[d] * bytes;
				words[at + 1 + 2 * i] = address;
				words[at + 2 + 2 * i] = rank > 1 ? strides[rank - 2] * bytes : 0;
			}
			host.run(kernel, rowCount, grain);
		});
	};

	return (formula, inputs, outputs) => {
		const { size } = outputs[0];
		if (size === 0) return;
		const flatSteps = stepsIfFlat(inputs, size);
		if (flatSteps !== null) {
			runFlat(formula, [...outputs, ...inputs], outputs.length, flatSteps, size);
			return;
		}
		let axes = mergeAxes([...outputs, ...inputs]);
		const releases: (() => void)[] = [];
		try {
			const readable = inputs.map((input, i) => {
				const step = axes.strides[outputs.length + i].at(-1);
				if (step === 0 || step === 1) return input;
				const { operand, release } = contiguousCopy(input);
				releases.push(release);
				return operand;
			});
			const operands = [...outputs, ...readable];
			if (releases.length > 0) axes = mergeAxes(operands);
			runRows(formula, operands, outputs.length, axes);
		} finally {
			for (const release of releases) release();
		}
	};
}

/** The row steps if every input is either as long as the output without gaps or a single element; else null. */
function stepsIfFlat(inputs: readonly Operand[], size: number): RowStep[] | null {
	const steps = new Array<RowStep>(inputs.length);
	for (let i = 0; i < inputs.length; i++) {
		const input = inputs[i];
		if (input.contiguous) steps[i] = 1;
		else if (allZero(input.strides)) steps[i] = 0;
		else return null;
		if (steps[i] === 1 && input.size !== size) return null;
	}
	return steps;
}

function allZero(strides: readonly number[]): boolean {
	for (let i = 0; i < strides.length; i++) if (strides[i] !== 0) return false;
	return true;
}

function forEachIndex(shape: readonly number[], visit: (index: readonly number[]) => void): void {
	const index = new Array<number>(shape.length).fill(0);
	for (;;) {
		visit(index);
		let axis = shape.length - 1;
		while (axis >= 0 && ++index[axis] === shape[axis]) index[axis--] = 0;
		if (axis < 0) return;
	}
}

/** Calls in a formula, as a measure of its length. */
function callCount(outputs: readonly Scalar[]): number {
	const seen = new Set<Scalar>();
	const visit = (scalar: Scalar): void => {
		if (seen.has(scalar) || scalar.node.kind !== "call") return;
		seen.add(scalar);
		scalar.node.args.forEach(visit);
	};
	outputs.forEach(visit);
	return seen.size;
}

/** args: [size, address of each operand]. Units are runs of FLAT_UNIT elements. */
function buildFlat(module: ModuleBuilder, variant: Variant): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, start, end, args) => {
		const count = f.local("i32");
		const first = f.local("i32");
		const pointers = variant.dtypes.map(() => f.local("i32"));
		const at = args.get as Expr<"i32">;
		return [
			first.set(i32.mul(start.get as Expr<"i32">, i32.const(FLAT_UNIT))),
			count.set(i32.mul(end.get as Expr<"i32">, i32.const(FLAT_UNIT))),
			count.set(i32.select(i32.ltS(count.get, i32.load(at)), count.get, i32.load(at))),
			count.set(i32.sub(count.get, first.get)),
			pointers.map((pointer, i) => {
				const step = i < variant.outputCount ? 1 : variant.steps[i - variant.outputCount];
				const base = i32.load(at, 4 + 4 * i);
				return pointer.set(step === 0 ? base : i32.add(base, i32.mul(first.get, i32.const(bytesOf(variant.dtypes[i])))));
			}),
			rowCode(f, variant, pointers, count),
		];
	});
}

/** args: [inner, then address and row stride in bytes of each operand]. Units are rows. */
function buildRows(module: ModuleBuilder, variant: Variant): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, start, end, args) => {
		const count = f.local("i32");
		const row = f.local("i32");
		const pointers = variant.dtypes.map(() => f.local("i32"));
		const at = args.get as Expr<"i32">;
		return [
			count.set(i32.load(at)),
			f.loop(row, { from: start.get as Expr<"i32">, to: end.get as Expr<"i32"> }, (r) => [
				pointers.map((pointer, i) => pointer.set(i32.add(i32.load(at, 4 + 8 * i), i32.mul(r, i32.load(at, 8 + 8 * i))))),
				rowCode(f, variant, pointers, count),
			]),
		];
	});
}

/** Computes `count` elements from the pointers on: four by four, perhaps unrolled, then the one to three that are left. */
function rowCode(
	f: Parameters<Parameters<ModuleBuilder["func"]>[1]>[0],
	variant: Variant,
	pointers: readonly Local<"i32">[],
	count: Local<"i32">,
): Code {
	const { formula, dtypes, outputCount, steps } = variant;
	const index = f.local("i32");
	const emitter = new VectorEmitter(f, variant.relaxedSimd);
	const splats = pointers.slice(outputCount).map((pointer, i) => {
		if (steps[i] === 1) return null;
		const { type, value } = loadSplat(dtypes[outputCount + i], pointer.get);
		return { type, value: emitter.let(value) };
	});
	const prologue = emitter.take();
	const address = (i: number): Expr<"i32"> => {
		const bytes = bytesOf(dtypes[i]);
		return i32.add(pointers[i].get, bytes === 4 ? i32.shl(index.get, i32.const(2)) : index.get);
	};
	const compute = (elementOffset: number): TypedVector[] => {
		const inputs = splats.map((splat, i) => {
			if (splat !== null) return splat;
			const dtype = dtypes[outputCount + i];
			const { type, value } = loadVector(dtype, address(outputCount + i), elementOffset * bytesOf(dtype));
			return { type, value: emitter.let(value) };
		});
		return emitFormula(emitter, formula, inputs);
	};
	const vectorAt = (elementOffset: number): Code => {
		const results = compute(elementOffset);
		const statements = emitter.take();
		// All results are stored after all loads: an output may be an input's memory.
		return [
			statements,
			results.map((result, o) => storeVector(dtypes[o], address(o), packFor(dtypes[o], result), elementOffset * bytesOf(dtypes[o]))),
		];
	};
	const unroll = callCount(formula.outputs) <= SHORT_FORMULA ? 4 : 1;
	const width = 4 * unroll;
	const wideEnd = i32.and(count.get, i32.const(-width));
	const vectorEnd = i32.and(count.get, i32.const(-4));
	const wideBody = Array.from({ length: unroll }, (_, u) => vectorAt(4 * u));
	const tail = (): Code => {
		const results = compute(0).map((result, o) => emitter.let(packFor(dtypes[o], result)));
		const rest = (lane: number): Expr<"i32"> => i32.gtS(i32.sub(count.get, index.get), i32.const(lane));
		return [
			emitter.take(),
			[0, 1, 2].map((lane) =>
				f.when(
					rest(lane),
					results.map((packed, o) => storeLane(dtypes[o], address(o), packed, lane)),
				),
			),
		];
	};
	return [
		prologue,
		index.set(i32.const(0)),
		f.loop(index, { to: wideEnd, step: i32.const(width) }, () => wideBody),
		unroll > 1 ? f.loop(index, { to: vectorEnd, step: i32.const(4) }, () => [vectorAt(0)]) : [],
		f.when(i32.ltS(index.get, count.get), tail()),
	];
}
