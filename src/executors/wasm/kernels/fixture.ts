/** For tests and benchmarks of kernels: a host, operands with given values, and reading back. */
import { type DType, dtypes, type TypedArray } from "../../../core/dtype.ts";
import { contiguousStrides, isContiguous, sizeOf } from "../../../core/shape.ts";
import type { Operand } from "../../../kernels/contracts.ts";
import { arrayOver, makeBuffer, type ReferenceBlock } from "../../../kernels/reference/index.ts";
import { addressOf, bytesOf, type WasmBlock } from "../block.ts";
import { Host, type Kernel } from "../host.ts";

/** A host of its own; nothing is shared. */
export function makeHost(options: { relaxedSimd?: boolean } = {}): Host {
	return new Host({ shared: false, relaxedSimd: options.relaxedSimd ?? true });
}

/** A contiguous operand with these values, or garbage. */
export function operand(host: Host, dtype: DType, shape: readonly number[], values?: ArrayLike<number>): Operand {
	const size = sizeOf(shape);
	const bytes = size * bytesOf(dtype);
	const block: WasmBlock = { address: host.heap.allocate(bytes), bytes };
	const made: Operand = { block, dtype, shape, strides: contiguousStrides(shape), offset: 0, size, contiguous: true };
	if (values === undefined) host.heap.u8.fill(0xff, block.address, block.address + bytes);
	else viewOf(host, made).set(values);
	return made;
}

/** The same block seen otherwise. */
export function viewAs(x: Operand, shape: readonly number[], strides: readonly number[], offset = 0): Operand {
	return { ...x, shape, strides, offset, size: sizeOf(shape), contiguous: isContiguous(shape, strides) };
}

/** The elements of a contiguous operand, in place. */
export function viewOf(host: Host, x: Operand): TypedArray {
	const { array } = dtypes[x.dtype];
	const view = array as unknown as new (buffer: ArrayBufferLike, at: number, length: number) => TypedArray;
	return new view(host.heap.memory.buffer, addressOf(x), x.size);
}

/** The elements of a contiguous operand as a list. */
export function valuesOf(host: Host, x: Operand): number[] {
	return Array.from(viewOf(host, x));
}

/** Copies any operand to a new contiguous one, element by element. */
export function slowCopy(host: Host): (x: Operand) => { operand: Operand; release: () => void } {
	return (x) => {
		const values = new Array<number>(x.size);
		const whole = viewOf(host, { ...x, offset: 0, size: x.block.bytes / bytesOf(x.dtype) });
		for (let i = 0; i < x.size; i++) {
			let rest = i;
			let at = x.offset;
			for (let axis = x.shape.length - 1; axis >= 0; axis--) {
				at += (rest % x.shape[axis]) * x.strides[axis];
				rest = Math.floor(rest / x.shape[axis]);
			}
			values[i] = whole[at];
		}
		const made = operand(host, x.dtype, x.shape, values);
		return { operand: made, release: () => host.heap.release(addressOf(made)) };
	};
}

/** The same array on a WASM host and on the reference executor. */
export interface Twin {
	readonly wasm: Operand;
	readonly reference: Operand;
}

/** Makes twins with these values, or with 0. */
export function twin(host: Host, dtype: DType, shape: readonly number[], values?: ArrayLike<number>): Twin {
	const buffer = makeBuffer(dtype, sizeOf(shape));
	const wasm = operand(host, dtype, shape, values ?? new Uint8Array(sizeOf(shape)));
	if (values !== undefined) arrayOver(buffer, dtype).set(values);
	const block: ReferenceBlock = { bytes: buffer.byteLength, buffer };
	return { wasm, reference: { ...wasm, block } };
}

/** The elements of both, WASM first. */
export function twinValues(host: Host, { wasm, reference }: Twin): [number[], number[]] {
	const elements = arrayOver((reference.block as ReferenceBlock).buffer, reference.dtype);
	return [valuesOf(host, wasm), Array.from(elements.subarray(0, reference.size))];
}

/** Makes a host run every kernel in pieces of one unit, last piece first, as threads might. */
export function inPieces(host: Host): Host {
	const run = (kernel: Kernel, unitCount: number): void => {
		for (let unit = unitCount - 1; unit >= 0; unit--) kernel.run(unit, unit + 1, host.argsAddress);
	};
	return new Proxy(host, {
		get: (target, name) => {
			if (name === "run") return run;
			const value = Reflect.get(target, name, target);
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
}

/** The largest |a − b| / (1 + |b|); where either is no finite number both must be the same, or the answer is ∞. */
export function largestError(got: readonly number[], wanted: readonly number[]): number {
	let worst = got.length === wanted.length ? 0 : Number.POSITIVE_INFINITY;
	got.forEach((value, i) => {
		if (Object.is(value, wanted[i])) return;
		const error = Math.abs(value - wanted[i]) / (1 + Math.abs(wanted[i]));
		worst = Math.max(worst, Number.isFinite(error) ? error : Number.POSITIVE_INFINITY);
	});
	return worst;
}

/** Reproducible numbers between −1 and 1, about. */
export function someNumbers(count: number, seed = 1): Float32Array {
	let state = seed * 2654435761;
	return Float32Array.from({ length: count }, () => {
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
		return state / 2147483648;
	});
}
