/** Matrix products and the linear map. */
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { broadcastShapes, formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { Operand } from "../../kernels/contracts.ts";
import type { Formula } from "../../kernels/formula.ts";
import { context } from "../context.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { expectFloating } from "./elementwise.ts";
import { activationGradient, expectFusible } from "./fused-activation.ts";
import { sum } from "./reduce.ts";
import { release, rowMajor } from "./row-major.ts";
import { sumTo } from "./sum-to.ts";
import { expand, reshape, toContiguous, transpose } from "./views.ts";

/**
 * Matrix product over the last two axes: `[…, m, k]` · `[…, k, n]` = `[…, m, n]`; leading axes broadcast. A vector `[k]` on the left
 * is a row, on the right a column, and its axis is dropped from the result.
 *
 * @throws ShapeError if the inner lengths differ
 */
export function matmul(x: Tensor, y: Tensor): Tensor {
	expectTensor(x, "matmul");
	expectTensor(y, "matmul");
	if (x.rank === 0 || y.rank === 0) {
		throw new ShapeError(
			`matmul: expected at least one axis on both sides, received ${formatShape(x.shape)} and ${formatShape(y.shape)}. Try: mul.`,
		);
	}
	if (x.rank === 1) return composed([x, y], () => matmulVector(reshape(x, [1, x.size]), y, x, y, -2));
	if (y.rank === 1) return composed([x, y], () => matmulVector(x, reshape(y, [y.size, 1]), x, y, -1));
	return product(x, y, null);
}

function matmulVector(x: Tensor, y: Tensor, givenX: Tensor, givenY: Tensor, dropped: -1 | -2): Tensor {
	if (x.shape[x.rank - 1] !== y.shape[Math.max(0, y.rank - 2)]) throw innerMismatch(givenX, givenY);
	if (y.rank === 1) return reshape(matmul(x, reshape(y, [y.size, 1])), []);
	const full = product(x, y, null);
	return reshape(
		full,
		full.shape.filter((_, i) => i !== full.rank + dropped),
	);
}

/** x · y, written to `into` if given; both have two axes or more. */
function product(x: Tensor, y: Tensor, into: Tensor | null): Tensor {
	const executor = commonExecutor("matmul", [x, y]);
	checkTypes("matmul", x, y);
	const [m, k, n] = [x.shape[x.rank - 2], x.shape[x.rank - 1], y.shape[y.rank - 1]];
	if (k !== y.shape[y.rank - 2]) throw innerMismatch(x, y);
	const batch = x.rank === 2 && y.rank === 2 ? [] : broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2), "matmul");
	const out = into ?? allocate(executor, x.dtype, [...batch, m, n]);
	const count = sizeOf(batch);
	const [a, releaseA] = stacked(x, batch, count);
	const [b, releaseB] = stacked(y, batch, count);
	executor.kernels.matmul(a, b, asOperand(out, [count, m, n], [m * n, n, 1]), { bias: null, activation: null, accumulate: false });
	releaseA();
	releaseB();
	if (!isRecorded([x, y])) return out;
	return record(out, "matmul", [x, y], (grad, request) => [
		request.needs(0) ? sumTo(product(grad, transpose(y), fits(request.into(0), grad, y, "left")), x.shape) : null,
		request.needs(1) ? sumTo(product(transpose(x), grad, fits(request.into(1), x, grad, "right")), y.shape) : null,
	]);
}

/** The destination if the gradient needs no sum over stretched batch axes. */
function fits(into: Tensor | null, a: Tensor, b: Tensor, side: "left" | "right"): Tensor | null {
	if (into === null) return null;
	const other = side === "left" ? a : b;
	return into.rank === other.rank && into.size === sizeOf(other.shape.slice(0, -2)) * into.shape[into.rank - 1] * into.shape[into.rank - 2]
		? into
		: null;
}

function asOperand(x: Operand, shape: Shape, strides: readonly number[], contiguous = true): Operand {
	return { block: x.block, dtype: x.dtype, shape, strides, offset: x.offset, size: sizeOf(shape), contiguous };
}

const nothing = (): void => {};

/** An operand as `[count, rows, columns]`: without copying if its batch axes can be walked with one stride. */
function stacked(x: Tensor, batch: Shape, count: number): [Operand, () => void] {
	const [rows, columns] = [x.shape[x.rank - 2], x.shape[x.rank - 1]];
	const [rowStride, columnStride] = [x.strides[x.rank - 2], x.strides[x.rank - 1]];
	if (x.rank === 2) return [asOperand(x, [count, rows, columns], [0, rowStride, columnStride], x.contiguous && count === 1), nothing];
	const full = expandBatch(x, batch);
	const lead = full.strides.slice(0, -2);
	const single = singleStride(full.shape.slice(0, -2), lead);
	if (single !== null) {
		return [asOperand(full, [count, rows, columns], [single, rowStride, columnStride], false), () => release(full, x)];
	}
	const copy = allocate(x.executor, x.dtype, full.shape);
	x.executor.kernels.copy(full, copy);
	release(full, x);
	return [asOperand(copy, [count, rows, columns], [rows * columns, columns, 1]), () => copy.dispose()];
}

function expandBatch(x: Tensor, batch: Shape): Tensor {
	const recording = context.recording;
	context.recording = false;
	try {
		return expand(x, [...batch, ...x.shape.slice(-2)]);
	} finally {
		context.recording = recording;
	}
}

function singleStride(shape: Shape, strides: readonly number[]): number | null {
	let stride = 0;
	let length = 1;
	for (let i = shape.length - 1; i >= 0; i--) {
		if (shape[i] === 1) continue;
		if (length === 1) stride = strides[i];
		else if (strides[i] !== stride * length) return null;
		length *= shape[i];
	}
	return stride;
}

function checkTypes(where: string, x: Tensor, y: Tensor): void {
	expectFloating(x, where);
	expectFloating(y, where);
	if (x.dtype !== y.dtype)
		throw new DTypeError(`${where}: expected equal types, received ${x.dtype} and ${y.dtype}. Try: y.to("${x.dtype}").`);
}

function innerMismatch(x: Tensor, y: Tensor): ShapeError {
	const inner = y.rank === 1 ? y.shape[0] : y.shape[y.rank - 2];
	const hint = x.shape[x.rank - 1] === y.shape[y.rank - 1] ? "  Try: x.matmul(y.transpose())." : "  Try: transpose or reshape one of them.";
	return new ShapeError(
		`matmul: shapes ${formatShape(x.shape)} and ${formatShape(y.shape)} do not fit.\n` +
			`  Expected the last axis of the first (${x.shape[x.rank - 1]}) to equal the last but one of the second (${inner}).\n${hint}`,
	);
}

/** Options of `linear`. */
export interface LinearOptions {
	/** A formula with one input, applied to the result in the same pass; its derivative must be expressible by its result. Default none. */
	readonly activation?: Formula;
}

/**
 * activation(x · weightᵀ + bias): the fully connected layer.
 *
 * @param x - `[…, inFeatures]`
 * @param weight - `[outFeatures, inFeatures]`, as in PyTorch
 * @param bias - `[outFeatures]` or null
 * @returns `[…, outFeatures]`
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: LinearOptions = {}): Tensor {
	expectTensor(x, "linear");
	expectTensor(weight, "linear");
	if (bias !== null) expectTensor(bias, "linear");
	const { activation = null } = options;
	const inputs = bias === null ? [x, weight] : [x, weight, bias];
	const executor = commonExecutor("linear", inputs);
	checkLinear(x, weight, bias);
	const [outFeatures, inFeatures] = weight.shape;
	const rows = sizeOf(x.shape.slice(0, -1));
	const input = x.rank === 2 ? x : toContiguous(x);
	const out = allocate(executor, x.dtype, [...x.shape.slice(0, -1), outFeatures]);
	const inputStrides = x.rank === 2 ? [0, x.strides[0], x.strides[1]] : [0, inFeatures, 1];
	const shift = bias === null ? null : rowMajor(bias);
	executor.kernels.matmul(
		asOperand(input, [1, rows, inFeatures], inputStrides, input.contiguous),
		asOperand(weight, [1, inFeatures, outFeatures], [0, weight.strides[1], weight.strides[0]], false),
		asOperand(out, [1, rows, outFeatures], [rows * outFeatures, outFeatures, 1]),
		{ bias: shift, activation, accumulate: false },
	);
	if (bias !== null && shift !== null) release(shift, bias);
	if (!isRecorded(inputs)) return out;
	expectFusible(activation);
	return record(out, "linear", inputs, (grad, request) => {
		const delta = activation === null ? grad : activationGradient(activation, out, grad);
		const flat = delta.rank === 2 ? delta : reshape(delta, [rows, outFeatures]);
		const results = [
			request.needs(0) ? reshapeTo(product(flat, weight, x.rank === 2 ? request.into(0) : null), x.shape) : null,
			request.needs(1) ? product(transpose(flat), x.rank === 2 ? x : reshape(x, [rows, inFeatures]), request.into(1)) : null,
			bias !== null && request.needs(2) ? sum(flat, 0, { into: request.into(2) }) : null,
		];
		if (delta !== grad && !context.recording) delta.dispose();
		return results;
	});
}

function reshapeTo(x: Tensor, shape: Shape): Tensor {
	return x.rank === shape.length ? x : reshape(x, shape);
}

function checkLinear(x: Tensor, weight: Tensor, bias: Tensor | null): void {
	checkTypes("linear", x, weight);
	if (bias !== null) checkTypes("linear", x, bias);
	if (weight.rank !== 2) {
		throw new ShapeError(`linear: expected a weight [outFeatures, inFeatures], received shape ${formatShape(weight.shape)}.`);
	}
	const [outFeatures, inFeatures] = weight.shape;
	if (x.rank === 0 || x.shape[x.rank - 1] !== inFeatures) {
		throw new ShapeError(
			`linear ${inFeatures} → ${outFeatures}: got input ${formatShape(x.shape)}.\n` +
				`  Expected the last axis to be ${inFeatures} (inFeatures), received ${x.rank === 0 ? "a scalar" : x.shape[x.rank - 1]}.`,
		);
	}
	if (bias !== null && (bias.rank !== 1 || bias.shape[0] !== outFeatures)) {
		throw new ShapeError(
			`linear ${inFeatures} → ${outFeatures}: expected a bias of shape [${outFeatures}], received ${formatShape(bias.shape)}.`,
		);
	}
}
