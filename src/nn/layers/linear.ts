/** The fully connected layer. */
import { integerOption, techniqueOption, truthOption } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import type { Formula } from "../../kernels/formula.ts";
import { zeros } from "../../tensor/create.ts";
import { linear } from "../../tensor/ops/matmul.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type InitializerLike, toInitializer } from "../init/index.ts";
import { Module } from "../module.ts";
import { parameter } from "../parameter.ts";
import { expectLength } from "./checks.ts";
import { defineLayer } from "./layer.ts";
import { layerOptions } from "./layer-options.ts";

/** Options of `Linear`. */
export interface LinearOptions {
	/** Where the first weights are drawn from. */
	readonly rng: RandomStream;
	/** Initializer of the weight. Default "heNormal". */
	readonly weightInit?: InitializerLike;
	/** Whether it adds a bias, which starts at 0. Default true. */
	readonly bias?: boolean;
}

/** y = x · weightᵀ + bias over the last axis: `[…, inFeatures]` → `[…, outFeatures]`. */
export class Linear extends Module {
	readonly inFeatures: number;
	readonly outFeatures: number;
	/** `[outFeatures, inFeatures]` */
	readonly weight: Tensor;
	/** `[outFeatures]` */
	readonly bias: Tensor | null;

	constructor(inFeatures: number, outFeatures: number, options: LinearOptions) {
		super();
		const {
			rng,
			weightInit = "heNormal",
			bias = true,
		} = layerOptions("linear", options, "new Linear(3, 2, { rng: new RandomStream(42) })");
		this.inFeatures = inFeatures;
		this.outFeatures = outFeatures;
		this.weight = parameter(toInitializer(weightInit)([outFeatures, inFeatures], rng));
		this.bias = bias ? parameter(zeros([outFeatures])) : null;
	}

	override forward(x: Tensor): Tensor {
		expectLength(x, -1, this.inFeatures, "inFeatures");
		return linear(x, this.weight, this.bias ?? undefined);
	}

	override forwardFused(x: Tensor, activation: Formula): Tensor {
		expectLength(x, -1, this.inFeatures, "inFeatures");
		return linear(x, this.weight, this.bias ?? undefined, { activation });
	}

	override describe(): string {
		return `linear ${this.inFeatures} → ${this.outFeatures}`;
	}

	override multiplyAdds(_input: readonly number[], output: readonly number[]): number {
		return this.inFeatures * output.reduce((product, length) => product * length, 1);
	}
}

/** Options of `linear` in a config. */
interface LinearConfig {
	readonly out: number;
	readonly bias?: boolean;
	readonly weightInit?: InitializerLike | null;
}

/** `{ linear: { out: 100 } }` */
export const linearLayer = defineLayer<LinearConfig>({
	name: "linear",
	formula: "y = x · Wᵀ + b",
	source: "—",
	torch: "nn.Linear",
	aliases: ["dense", "fullyConnected"],
	shorthand: "out",
	options: {
		out: { ...integerOption("features of the output", undefined, { min: 1 }), alsoCalled: ["units", "features", "outFeatures", "size"] },
		bias: truthOption("whether a bias is added", true),
		weightInit: techniqueOption("initializer", "first weights; default: what suits the next activation", null),
	},
	create: ({ out, bias, weightInit }, { inputShape, rng, weightInit: suggested, initializers }) =>
		new Linear(inputShape.at(-1) ?? 0, out, { rng, bias, weightInit: toInitializer(weightInit ?? suggested ?? "heNormal", initializers) }),
});
