/** Two-dimensional convolution and its two derivatives: one walk over all products that take part. */
import type { ConvGeometry, Kernels } from "../contracts.ts";
import { makeUnary } from "./evaluate.ts";
import { contiguousElements, elementsOf } from "./view.ts";

/** Flat positions of one product: the image's, the weight's and the result's element. */
type Visit = (x: number, weight: number, out: number) => void;

/** Calls `visit` for every product of a convolution of images `[batch, in, height, width]`. */
function forEachProduct(
	shapes: { x: readonly number[]; weight: readonly number[]; out: readonly number[] },
	{ stride, padding, dilation, groups }: ConvGeometry,
	visit: Visit,
): void {
	const [batch, inChannels, height, width] = shapes.x;
	const [outChannels, groupChannels, kernelHeight, kernelWidth] = shapes.weight;
	const [, , outHeight, outWidth] = shapes.out;
	const outPerGroup = outChannels / groups;
	for (let b = 0; b < batch; b++) {
		for (let o = 0; o < outChannels; o++) {
			const firstChannel = Math.floor(o / outPerGroup) * groupChannels;
			for (let i = 0; i < outHeight; i++) {
				for (let j = 0; j < outWidth; j++) {
					const out = ((b * outChannels + o) * outHeight + i) * outWidth + j;
					for (let c = 0; c < groupChannels; c++) {
						for (let p = 0; p < kernelHeight; p++) {
							const row = i * stride[0] + p * dilation[0] - padding[0];
							if (row < 0 || row >= height) continue;
							for (let q = 0; q < kernelWidth; q++) {
								const column = j * stride[1] + q * dilation[1] - padding[1];
								if (column < 0 || column >= width) continue;
								const x = ((b * inChannels + firstChannel + c) * height + row) * width + column;
								visit(x, ((o * groupChannels + c) * kernelHeight + p) * kernelWidth + q, out);
							}
						}
					}
				}
			}
		}
	}
}

/** See {@link Kernels.conv2d}. */
export const conv2d: Kernels["conv2d"] = (x, weight, out, { bias, activation, geometry }) => {
	const [images, kernel, target] = [x, weight, out].map(contiguousElements);
	const sums = new Float64Array(out.size);
	forEachProduct({ x: x.shape, weight: weight.shape, out: out.shape }, geometry, (i, w, o) => {
		sums[o] += images[i] * kernel[w];
	});
	const [, channels, height, width] = out.shape;
	const biases = bias === null ? null : elementsOf(bias);
	const activate = makeUnary(activation);
	for (let o = 0; o < sums.length; o++) {
		const channel = Math.floor(o / (height * width)) % channels;
		const shift = bias === null || biases === null ? 0 : biases[bias.offset + channel * bias.strides[0]];
		target[o] = activate(sums[o] + shift);
	}
};

/** See {@link Kernels.conv2dGradInput}. */
export const conv2dGradInput: Kernels["conv2dGradInput"] = (gradOut, weight, gradX, geometry) => {
	const [grads, kernel, target] = [gradOut, weight, gradX].map(contiguousElements);
	const sums = new Float64Array(gradX.size);
	forEachProduct({ x: gradX.shape, weight: weight.shape, out: gradOut.shape }, geometry, (i, w, o) => {
		sums[i] += grads[o] * kernel[w];
	});
	target.set(sums);
};

/** See {@link Kernels.conv2dGradWeight}. */
export const conv2dGradWeight: Kernels["conv2dGradWeight"] = (x, gradOut, gradWeight, geometry) => {
	const [images, grads, target] = [x, gradOut, gradWeight].map(contiguousElements);
	const sums = new Float64Array(gradWeight.size);
	forEachProduct({ x: x.shape, weight: gradWeight.shape, out: gradOut.shape }, geometry, (i, w, o) => {
		sums[w] += grads[o] * images[i];
	});
	target.set(sums);
};
