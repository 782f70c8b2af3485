/**
 * The three faces of a convolution. Σ x · weight · out over all products that take part is linear in each of the three, and each function
 * here is its derivative in one of them; so the derivatives of each are the other two, and derivatives of every order exist.
 */
import type { Shape } from "../../core/shape.ts";
import type { ConvGeometry } from "../../kernels/contracts.ts";
import type { Formula } from "../../kernels/formula.ts";
import { isRecorded, record } from "../tape.ts";
import { allocate, type Tensor } from "../tensor.ts";
import { activationGradient, expectFusible } from "./fused-activation.ts";
import { sum } from "./reduce.ts";
import { toContiguous } from "./views.ts";

/** Shapes and geometry of a convolution, seen from its forward direction. */
export interface Convolution {
	/** `[batch, inChannels, height, width]` */
	readonly x: Shape;
	/** `[outChannels, inChannels / groups, kernelHeight, kernelWidth]` */
	readonly weight: Shape;
	/** `[batch, outChannels, outHeight, outWidth]` */
	readonly out: Shape;
	readonly geometry: ConvGeometry;
}

/** What follows the sum of products in the same pass. */
export interface Epilogue {
	/** `[outChannels]` or null. */
	readonly bias: Tensor | null;
	readonly activation: Formula | null;
}

const noEpilogue: Epilogue = { bias: null, activation: null };

/** out = activation(x ∗ weight + bias). */
export function convolve(x: Tensor, weight: Tensor, of: Convolution, epilogue: Epilogue = noEpilogue): Tensor {
	const { activation } = epilogue;
	const bias = epilogue.bias === null ? null : toContiguous(epilogue.bias);
	const [images, kernel] = [toContiguous(x), toContiguous(weight)];
	const out = allocate(x.executor, x.dtype, of.out);
	x.executor.kernels.conv2d(images, kernel, out, { bias, activation, geometry: of.geometry });
	const inputs = bias === null ? [images, kernel] : [images, kernel, bias];
	if (!isRecorded(inputs)) return out;
	expectFusible(activation);
	return record(out, "conv2d", inputs, (grad, request) => {
		const delta = toContiguous(activation === null ? grad : activationGradient(activation, out, grad));
		return [
			request.needs(0) ? convolveToInput(delta, kernel, of, request.into(0)) : null,
			request.needs(1) ? convolveToWeight(images, delta, of, request.into(1)) : null,
			bias !== null && request.needs(2) ? sum(delta, [0, 2, 3], { into: request.into(2) }) : null,
		];
	});
}

/** Derivative in x at `grad`, of shape `of.x`; also a transposed convolution of `grad`. Written to `into` if given. */
export function convolveToInput(grad: Tensor, weight: Tensor, of: Convolution, into: Tensor | null = null): Tensor {
	const [grads, kernel] = [toContiguous(grad), toContiguous(weight)];
	const out = into ?? allocate(grad.executor, grad.dtype, of.x);
	grad.executor.kernels.conv2dGradInput(grads, kernel, out, of.geometry);
	return record(out, "conv2dGradInput", [grads, kernel], (arriving, request) => [
		request.needs(0) ? convolve(arriving, kernel, of) : null,
		request.needs(1) ? convolveToWeight(arriving, grads, of, request.into(1)) : null,
	]);
}

/** Derivative in the weight at `grad`, of shape `of.weight`. Written to `into` if given. */
export function convolveToWeight(x: Tensor, grad: Tensor, of: Convolution, into: Tensor | null = null): Tensor {
	const [images, grads] = [toContiguous(x), toContiguous(grad)];
	const out = into ?? allocate(x.executor, x.dtype, of.weight);
	x.executor.kernels.conv2dGradWeight(images, grads, out, of.geometry);
	return record(out, "conv2dGradWeight", [images, grads], (arriving, request) => [
		request.needs(0) ? convolveToInput(grads, arriving, of, request.into(0)) : null,
		request.needs(1) ? convolve(images, arriving, of) : null,
	]);
}
