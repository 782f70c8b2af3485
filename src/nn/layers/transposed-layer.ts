/** What transposed convolutions of one and two dimensions have in common. */
import { integerOption, type OptionSpec, type OptionSpecs, techniqueOption, truthOption } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { zeros } from "../../tensor/create.ts";
import type { Pair } from "../../tensor/ops/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type InitializerLike, toInitializer } from "../init/index.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { type ConvLayerOptions, checkChannels, checkTransposedInput, describeConvolution } from "./convolution-layer.ts";

/** Options of transposed convolution layers; `P` is a number or one for each axis. */
export interface TransposedLayerOptions<P extends Pair = Pair> extends Omit<ConvLayerOptions<P>, "padding"> {
	/** Rows and columns cut from each side of the result, ≥ 0. Default 0. */
	readonly padding?: P;
	/** Rows and columns added at the end of the result, below the stride or the dilation. Default 0. */
	readonly outputPadding?: P;
}

/** Base of `ConvTranspose1d` and `ConvTranspose2d`. */
export abstract class TransposedLayer<P extends Pair> extends Module {
	readonly inChannels: number;
	readonly outChannels: number;
	/** Length along each axis. */
	readonly kernel: readonly number[];
	readonly settings: Readonly<Record<"stride" | "padding" | "outputPadding" | "dilation", P>> & { readonly groups: number };
	/** `[inChannels, outChannels / groups, …kernel]`, as in PyTorch; initializers count fans as there, from the second axis. */
	readonly weight: Tensor;
	/** `[outChannels]` */
	readonly bias: Tensor | null;
	/** Its name and the axes of its input, for messages. */
	abstract readonly facts: { readonly name: string; readonly layout: string };

	constructor(
		name: string,
		inChannels: number,
		outChannels: number,
		options: TransposedLayerOptions<P> & { kernelAxes: readonly number[] },
	) {
		super();
		const { rng, stride = 1 as P, padding = 0 as P, outputPadding = 0 as P, dilation = 1 as P, groups = 1 } = options;
		checkChannels(name, { inChannels, outChannels, groups });
		this.inChannels = inChannels;
		this.outChannels = outChannels;
		this.kernel = options.kernelAxes;
		this.settings = { stride, padding, outputPadding, dilation, groups };
		this.weight = parameter(toInitializer(options.weightInit ?? "heNormal")([inChannels, outChannels / groups, ...this.kernel], rng));
		this.bias = (options.bias ?? true) ? parameter(zeros([outChannels])) : null;
	}

	/** The operation itself. */
	protected abstract spread(x: Tensor): Tensor;

	override forward(x: Tensor): Tensor {
		checkTransposedInput(x, this.facts.layout, this.inChannels);
		return this.spread(x);
	}

	override describe(): string {
		return describeConvolution(this.facts.name, this, this.settings);
	}

	override multiplyAdds(input: readonly number[]): number {
		return sizeOf(input) * (this.outChannels / this.settings.groups) * sizeOf(this.kernel);
	}
}

/** Options of a transposed convolution in a config. */
export interface TransposedConfig<P extends Pair> extends Omit<TransposedLayerOptions<P>, "rng" | "weightInit"> {
	readonly out: number;
	readonly weightInit?: InitializerLike | null;
}

/** Specs of those options; `axis` makes the spec of one that may differ by axis. */
export function transposedOptionSpecs<P extends Pair>(
	axis: (about: string, fallback: number | undefined, min: number) => OptionSpec,
): OptionSpecs<TransposedConfig<P>> {
	return {
		out: integerOption("channels of the output", undefined, { min: 1 }),
		kernel: axis("length of the kernel", undefined, 1),
		stride: axis("steps between the places of neighbouring inputs", 1, 1),
		padding: axis("rows and columns cut from each side", 0, 0),
		outputPadding: axis("rows and columns added at the end", 0, 0),
		dilation: axis("distance between the kernel's elements", 1, 1),
		groups: integerOption("groups of channels that do not see each other", 1, { min: 1 }),
		bias: truthOption("whether a bias is added", true),
		weightInit: techniqueOption("initializer", "first weights; default: what suits the next activation", null),
	};
}
