/** New tensors from numbers, arrays, ranges and other tensors. */
import { type DType, dtypes, promote, type TypedArray } from "../core/dtype.ts";
import { ArgumentError, DTypeError, ExecutorError, ShapeError } from "../core/errors.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "../core/shape.ts";
import type { Executor } from "../kernels/contracts.ts";
import { currentExecutor } from "./context.ts";
import { allocate, expectTensor, Tensor } from "./tensor.ts";

/** Values for a tensor: a number or truth, nested lists of them, or a typed array. */
export type TensorLike = number | boolean | readonly TensorLike[] | TypedArray;

/** Where and as what a tensor is made. */
export interface CreateOptions {
	/** Default: bool for truths alone, the array's own type for Int32Array and Uint8Array, float32 for all others. */
	readonly dtype?: DType;
	/** Default: the current executor. */
	readonly executor?: Executor;
}

/**
 * A tensor from values; nested lists give the shape, or `options.shape` does.
 *
 * @throws ShapeError if lists have unequal lengths or the shape does not fit the number of values
 * @example
 * tensor([[1, 2], [3, 4]]);
 * tensor(new Float32Array(6), { shape: [2, 3] });
 */
export function tensor(values: TensorLike, options: CreateOptions & { shape?: Shape } = {}): Tensor {
	const { flat, shape, dtype } = isTyped(values) ? { flat: values, shape: [values.length], dtype: typeOf(values) } : flatten(values);
	const wanted = options.shape ?? shape;
	checkShape(wanted, "tensor");
	if (sizeOf(wanted) !== flat.length) {
		throw new ShapeError(`tensor: ${flat.length} values do not fill shape ${formatShape(wanted)}, which holds ${sizeOf(wanted)}.`);
	}
	const made = empty(wanted, { ...options, dtype: options.dtype ?? dtype });
	write(made, flat);
	return made;
}

/** A scalar, `[]`. */
export function scalar(value: number, options: CreateOptions = {}): Tensor {
	return full([], value, options);
}

/** Zeros. */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
	return full(shape, 0, options);
}

/** Ones. */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
	return full(shape, 1, options);
}

/** `value` everywhere. */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
	const made = empty(shape, options);
	fill(made, value);
	return made;
}

/** Zeros with the shape, type and executor of `x`. */
export function zerosLike(x: Tensor): Tensor {
	return like("zerosLike", x, 0);
}

/** Ones with the shape, type and executor of `x`. */
export function onesLike(x: Tensor): Tensor {
	return like("onesLike", x, 1);
}

/** `value` everywhere, with the shape, type and executor of `x`. */
export function fullLike(x: Tensor, value: number): Tensor {
	return like("fullLike", x, value);
}

function like(where: string, x: Tensor, value: number): Tensor {
	expectTensor(x, where);
	return full(x.shape, value, { dtype: x.dtype, executor: x.executor });
}

/** start, start + step, … below stop; `range(5)` is 0 … 4. int32 unless a bound is fractional or `dtype` says otherwise. */
export function range(start: number, stop?: number, options: CreateOptions & { step?: number } = {}): Tensor {
	const [from, to] = stop === undefined ? [0, start] : [start, stop];
	const step = options.step ?? 1;
	if (!Number.isFinite(from) || !Number.isFinite(to) || !Number.isFinite(step) || step === 0) {
		throw new ArgumentError(`range: expected finite bounds and a step other than 0, received ${from}, ${to}, step ${step}.`);
	}
	const count = Math.max(0, Math.ceil((to - from) / step));
	const whole = [from, to, step].every(Number.isInteger);
	return sequence(count, (i) => from + i * step, { ...options, dtype: options.dtype ?? (whole ? "int32" : "float32") });
}

/** `count` evenly spaced values from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, count: number, options: CreateOptions = {}): Tensor {
	if (!Number.isFinite(start) || !Number.isFinite(stop) || !Number.isInteger(count) || count < 0) {
		throw new ArgumentError(`linspace: expected finite bounds and an integer count ≥ 0, received ${start}, ${stop}, count ${count}.`);
	}
	return sequence(count, (i) => (count === 1 ? start : start + ((stop - start) * i) / (count - 1)), options);
}

function sequence(count: number, valueAt: (i: number) => number, options: CreateOptions): Tensor {
	// Reserved first: where it does not fit, the executor says so.
	const made = empty([count], options);
	write(
		made,
		Float64Array.from({ length: count }, (_, i) => valueAt(i)),
	);
	return made;
}

/** The n × n identity matrix. */
export function eye(n: number, options: CreateOptions = {}): Tensor {
	const made = zeros([n, n], options);
	for (let i = 0; i < n; i++) made.executor.write(made.block, made.dtype, i * (n + 1), [1]);
	return made;
}

/** A tensor of undefined content: for code that fills it. */
export function empty(shape: Shape, options: CreateOptions = {}): Tensor {
	checkShape(shape, "tensor");
	const dtype = options.dtype ?? "float32";
	const executor = options.executor ?? currentExecutor();
	checkDType(dtype, executor);
	return allocate(executor, dtype, shape);
}

/** A copy of `x` on another executor; without history. */
export async function toExecutor(x: Tensor, executor: Executor): Promise<Tensor> {
	expectTensor(x, "toExecutor");
	const values = await x.data();
	return tensor(values, { dtype: x.dtype, executor, shape: x.shape });
}

const constants = new WeakMap<Executor, Map<string, Tensor>>();
const MOST_CONSTANTS = 1024;

/** A scalar that operations with a plain number use; the frequent ones are made once per executor. Never dispose of it. */
export function constantTensor(executor: Executor, dtype: DType, value: number): Tensor {
	let known = constants.get(executor);
	if (known === undefined) {
		known = new Map();
		constants.set(executor, known);
	}
	const key = `${dtype} ${Object.is(value, -0) ? "-0" : value}`;
	const found = known.get(key);
	if (found !== undefined) return found;
	const made = allocate(executor, dtype, []);
	executor.write(made.block, dtype, 0, [value]);
	if (known.size < MOST_CONSTANTS) known.set(key, made.keep());
	return made;
}

function fill(target: Tensor, value: number): void {
	const { executor } = target;
	const source = constantTensor(executor, target.dtype, target.dtype === "bool" ? Number(value !== 0) : value);
	const { shape, size, dtype } = target;
	const strides = new Array<number>(shape.length).fill(0);
	executor.kernels.copy({ block: source.block, dtype, shape, strides, offset: 0, size, contiguous: size === 1 }, target);
}

function checkDType(dtype: DType, executor: Executor): void {
	if (!(dtype in dtypes)) throw new DTypeError(`"${String(dtype)}" is no element type; expected one of ${Object.keys(dtypes).join(", ")}.`);
	if (!executor.dtypes.includes(dtype)) {
		throw new ExecutorError(
			`The ${executor.facts().name} executor holds no ${dtype}; it holds ${executor.dtypes.join(", ")}.\n` +
				"  Try: float32, or the reference executor.",
		);
	}
}

function write({ executor, block, dtype }: Tensor, values: ArrayLike<number>): void {
	executor.write(block, dtype, 0, dtype === "bool" ? Array.from(values, (value) => (value === 0 ? 0 : 1)) : values);
}

function isTyped(values: unknown): values is TypedArray {
	if (!ArrayBuffer.isView(values) || values instanceof DataView) return false;
	return !(values instanceof BigInt64Array || values instanceof BigUint64Array);
}

function typeOf(values: TypedArray): DType {
	if (values instanceof Int32Array) return "int32";
	return values instanceof Uint8Array ? "uint8" : "float32";
}

function flatten(values: TensorLike): { flat: number[]; shape: number[]; dtype: DType } {
	const flat: number[] = [];
	const shape: number[] = [];
	const types = new Set<DType>();
	const visit = (value: TensorLike, depth: number): void => {
		if (typeof value === "number" || typeof value === "boolean") {
			if (depth !== shape.length) throw ragged(depth);
			flat.push(Number(value));
			if (typeof value === "boolean") types.add("bool");
			else types.add("float32");
			return;
		}
		const typed = isTyped(value);
		if (!typed && !Array.isArray(value)) throw notNumbers(value);
		if (flat.length === 0 && depth === shape.length) shape.push(value.length);
		else if (shape[depth] !== value.length) throw ragged(depth, shape[depth], value.length);
		if (typed) {
			if (depth + 1 !== shape.length) throw ragged(depth + 1);
			types.add(typeOf(value));
			for (const item of value) flat.push(item);
		} else for (const item of value as readonly TensorLike[]) visit(item, depth + 1);
	};
	visit(values, 0);
	return { flat, shape, dtype: types.size === 0 ? "float32" : [...types].reduce(promote) };
}

function notNumbers(value: unknown): ArgumentError {
	if (value instanceof Tensor) {
		return new ArgumentError(
			"tensor: expected numbers, truths or lists of them, received a Tensor.\n  Try: x.clone() for a copy, stack([…]) for several.",
		);
	}
	const received = typeof value === "object" && value !== null ? value.constructor?.name : value === null ? "null" : typeof value;
	return new ArgumentError(`tensor: expected numbers, truths or lists of them, received ${received}.`);
}

function ragged(depth: number, expected?: number, received?: number): ShapeError {
	const lengths = expected === undefined ? "numbers and lists are mixed" : `expected length ${expected}, received ${received}`;
	return new ShapeError(`tensor: the nested lists are uneven at depth ${depth}: ${lengths}.`);
}
