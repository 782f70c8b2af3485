/** Convolutions of one and two dimensions. What computers call convolution: the kernel is not flipped. */
import { commonExecutor, expectTensor, type Tensor } from "../tensor.ts";
import { expectAxes, expectOneFloatingType, type Pair } from "./checks.ts";
import { composed } from "./composed.ts";
import { type ConvOptions, planConvolution } from "./conv-geometry.ts";
import { convolve } from "./convolution.ts";
import { reshape } from "./views.ts";

/**
 * out[b, o, i, j] = activation(Σ_c,p,q x[b, c, i · stride + p · dilation − padding, …] · weight[o, c, p, q] + bias[o]).
 *
 * @param x - `[n, channels, height, width]`
 * @param weight - `[outChannels, channels / groups, kernelHeight, kernelWidth]`
 * @returns `[n, outChannels, outHeight, outWidth]` with outHeight = ⌊(height + 2 · padding − dilation · (kernelHeight − 1) − 1) / stride⌋ + 1
 * @throws ShapeError if shapes do not fit or the kernel is larger than the padded input
 * @example
 * const y = x.conv2d(weight, { bias, padding: "same" });
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
	const operands = checkOperands("conv2d", x, weight, options.bias);
	const { bias = null, activation = null } = options;
	const plan = planConvolution("conv2d", x, weight, options);
	return composed(operands, () => convolve(x, weight, plan, { bias, activation }));
}

/**
 * out[b, o, i] = activation(Σ_c,p x[b, c, i · stride + p · dilation − padding] · weight[o, c, p] + bias[o]).
 *
 * @param x - `[n, channels, length]`
 * @param weight - `[outChannels, channels / groups, kernel]`
 * @returns `[n, outChannels, outLength]`
 * @throws ShapeError if shapes do not fit or the kernel is longer than the padded input
 */
export function conv1d(x: Tensor, weight: Tensor, options: ConvOptions<number> = {}): Tensor {
	const operands = checkOperands("conv1d", x, weight, options.bias);
	const { bias = null, activation = null, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
	const sides = typeof padding === "number" ? ([0, padding] as const) : padding;
	return composed(operands, () => {
		const [image, kernel] = asImages("conv1d", x, weight);
		const plan = planConvolution("conv1d", image, kernel, { bias, stride: [1, stride], padding: sides, dilation: [1, dilation], groups });
		return fromImage(convolve(image, kernel, plan, { bias, activation }));
	});
}

/** Checks that operands are tensors of one floating type on one executor; returns them. */
export function checkOperands(where: string, x: Tensor, weight: Tensor, bias: Tensor | null | undefined): Tensor[] {
	const operands = bias === null || bias === undefined ? [x, weight] : [x, weight, bias];
	for (const operand of operands) expectTensor(operand, where);
	commonExecutor(where, operands);
	expectOneFloatingType(where, operands);
	return operands;
}

/** Sequences as images of height 1. */
export function asImages(where: string, x: Tensor, weight: Tensor): [Tensor, Tensor] {
	expectAxes(x, where, "input", ["n", "channels", "length"]);
	expectAxes(
		weight,
		where,
		"weight",
		where === "conv1d" ? ["outChannels", "channels / groups", "kernel"] : ["channels", "outChannels / groups", "kernel"],
	);
	return [asImage(x), asImage(weight)];
}

/** `[a, b, c]` as `[a, b, 1, c]`. */
export function asImage(x: Tensor): Tensor {
	return reshape(x, [x.shape[0], x.shape[1], 1, x.shape[2]]);
}

/** `[a, b, 1, c]` as `[a, b, c]`. */
export function fromImage(x: Tensor): Tensor {
	return reshape(x, [x.shape[0], x.shape[1], x.shape[3]]);
}

export type { ConvOptions, Pair };
