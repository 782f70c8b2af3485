/** What convolution layers of one and two dimensions have in common. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { integerOption, type OptionSpec, type OptionSpecs, techniqueOption, truthOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Formula } from "../../kernels/formula.ts";
import { zeros } from "../../tensor/create.ts";
import { expectInteger, type Pair } from "../../tensor/ops/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type InitializerLike, toInitializer } from "../init/index.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { expectLength, expectRank } from "./checks.ts";

/** Options of convolution layers; `P` is a number or one for each axis. */
export interface ConvLayerOptions<P extends Pair = Pair> {
	/** Length of the kernel along each axis, ≥ 1. */
	readonly kernel: P;
	/** Where the first weights are drawn from. */
	readonly rng: RandomStream;
	/** Steps between neighbouring outputs, ≥ 1. Default 1. */
	readonly stride?: P;
	/** Zeros on each side, ≥ 0; `"valid"` is 0; `"same"` gives an output of the input's size and needs stride 1. Default 0. */
	readonly padding?: P | "same" | "valid";
	/** Distance between the kernel's elements, ≥ 1. Default 1. */
	readonly dilation?: P;
	/** Groups of channels that do not see each other; as many as input channels: a depthwise convolution. Default 1. */
	readonly groups?: number;
	/** Whether it adds a bias, which starts at 0. Default true. */
	readonly bias?: boolean;
	/** Initializer of the weight. Default "heNormal". */
	readonly weightInit?: InitializerLike;
}

/** How a convolution moves over its input. */
export interface ConvSettings<P extends Pair> {
	readonly stride: P;
	readonly padding: P | "same" | "valid";
	readonly dilation: P;
	readonly groups: number;
}

/** Base of `Conv1d` and `Conv2d`. */
export abstract class ConvolutionLayer<P extends Pair> extends Module {
	readonly inChannels: number;
	readonly outChannels: number;
	/** Length along each axis. */
	readonly kernel: readonly number[];
	readonly settings: ConvSettings<P>;
	/** `[outChannels, inChannels / groups, …kernel]` */
	readonly weight: Tensor;
	/** `[outChannels]` */
	readonly bias: Tensor | null;
	/** Its name and the axes of its input, for messages. */
	abstract readonly facts: { readonly name: string; readonly layout: string };

	constructor(name: string, inChannels: number, outChannels: number, options: ConvLayerOptions<P> & { kernelAxes: readonly number[] }) {
		super();
		const { rng, stride = 1 as P, padding = 0 as P, dilation = 1 as P, groups = 1, bias = true, weightInit = "heNormal" } = options;
		checkChannels(name, { inChannels, outChannels, groups });
		if (padding === "same" && [stride].flat().some((step) => step !== 1)) {
			throw new ArgumentError(`${name}: padding "same" needs stride 1, received ${String(stride)}. Try: padding as a number.`);
		}
		this.inChannels = inChannels;
		this.outChannels = outChannels;
		this.kernel = options.kernelAxes;
		this.settings = { stride, padding, dilation, groups };
		this.weight = parameter(toInitializer(weightInit)([outChannels, inChannels / groups, ...this.kernel], rng));
		this.bias = bias ? parameter(zeros([outChannels])) : null;
	}

	/** The convolution itself, with the activation in the same pass if there is one. */
	protected abstract convolve(x: Tensor, activation?: Formula): Tensor;

	override forward(x: Tensor): Tensor {
		return this.#checked(x);
	}

	override forwardFused(x: Tensor, activation: Formula): Tensor {
		return this.#checked(x, activation);
	}

	override describe(): string {
		return describeConvolution(this.facts.name, this, this.settings);
	}

	override multiplyAdds(_input: readonly number[], output: readonly number[]): number {
		return sizeOf(output) * (this.inChannels / this.settings.groups) * sizeOf(this.kernel);
	}

	#checked(x: Tensor, activation?: Formula): Tensor {
		expectRank(x, this.facts.layout);
		expectLength(x, 1, this.inChannels, "inChannels");
		return this.convolve(x, activation);
	}
}

/** Checks the numbers of channels. @throws ArgumentError if groups do not divide them */
export function checkChannels(name: string, counts: { inChannels: number; outChannels: number; groups: number }): void {
	const { inChannels, outChannels, groups } = counts;
	for (const [what, count] of Object.entries(counts)) expectInteger(count, name, what, 1);
	if (inChannels % groups === 0 && outChannels % groups === 0) return;
	throw new ArgumentError(
		`${name}: expected groups to divide inChannels ${inChannels} and outChannels ${outChannels}, received ${groups}.`,
	);
}

/** Checks that a layer's input has the axes and channels it was built for, and at least one place. */
export function checkTransposedInput(x: Tensor, layout: string, inChannels: number): void {
	expectRank(x, layout);
	expectLength(x, 1, inChannels, "inChannels");
	if (x.shape.slice(2).includes(0)) throw new ShapeError("  Expected at least one place along each axis, received none.");
}

/** Such as `conv2d 16 → 32, 3×3, stride 2`. */
export function describeConvolution(
	name: string,
	{ inChannels, outChannels, kernel }: { inChannels: number; outChannels: number; kernel: readonly number[] },
	settings: Readonly<Record<"stride" | "dilation" | "groups", Pair>>,
): string {
	const parts = [`${name} ${inChannels} → ${outChannels}`, kernel.join("×")];
	for (const what of ["stride", "dilation", "groups"] as const) {
		const values = [settings[what]].flat();
		if (values.some((value) => value !== 1)) parts.push(`${what} ${[...new Set(values)].join("×")}`);
	}
	return parts.join(", ");
}

/** Options of a convolution in a config. */
export interface ConvConfig<P extends Pair> extends Omit<ConvLayerOptions<P>, "rng" | "groups" | "weightInit"> {
	readonly out: number;
	readonly groups?: number | "depthwise";
	readonly weightInit?: InitializerLike | null;
}

/** Specs of those options; `axis` makes the spec of one that may differ by axis. */
export function convOptionSpecs<P extends Pair>(
	axis: (about: string, fallback: number | undefined, min: number) => OptionSpec,
): OptionSpecs<ConvConfig<P>> {
	return {
		out: { ...integerOption("channels of the output", undefined, { min: 1 }), alsoCalled: ["filters", "channels", "outChannels"] },
		kernel: { ...axis("length of the kernel", undefined, 1), alsoCalled: ["size", "kernelSize"] },
		stride: axis("steps between neighbouring outputs", 1, 1),
		padding: { ...axis("zeros on each side; same: output of the input's size", 0, 0), words: ["same", "valid"] },
		dilation: axis("distance between the kernel's elements", 1, 1),
		groups: { ...integerOption("groups of channels that do not see each other; depthwise: one each", 1, { min: 1 }), words: ["depthwise"] },
		bias: truthOption("whether a bias is added", true),
		weightInit: techniqueOption("initializer", "first weights; default: what suits the next activation", null),
	};
}
