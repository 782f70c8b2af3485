/** The numbers of a convolution, read once from operands and geometry, and what its kernels share. */
import type { ConvGeometry, Operand } from "../../../kernels/contracts.ts";
import { addressOf } from "../block.ts";

/** A convolution in numbers: sizes in elements, addresses in bytes. */
export interface ConvSizes extends ConvGeometry {
	readonly images: number;
	readonly inChannels: number;
	readonly height: number;
	readonly width: number;
	readonly outChannels: number;
	readonly outHeight: number;
	readonly outWidth: number;
	readonly kernelHeight: number;
	readonly kernelWidth: number;
	/** Channels of one group. */
	readonly groupIn: number;
	readonly groupOut: number;
	/** Elements of one input plane and one output plane. */
	readonly plane: number;
	readonly outPlane: number;
	/** Elements of one filter: input channels of a group times the kernel's area. */
	readonly filter: number;
}

/** Reads the sizes from an input-like `[images, in, height, width]`, an output-like and a weight-like operand. */
export function convSizes(x: Operand, out: Operand, weight: Operand, geometry: ConvGeometry): ConvSizes {
	const [images, inChannels, height, width] = x.shape;
	const [, outChannels, outHeight, outWidth] = out.shape;
	const [, groupIn, kernelHeight, kernelWidth] = weight.shape;
	return {
		stride: geometry.stride,
		padding: geometry.padding,
		dilation: geometry.dilation,
		groups: geometry.groups,
		images,
		inChannels,
		height,
		width,
		outChannels,
		outHeight,
		outWidth,
		kernelHeight,
		kernelWidth,
		groupIn,
		groupOut: outChannels / geometry.groups,
		plane: height * width,
		outPlane: outHeight * outWidth,
		filter: groupIn * kernelHeight * kernelWidth,
	};
}

/** Whether columns are the image itself: 1 × 1, no stride, no padding. */
export function isPointwise(s: ConvSizes): boolean {
	return (
		s.kernelHeight === 1 &&
		s.kernelWidth === 1 &&
		s.stride[0] === 1 &&
		s.stride[1] === 1 &&
		s.padding[0] === 0 &&
		s.padding[1] === 0 &&
		s.plane === s.outPlane
	);
}

/** The images `from … from + count − 1` of an operand, as an operand. */
export function imagesOf(operand: Operand, from: number, count: number): Operand {
	const perImage = operand.size / operand.shape[0];
	return {
		block: operand.block,
		dtype: operand.dtype,
		shape: [count, ...operand.shape.slice(1)],
		strides: operand.strides,
		offset: operand.offset + from * perImage,
		size: count * perImage,
		contiguous: operand.contiguous,
	};
}

/** Byte address of an operand's image. */
export function imageAddress(operand: Operand, image: number): number {
	return addressOf(operand) + 4 * image * (operand.size / Math.max(1, operand.shape[0]));
}
