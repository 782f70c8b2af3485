/** Transposed convolutions: the derivative of a convolution in its input, as an operation. */
import { formula } from "../../kernels/formula.ts";
import { scope } from "../scope.ts";
import { isRecorded, noGrad, record } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { asImages, checkOperands, fromImage } from "./conv.ts";
import { type ConvTransposeOptions, planTransposed } from "./conv-geometry.ts";
import { type Convolution, convolve, convolveToInput, convolveToWeight } from "./convolution.ts";
import { broadcastOperand } from "./elementwise.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./views.ts";

const addBias = formula("addBias", (x, bias) => x.add(bias));

/**
 * out[b, o, i · stride + p · dilation − padding, …] += x[b, c, i, j] · weight[c, o, p, q], plus bias[o].
 *
 * @param x - `[n, channels, height, width]`
 * @param weight - `[channels, outChannels / groups, kernelHeight, kernelWidth]`, as in PyTorch
 * @returns `[n, outChannels, outHeight, outWidth]`,
 *   outHeight = (height − 1) · stride − 2 · padding + dilation · (kernelHeight − 1) + outputPadding + 1
 * @throws ShapeError if shapes do not fit
 */
export function convTranspose2d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
	const operands = checkOperands("convTranspose2d", x, weight, options.bias);
	const plan = planTransposed("convTranspose2d", x, weight, options);
	return composed(operands, () => transposed(x, weight, options.bias ?? null, plan));
}

/**
 * out[b, o, i · stride + p · dilation − padding] += x[b, c, i] · weight[c, o, p], plus bias[o].
 *
 * @param x - `[n, channels, length]`
 * @param weight - `[channels, outChannels / groups, kernel]`
 * @returns `[n, outChannels, outLength]`
 * @throws ShapeError if shapes do not fit
 */
export function convTranspose1d(x: Tensor, weight: Tensor, options: ConvTransposeOptions<number> = {}): Tensor {
	const operands = checkOperands("convTranspose1d", x, weight, options.bias);
	const { bias = null, stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups } = options;
	return composed(operands, () => {
		const [image, kernel] = asImages("convTranspose1d", x, weight);
		const plan = planTransposed("convTranspose1d", image, kernel, {
			bias,
			stride: [1, stride],
			padding: [0, padding],
			outputPadding: [0, outputPadding],
			dilation: [1, dilation],
			groups,
		});
		return fromImage(transposed(image, kernel, bias, plan));
	});
}

function transposed(x: Tensor, weight: Tensor, bias: Tensor | null, of: Convolution): Tensor {
	if (bias === null) return convolveToInput(x, weight, of);
	// The bias goes in place, into memory that nobody else sees yet.
	const out = scope(() => noGrad(() => addInPlace(convolveToInput(x, weight, of), bias)));
	if (!isRecorded([x, weight, bias])) return out;
	return record(out, "convTranspose2d", [x, weight, bias], (grad, request) => [
		request.needs(0) ? convolve(grad, weight, of) : null,
		request.needs(1) ? convolveToWeight(grad, x, of, request.into(1)) : null,
		request.needs(2) ? sum(grad, [0, 2, 3], { into: request.into(2) }) : null,
	]);
}

function addInPlace(x: Tensor, bias: Tensor): Tensor {
	x.executor.kernels.map(addBias, [x, broadcastOperand(reshape(bias, [bias.size, 1, 1]), x.shape)], [x]);
	return x;
}

export type { ConvTransposeOptions };
