/** The same elements several times or elsewhere: tile, repeat, roll, meshgrid. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, normalizeAxis } from "../../core/shape.ts";
import { scope } from "../scope.ts";
import { noGrad, record } from "../tape.ts";
import { commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { concat } from "./join.ts";
import { narrow } from "./slice.ts";
import { expand, reshape, unsqueeze } from "./views.ts";

/**
 * x laid out `counts[i]` times along axis i; counts align at the last axis, and longer ones add axes in front. PyTorch's `repeat`.
 *
 * @example
 * tensor([1, 2]).tile([2, 2]); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function tile(x: Tensor, counts: readonly number[]): Tensor {
	expectTensor(x, "tile");
	for (const count of counts) checkCount(count, "tile");
	const rank = Math.max(counts.length, x.rank);
	const shape = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
	const times = [...new Array<number>(rank - counts.length).fill(1), ...counts];
	return composed([x], () => {
		const apart = reshape(
			x,
			shape.flatMap((length) => [1, length]),
		);
		const laid = expand(
			apart,
			shape.flatMap((length, i) => [times[i], length]),
		);
		return reshape(
			laid,
			shape.map((length, i) => length * times[i]),
		);
	});
}

/** Each element along an axis `count` times in a row; NumPy's `repeat`, PyTorch's `repeat_interleave`. */
export function repeat(x: Tensor, count: number, axis = 0): Tensor {
	expectTensor(x, "repeat");
	checkCount(count, "repeat");
	const at = normalizeAxis(axis, x.rank, "repeat");
	return composed([x], () => {
		const laid = expand(unsqueeze(x, at + 1), [...x.shape.slice(0, at + 1), count, ...x.shape.slice(at + 1)]);
		return reshape(
			laid,
			x.shape.map((length, i) => (i === at ? length * count : length)),
		);
	});
}

function checkCount(count: number, where: string): void {
	if (!Number.isInteger(count) || count < 0) throw new ArgumentError(`${where}: expected counts ≥ 0, received ${count}.`);
}

/**
 * Elements moved by `shifts` places along the axes; what leaves at one end enters at the other.
 *
 * @param shifts - one for each axis; positive is towards the end
 */
export function roll(x: Tensor, shifts: number | readonly number[], axes: number | readonly number[] = 0): Tensor {
	expectTensor(x, "roll");
	const shiftList = typeof shifts === "number" ? [shifts] : shifts;
	const axisList = (typeof axes === "number" ? [axes] : axes).map((axis) => normalizeAxis(axis, x.rank, "roll"));
	if (shiftList.length !== axisList.length || !shiftList.every(Number.isInteger)) {
		throw new ArgumentError(
			`roll: expected one whole shift for each axis, received shifts ${formatShape(shiftList)} for axes ${formatShape(axisList)}.`,
		);
	}
	const out = noGrad(() => scope(() => axisList.reduce((turned, axis, i) => rollOne(turned, shiftList[i], axis), x.detach())));
	const back = shiftList.map((shift) => -shift);
	return record(out, "roll", [x], (grad) => [roll(grad, back, axisList)]);
}

function rollOne(x: Tensor, shift: number, axis: number): Tensor {
	const length = x.shape[axis];
	const cut = length === 0 ? 0 : ((-shift % length) + length) % length;
	if (cut === 0) return x;
	return concat([narrow(x, axis, [cut, null]), narrow(x, axis, [0, cut])], axis);
}

/**
 * Coordinates of a grid: from vectors of lengths n₀, n₁, … as many views of shape `[n₀, n₁, …]`; the i-th varies along axis i.
 *
 * @throws ShapeError if one of them is no vector
 */
export function meshgrid(...vectors: Tensor[]): Tensor[] {
	commonExecutor("meshgrid", vectors);
	for (const x of vectors) {
		if (x.rank !== 1) throw new ShapeError(`meshgrid: expected vectors, received shape ${formatShape(x.shape)}.`);
	}
	const shape = vectors.map((x) => x.size);
	const along = (axis: number): number[] => shape.map((length, i) => (i === axis ? length : 1));
	return composed(vectors, () => vectors.map((x, i) => expand(reshape(x, along(i)), shape)));
}
