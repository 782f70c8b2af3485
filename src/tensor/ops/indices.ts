/** Index tensors: how lists and tensors of positions become int32 tensors that kernels may trust. */
import { DTypeError, IndexError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import type { Executor } from "../../kernels/contracts.ts";
import { type TensorLike, tensor } from "../create.ts";
import { allocate, expectTensor, Tensor } from "../tensor.ts";

/** Positions: an int32 (or uint8) tensor, or nested lists of whole numbers. */
export type Indices = Tensor | TensorLike;

/** What is known of the axis that is indexed. */
export interface IndexedAxis {
	readonly length: number;
	readonly executor: Executor;
	/** The operation, for messages. */
	readonly where: string;
}

/**
 * Indices as a row-major int32 tensor with values from 0 to length − 1. Own copies need not be freed by hand: they die with their scope.
 *
 * @throws DTypeError if they are no integers
 * @throws IndexError if one is out of range; the message names its place
 */
export function checkedIndices(indices: Indices, axis: IndexedAxis): Tensor {
	const { length, executor, where } = axis;
	const given = indices instanceof Tensor ? indices : tensor(wholeNumbers(indices, where), { executor, dtype: "int32" });
	expectTensor(given, where);
	if (given.dtype !== "int32" && given.dtype !== "uint8") {
		const hint = given.dtype === "bool" ? "booleanMask(x, mask)" : 'indices.to("int32")';
		throw new DTypeError(`${where}: expected indices of type int32, received ${given.dtype}. Try: ${hint}.`);
	}
	const ready = given.dtype === "int32" && given.contiguous ? given : copied(given);
	const wrong = executor.kernels.findOutOfRange(ready, length);
	if (wrong >= 0) throw outOfRange(ready, wrong, axis);
	return ready;
}

function copied(x: Tensor): Tensor {
	const out = allocate(x.executor, "int32", x.shape);
	x.executor.kernels.copy(x, out);
	return out;
}

function wholeNumbers(values: TensorLike, where: string): TensorLike {
	const visit = (value: TensorLike): void => {
		if (typeof value === "object") for (const item of value as Iterable<TensorLike>) visit(item);
		else if (!Number.isInteger(value)) throw new IndexError(`${where}: expected whole numbers as indices, received ${String(value)}.`);
	};
	visit(values);
	return values;
}

function outOfRange(indices: Tensor, flat: number, { length, where }: IndexedAxis): IndexError {
	const place: number[] = [];
	let rest = flat;
	for (let i = indices.rank - 1; i >= 0; i--) {
		place.unshift(rest % indices.shape[i]);
		rest = Math.floor(rest / indices.shape[i]);
	}
	const value = indices.executor.readSync === null ? "" : ` ${indices.dataSync()[flat]}`;
	const range = length === 0 ? "the indexed axis is empty" : `expected 0 to ${length - 1}`;
	const hint = value.startsWith(" -") ? "\n  Try: add the axis' length to negative indices." : "";
	return new IndexError(`${where}: index${value} at position ${formatShape(place)} is out of range; ${range}.${hint}`);
}
