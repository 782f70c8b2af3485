/** Whole slices by index along an axis, and their sum back: take, indexAdd, embedding. */
import { ShapeError } from "../../core/errors.ts";
import { formatShape, normalizeAxis, type Shape, sameShape } from "../../core/shape.ts";
import type { Executor, Operand } from "../../kernels/contracts.ts";
import { isRecorded, noGrad, record } from "../tape.ts";
import { allocate, commonExecutor, expectTensor, Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { expectFloating } from "./elementwise.ts";
import { checkSummands } from "./gather.ts";
import { checkedIndices, type Indices } from "./indices.ts";
import { around, fillWith, release, rowMajor } from "./row-major.ts";
import { clone } from "./views.ts";

/**
 * The slices of x at these positions of an axis: shape `[…, ...indices.shape, …]` with the indices' shape in the axis' place.
 *
 * @param indices - int32 tensor or list of whole numbers from 0 to the axis' length − 1
 * @param axis - default 0
 * @throws IndexError if an index is out of range
 * @example
 * tensor([[1, 2], [3, 4]]).take([1, 1, 0]); // [[3, 4], [3, 4], [1, 2]]
 */
export function take(x: Tensor, indices: Indices, axis = 0): Tensor {
	expectTensor(x, "take");
	const at = normalizeAxis(axis, x.rank, "take");
	return composed([x], () => takeAlong(x, indices, at, "take"));
}

/**
 * The rows of a table: shape `[...indices.shape, dim]`. The gradient is summed straight into the table's own.
 *
 * @param weight - `[rows, dim]`
 * @param indices - int32 tensor or list of whole numbers from 0 to rows − 1, of any shape
 * @throws IndexError if an index is out of range
 */
export function embedding(weight: Tensor, indices: Indices): Tensor {
	checkTable(weight, "embedding");
	return composed([weight], () => takeAlong(weight, indices, 0, "embedding"));
}

/** Checks that a table of rows is given. */
export function checkTable(weight: Tensor, where: string): void {
	expectTensor(weight, where);
	expectFloating(weight, where);
	if (weight.rank !== 2) throw new ShapeError(`${where}: expected a weight [rows, dim], received shape ${formatShape(weight.shape)}.`);
}

function takeAlong(x: Tensor, indices: Indices, axis: number, where: string): Tensor {
	const tensors = indices instanceof Tensor ? [x, indices] : [x];
	const executor = commonExecutor(where, tensors);
	const layout = around(x.shape, axis);
	const list = checkedIndices(indices, { length: layout.length, executor, where });
	const source = rowMajor(x);
	const out = allocate(executor, x.dtype, [...x.shape.slice(0, axis), ...list.shape, ...x.shape.slice(axis + 1)]);
	executor.kernels.take(source, asVector(list), out, layout);
	release(source, x);
	if (!isRecorded([x])) return out;
	return record(
		out,
		where,
		[x],
		(grad, request) => [sumRows(grad, list, { shape: x.shape, axis, into: request.into(0) })],
		list === indices ? [] : [list],
	);
}

interface RowTarget {
	readonly shape: Shape;
	readonly axis: number;
	readonly into: Tensor | null;
}

/** Zeros of a shape to which slices are added at their positions: the derivative of taking them. */
function sumRows(grad: Tensor, list: Tensor, { shape, axis, into }: RowTarget): Tensor {
	const out = fillWith(into ?? allocate(grad.executor, grad.dtype, shape), 0);
	addRows(grad, list, out, axis);
	return record(out, "takeGradient", [grad], (back) => [takeAlong(back, list, axis, "take")]);
}

function addRows(source: Tensor, list: Tensor, out: Tensor, axis: number): void {
	const values = rowMajor(source);
	out.executor.kernels.scatterAdd(values, asVector(list), out, around(out.shape, axis));
	release(values, source);
}

/** Indices of any shape as `[count]`. */
function asVector(list: Tensor): Operand {
	const { block, dtype, offset, size } = list;
	return { block, dtype, offset, size, shape: [size], strides: [1], contiguous: true };
}

/**
 * x with the slices of `source` added at these positions of an axis; an index may come several times. The opposite of `take`.
 *
 * @param source - shape of x with the indices' shape in the axis' place
 * @param options.axis - default 0
 * @throws IndexError if an index is out of range
 */
export function indexAdd(x: Tensor, indices: Indices, source: Tensor, options: { axis?: number } = {}): Tensor {
	expectTensor(x, "indexAdd");
	expectTensor(source, "indexAdd");
	const executor = commonExecutor("indexAdd", indices instanceof Tensor ? [x, indices, source] : [x, source]);
	const axis = normalizeAxis(options.axis ?? 0, x.rank, "indexAdd");
	return composed([x, source], () => addAlong(x, indices, source, { axis, executor }));
}

function addAlong(x: Tensor, indices: Indices, source: Tensor, { axis, executor }: { axis: number; executor: Executor }): Tensor {
	const list = checkedIndices(indices, { length: x.shape[axis], executor, where: "indexAdd" });
	const expected = [...x.shape.slice(0, axis), ...list.shape, ...x.shape.slice(axis + 1)];
	if (!sameShape(source.shape, expected)) {
		throw new ShapeError(`indexAdd: expected a source of shape ${formatShape(expected)}, received ${formatShape(source.shape)}.`);
	}
	checkSummands(x, source, "indexAdd");
	const out = noGrad(() => clone(x));
	addRows(source, list, out, axis);
	if (!isRecorded([x, source])) return out;
	return record(
		out,
		"indexAdd",
		[x, source],
		(grad, request) => [grad, request.needs(1) ? takeAlong(grad, list, axis, "take") : null],
		list === indices ? [] : [list],
	);
}
