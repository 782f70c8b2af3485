/** Pooling over windows of planes `[planes, height, width]`, and its derivatives. */
import type { Kernels, Operand, PoolWindows } from "../contracts.ts";
import { contiguousElements } from "./view.ts";

/** Calls `visit` for every cell of every window: flat positions of the result's cell, in its plane, and of the image's cell. */
function forEachCell(
	image: Operand,
	windows: PoolWindows,
	visit: (out: number, cell: number, plane: number, position: number) => void,
): void {
	const width = image.shape[image.shape.length - 1];
	const planeSize = width * image.shape[image.shape.length - 2];
	const planes = planeSize === 0 ? 0 : image.size / planeSize;
	const { rowStart, rowEnd, rowStep, columnStart, columnEnd, columnStep } = windows;
	const outPlane = rowStart.length * columnStart.length;
	for (let plane = 0; plane < planes; plane++) {
		for (let cell = 0; cell < outPlane; cell++) {
			const i = Math.floor(cell / columnStart.length);
			const j = cell % columnStart.length;
			for (let row = rowStart[i]; row < rowEnd[i]; row += rowStep) {
				for (let column = columnStart[j]; column < columnEnd[j]; column += columnStep) {
					visit(plane * outPlane + cell, cell, plane * planeSize, row * width + column);
				}
			}
		}
	}
}

/** See {@link Kernels.maxPool}. The first of equal values, or the first NaN, gives the index. */
export const maxPool: Kernels["maxPool"] = (x, out, indices, windows) => {
	const [source, values, positions] = [x, out, indices].map(contiguousElements);
	values.fill(Number.NEGATIVE_INFINITY);
	positions.fill(-1);
	forEachCell(x, windows, (o, _, plane, position) => {
		const value = source[plane + position];
		const isFirst = positions[o] === -1;
		if (!isFirst && (Number.isNaN(values[o]) || !(value > values[o] || Number.isNaN(value)))) return;
		values[o] = value;
		positions[o] = position;
	});
};

/** See {@link Kernels.maxPoolGrad}. */
export const maxPoolGrad: Kernels["maxPoolGrad"] = (gradOut, indices, gradX) => {
	const [grads, positions, target] = [gradOut, indices, gradX].map(contiguousElements);
	const planes = gradX.shape.slice(0, -2).reduce((product, length) => product * length, 1);
	const planeSize = target.length / planes;
	const outPlane = grads.length / planes;
	const sums = new Float64Array(target.length);
	for (let o = 0; o < grads.length; o++) sums[Math.floor(o / outPlane) * planeSize + positions[o]] += grads[o];
	target.set(sums);
};

/** See {@link Kernels.averagePool}. */
export const averagePool: Kernels["averagePool"] = (x, out, windows) => {
	const source = contiguousElements(x);
	const sums = new Float64Array(out.size);
	forEachCell(x, windows, (o, _, plane, position) => {
		sums[o] += source[plane + position];
	});
	const { divisors } = windows;
	contiguousElements(out).set(sums.map((sum, o) => sum / divisors[o % divisors.length]));
};

/** See {@link Kernels.averagePoolGrad}. */
export const averagePoolGrad: Kernels["averagePoolGrad"] = (gradOut, gradX, windows) => {
	const grads = contiguousElements(gradOut);
	const sums = new Float64Array(gradX.size);
	forEachCell(gradX, windows, (o, cell, plane, position) => {
		sums[plane + position] += grads[o] / windows.divisors[cell];
	});
	contiguousElements(gradX).set(sums);
};
