/** Reading and adding by index along one axis. Sums follow the order of the indices and start from what the result holds. */
import type { Kernels, Operand } from "../contracts.ts";
import { contiguousElements } from "./view.ts";

interface Layout {
	readonly outer: number;
	readonly length: number;
	readonly inner: number;
}

/** Flat positions that belong together: in the indexed array and in the array of the indices' length. */
type Visit = (indexed: number, listed: number) => void;

function forEachTaken(indices: Operand, { outer, length, inner }: Layout, visit: Visit): void {
	const index = contiguousElements(indices);
	for (let o = 0; o < outer; o++) {
		for (let i = 0; i < index.length; i++) {
			for (let n = 0; n < inner; n++) visit((o * length + index[i]) * inner + n, (o * index.length + i) * inner + n);
		}
	}
}

function forEachGathered(indices: Operand, { length, inner, count }: Layout & { count: number }, visit: Visit): void {
	const index = contiguousElements(indices);
	for (let listed = 0; listed < index.length; listed++) {
		const o = Math.floor(listed / (count * inner));
		visit((o * length + index[listed]) * inner + (listed % inner), listed);
	}
}

/** Adds in float64 to what the target holds and rounds once. */
function addInto(target: Operand, add: (sums: Float64Array) => void): void {
	const elements = contiguousElements(target);
	const sums = Float64Array.from(elements);
	add(sums);
	elements.set(sums);
}

/** See {@link Kernels.take}. */
export const take: Kernels["take"] = (x, indices, out, layout) => {
	const [source, target] = [x, out].map(contiguousElements);
	forEachTaken(indices, layout, (indexed, listed) => {
		target[listed] = source[indexed];
	});
};

/** See {@link Kernels.scatterAdd}. */
export const scatterAdd: Kernels["scatterAdd"] = (source, indices, out, layout) => {
	const values = contiguousElements(source);
	addInto(out, (sums) =>
		forEachTaken(indices, layout, (indexed, listed) => {
			sums[indexed] += values[listed];
		}),
	);
};

/** See {@link Kernels.gather}. */
export const gather: Kernels["gather"] = (x, indices, out, layout) => {
	const [source, target] = [x, out].map(contiguousElements);
	forEachGathered(indices, layout, (indexed, listed) => {
		target[listed] = source[indexed];
	});
};

/** See {@link Kernels.gatherGrad}. */
export const gatherGrad: Kernels["gatherGrad"] = (source, indices, out, layout) => {
	const values = contiguousElements(source);
	addInto(out, (sums) =>
		forEachGathered(indices, layout, (indexed, listed) => {
			sums[indexed] += values[listed];
		}),
	);
};

/** See {@link Kernels.embeddingBag}. */
export const embeddingBag: Kernels["embeddingBag"] = (weight, indices, out, scale) => {
	const [rows, target] = [weight, out].map(contiguousElements);
	const sums = new Float64Array(out.size);
	forEachBagged(indices, weight.shape[1], (row, o) => {
		sums[o] += rows[row] * scale;
	});
	target.set(sums);
};

/** See {@link Kernels.embeddingBagGrad}. */
export const embeddingBagGrad: Kernels["embeddingBagGrad"] = (gradOut, indices, gradWeight, scale) => {
	const grads = contiguousElements(gradOut);
	addInto(gradWeight, (sums) =>
		forEachBagged(indices, gradWeight.shape[1], (row, o) => {
			sums[row] += grads[o] * scale;
		}),
	);
};

function forEachBagged(indices: Operand, dim: number, visit: Visit): void {
	const index = contiguousElements(indices);
	const bag = indices.shape[1];
	for (let i = 0; i < index.length; i++) {
		for (let d = 0; d < dim; d++) visit(index[i] * dim + d, Math.floor(i / bag) * dim + d);
	}
}

/** See {@link Kernels.findOutOfRange}. */
export const findOutOfRange: Kernels["findOutOfRange"] = (indices, length) =>
	contiguousElements(indices).findIndex((index: number) => index < 0 || index >= length);
