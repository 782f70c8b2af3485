/** Options of convolutions, checked and turned into shapes and geometry. Computes nothing. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { formatShape, type Shape } from "../../core/shape.ts";
import type { Formula } from "../../kernels/formula.ts";
import type { Tensor } from "../tensor.ts";
import { expectAxes, expectInteger, expectPerChannel, type Pair, toPair } from "./checks.ts";
import type { Convolution } from "./convolution.ts";

/** Options that convolutions of one and two dimensions share; `P` is a number or one for each axis. */
export interface ConvOptions<P = Pair> {
	/** `[outChannels]`, added to every place of a channel. Default none. */
	readonly bias?: Tensor | null;
	/** Steps between neighbouring outputs, ≥ 1. Default 1. */
	readonly stride?: P;
	/** Zeros on each side, ≥ 0; `"valid"` is 0; `"same"` gives an output of the input's size and needs stride 1. Default 0. */
	readonly padding?: P | "same" | "valid";
	/** Distance between the kernel's elements, ≥ 1. Default 1. */
	readonly dilation?: P;
	/** Channels are split into this many groups that do not see each other; as many as channels: a depthwise convolution. Default 1. */
	readonly groups?: number;
	/** A formula of one input, applied to the result in the same pass; its derivative must be expressible by its result. Default none. */
	readonly activation?: Formula;
}

/** Options of transposed convolutions. */
export interface ConvTransposeOptions<P = Pair> extends Pick<ConvOptions<P>, "bias" | "dilation" | "groups"> {
	/** Steps between the places to which neighbouring inputs go, ≥ 1. Default 1. */
	readonly stride?: P;
	/** Rows and columns cut from each side of the result, ≥ 0. Default 0. */
	readonly padding?: P;
	/** Rows and columns added at the end of the result, below the stride or the dilation. Default 0. */
	readonly outputPadding?: P;
}

const axisNames = ["height", "width"] as const;

/** Shapes and geometry of a convolution. @throws ShapeError, ArgumentError in the words of `where` */
export function planConvolution(where: string, x: Tensor, weight: Tensor, options: ConvOptions): Convolution {
	const { bias = null, groups = 1 } = options;
	expectAxes(x, where, "input", ["n", "channels", ...axisNames]);
	expectAxes(weight, where, "weight", ["outChannels", "channels / groups", "kernelHeight", "kernelWidth"]);
	const [batch, channels] = x.shape;
	const [outChannels, groupChannels] = weight.shape;
	checkGroups(where, groups, { channels, outChannels });
	if (groupChannels !== channels / groups) {
		throw new ShapeError(
			`${where}: got input ${formatShape(x.shape)} and weight ${formatShape(weight.shape)} with groups ${groups}.\n` +
				`  Expected the weight's second axis to be ${channels / groups} (channels / groups), received ${groupChannels}.`,
		);
	}
	if (bias !== null) expectPerChannel(bias, where, "a bias", outChannels);
	const kernel = [weight.shape[2], weight.shape[3]] as const;
	const stride = toPair(options.stride ?? 1, where, "stride", 1);
	const dilation = toPair(options.dilation ?? 1, where, "dilation", 1);
	const extent = kernel.map((length, i) => dilation[i] * (length - 1) + 1);
	const { padding, total } = resolvePadding(where, options.padding ?? 0, { extent, stride });
	const size = extent.map((length, i) => {
		const room = x.shape[i + 2] + total[i] - length;
		if (room < 0 || kernel[i] === 0)
			throw kernelTooLarge(where, i, { kernel: kernel[i], extent: length, input: x.shape[i + 2], total: total[i] });
		return Math.floor(room / stride[i]) + 1;
	});
	return { x: x.shape, weight: weight.shape, out: [batch, outChannels, ...size], geometry: { stride, padding, dilation, groups } };
}

function checkGroups(where: string, groups: number, counts: { channels: number; outChannels: number }): void {
	expectInteger(groups, where, "groups", 1);
	for (const [name, count] of Object.entries(counts)) {
		if (count % groups !== 0) {
			throw new ArgumentError(`${where}: expected groups to divide ${name}, received ${groups} groups for ${count} ${name}.`);
		}
	}
}

/** Zeros before the first row and column, and before and after together. "same" puts the odd one at the end, as PyTorch does. */
function resolvePadding(
	where: string,
	padding: Pair | "same" | "valid",
	{ extent, stride }: { extent: readonly number[]; stride: readonly [number, number] },
): { padding: readonly [number, number]; total: readonly number[] } {
	if (padding === "valid") return { padding: [0, 0], total: [0, 0] };
	if (padding === "same") {
		if (stride[0] !== 1 || stride[1] !== 1) {
			throw new ArgumentError(`${where}: padding "same" needs stride 1, received ${formatShape(stride)}. Try: padding as a number.`);
		}
		const total = extent.map((length) => length - 1);
		return { padding: [Math.floor(total[0] / 2), Math.floor(total[1] / 2)], total };
	}
	if (typeof padding === "string") {
		throw new ArgumentError(`${where}: expected padding to be a number, a pair, "same" or "valid", received "${String(padding)}".`);
	}
	const pair = toPair(padding, where, "padding", 0);
	return { padding: pair, total: pair.map((zeros) => 2 * zeros) };
}

function kernelTooLarge(where: string, axis: number, size: { kernel: number; extent: number; input: number; total: number }): ShapeError {
	const dilated = size.extent === size.kernel ? "" : ` (${size.kernel} dilated)`;
	return new ShapeError(
		`${where}: the kernel does not fit into the input along the ${axisNames[axis]}.\n` +
			`  Expected a kernel of 1 to ${size.input + size.total} (input ${size.input} plus padding ${size.total}), received ${size.extent}${dilated}.\n` +
			"  Try: more padding, a smaller kernel, or fewer poolings before this layer.",
	);
}

/** The convolution whose derivative in x the transposed convolution is: `x` of the plan is its result, `out` its input. */
export function planTransposed(where: string, x: Tensor, weight: Tensor, options: ConvTransposeOptions): Convolution {
	const { bias = null, groups = 1 } = options;
	expectAxes(x, where, "input", ["n", "channels", ...axisNames]);
	expectAxes(weight, where, "weight", ["channels", "outChannels / groups", "kernelHeight", "kernelWidth"]);
	const [batch, channels] = x.shape;
	if (weight.shape[0] !== channels) {
		throw new ShapeError(
			`${where}: got input ${formatShape(x.shape)} and weight ${formatShape(weight.shape)}.\n` +
				`  Expected the weight's first axis to be ${channels} (the input's channels), received ${weight.shape[0]}.`,
		);
	}
	const outChannels = weight.shape[1] * groups;
	checkGroups(where, groups, { channels, outChannels });
	if (bias !== null) expectPerChannel(bias, where, "a bias", outChannels);
	const stride = toPair(options.stride ?? 1, where, "stride", 1);
	const padding = toPair(options.padding ?? 0, where, "padding", 0);
	const dilation = toPair(options.dilation ?? 1, where, "dilation", 1);
	const extra = toPair(options.outputPadding ?? 0, where, "outputPadding", 0);
	const size = axisNames.map((name, i) => {
		if (extra[i] >= Math.max(stride[i], dilation[i])) {
			throw new ArgumentError(
				`${where}: expected outputPadding below the stride (${stride[i]}) or the dilation (${dilation[i]}), received ${extra[i]}.`,
			);
		}
		const length = (x.shape[i + 2] - 1) * stride[i] - 2 * padding[i] + dilation[i] * (weight.shape[i + 2] - 1) + extra[i] + 1;
		if (length < 1 || x.shape[i + 2] === 0 || weight.shape[i + 2] === 0) {
			throw new ShapeError(`${where}: nothing is left along the ${name} of ${formatShape(x.shape)}. Try: less padding than ${padding[i]}.`);
		}
		return length;
	});
	const result: Shape = [batch, outChannels, ...size];
	return { x: result, weight: weight.shape, out: x.shape, geometry: { stride, padding, dilation, groups } };
}
