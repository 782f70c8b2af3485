/** Random orthonormal vectors: Householder reflections of random directions, multiplied out in a few matrix products. */
import { eye, ones, zeros } from "../../tensor/create.ts";
import { concat } from "../../tensor/ops/join.ts";
import { where } from "../../tensor/ops/select.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * `count` orthonormal vectors, the factor Q of the QR factorization of a matrix of independent normal numbers with R's diagonal positive.
 * With that sign convention Q is uniform over all frames (Haar; Mezzadri 2007, arXiv:math-ph/0609050).
 *
 * The factorization itself is not needed. The column that reflection k brings to an axis is normal whatever the reflections before it, so
 * directions are drawn straight away (Stewart 1980, doi:10.1137/0717034). Scaled to |v|² = 2, the reflections' product is
 * I − V · (I + U)⁻¹ · Vᵀ, where U is the part of Vᵀ · V above the diagonal (Joffrain et al. 2006, doi:10.1145/1141885.1141886).
 *
 * @param normals - standard normal numbers `[count, length]`; of vector k those from k on are used
 * @returns `[count, length]`, count ≤ length
 */
export function randomFrame(normals: Tensor): Tensor {
	const [count, length] = normals.shape;
	return scope(() => {
		const axes = eye(length).slice([[0, count]]);
		const { directions, signs } = reflections(normals.triu(), axes);
		const inverse = invertUnitLower(directions.matmul(directions.transpose()));
		const moved = directions
			.slice([":", [0, count]])
			.transpose()
			.matmul(inverse)
			.matmul(directions);
		return axes.sub(moved).mul(signs);
	});
}

/** Reflection k turns vector k into ∓ its length on axis k; the sign, `[count, 1]`, is undone in the frame. */
function reflections(vectors: Tensor, axes: Tensor): { directions: Tensor; signs: Tensor } {
	const first = vectors.mul(axes).sum(1, { keepDims: true });
	const length = vectors.square().sum(1, { keepDims: true }).sqrt();
	// Away from the first number, so that nothing cancels: |v|² = 2 · length · (length + |first|).
	const signs = where(first.gt(0), -1, 1);
	const square = length.mul(first.abs().add(length));
	// A vector of zeros has no direction; reflection by none leaves the axis as it is.
	const scale = where(square.gt(0), square.rsqrt(), 0);
	return { directions: vectors.sub(axes.mul(signs.mul(length))).mul(scale), signs };
}

/** (I + L)⁻¹ for the part L of a square matrix below its diagonal: the blocks of the inverse follow from the inverses of blocks. */
function invertUnitLower(matrix: Tensor): Tensor {
	const [size] = matrix.shape;
	if (size === 1) return ones([1, 1]);
	const half = size >> 1;
	const [first, second] = [
		[0, half],
		[half, size],
	] as const;
	const top = invertUnitLower(matrix.slice([first, first]));
	const bottom = invertUnitLower(matrix.slice([second, second]));
	const corner = bottom
		.matmul(matrix.slice([second, first]))
		.matmul(top)
		.neg();
	return concat([concat([top, zeros([half, size - half])], 1), concat([corner, bottom], 1)]);
}
