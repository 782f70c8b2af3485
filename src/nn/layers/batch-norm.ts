/** Batch normalisation of features and of feature maps. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { atLeastZero, numberOption, truthOption } from "../../core/options.ts";
import type { Formula } from "../../kernels/formula.ts";
import { ones, zeros } from "../../tensor/create.ts";
import { batchNorm } from "../../tensor/ops/batch-norm.ts";
import { expectInteger } from "../../tensor/ops/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../module.ts";
import { buffer, parameter } from "../parameter.ts";
import type { PopulationCollector, PopulationMember } from "../population.ts";
import { BatchPopulation } from "./batch-population.ts";
import { expectLength } from "./checks.ts";
import { channelsOf } from "./config-shape.ts";
import { defineLayer } from "./layer.ts";

/** Options of `BatchNorm`. */
export interface BatchNormLayerOptions {
	/** How far running statistics move towards a batch's, 0 to 1; null: they are the average over all batches so far. Default 0.1. */
	readonly momentum?: number | null;
	/** Added to the variance, ≥ 0. Default 1e-5. */
	readonly epsilon?: number;
	/** Whether it has a learned scale and shift. Default true. */
	readonly affine?: boolean;
}

/**
 * (x − mean) / √(variance + ε) · scale + shift by channel: `[n, features]`, or feature maps `[n, features, …]`. While training mean and
 * variance are the batch's (biased), and the running ones move towards them (unbiased); at inference the running ones are used.
 *
 * PyTorch's state maps to `weight` → `scale`, `bias` → `shift`, `running_mean` → `runningMean`, `running_var` → `runningVariance`,
 * `num_batches_tracked` → the number `batchCount`.
 *
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167
 */
export class BatchNorm extends Module implements PopulationMember {
	readonly features: number;
	readonly momentum: number | null;
	readonly epsilon: number;
	/** `[features]`, γ of the paper; starts at 1. */
	readonly scale: Tensor | null;
	/** `[features]`, β of the paper; starts at 0. */
	readonly shift: Tensor | null;
	/** `[features]`, starts at 0. */
	readonly runningMean: Tensor;
	/** `[features]`, starts at 1. */
	readonly runningVariance: Tensor;
	/** Batches seen in training. */
	batchCount = 0;
	#population: BatchPopulation | null = null;

	/** @throws ArgumentError if an option is out of range */
	constructor(features: number, { momentum = 0.1, epsilon = 1e-5, affine = true }: BatchNormLayerOptions = {}) {
		super();
		expectInteger(features, "batchNorm", "features", 1);
		if (momentum !== null && !(momentum >= 0 && momentum <= 1)) {
			throw new ArgumentError(`batchNorm: expected momentum from 0 to 1, or null, received ${momentum}.`);
		}
		if (!(epsilon >= 0)) throw new ArgumentError(`batchNorm: expected epsilon ≥ 0, received ${epsilon}.`);
		this.features = features;
		this.momentum = momentum;
		this.epsilon = epsilon;
		this.scale = affine ? parameter(ones([features])) : null;
		this.shift = affine ? parameter(zeros([features])) : null;
		this.runningMean = buffer(zeros([features]));
		this.runningVariance = buffer(ones([features]));
	}

	/** @throws ArgumentError while training with one value per channel: it would become 0 whatever it is */
	override forward(x: Tensor): Tensor {
		return this.#normalize(x);
	}

	override forwardFused(x: Tensor, activation: Formula): Tensor {
		return this.#normalize(x, activation);
	}

	override numbers(): Readonly<Record<string, number>> {
		return { batchCount: this.batchCount };
	}

	override loadNumbers({ batchCount }: Readonly<Record<string, number>>): void {
		this.batchCount = batchCount ?? 0;
	}

	override describe(): string {
		return `batch norm ${this.features}`;
	}

	/** See {@link PopulationMember}. */
	collectPopulation(): PopulationCollector {
		const population = new BatchPopulation(this, () => {
			this.#population = null;
		});
		this.#population = population;
		return population;
	}

	#normalize(x: Tensor, activation?: Formula): Tensor {
		if (x.rank < 2) throw new ShapeError(`  Expected [batch, features] or [batch, features, …], received ${x.rank} axes.`);
		expectLength(x, 1, this.features, "features");
		const { scale, shift, epsilon } = this;
		const population = this.#population;
		const training = this.training || population !== null;
		const valueCount = x.size / this.features;
		if (training && valueCount < 2) {
			throw new ArgumentError(
				`  Expected at least 2 values per channel while training, received ${valueCount}: normalised, one value is 0 whatever it is.\n` +
					"  Try: a larger batch, dropping a last batch of one, or model.eval().",
			);
		}
		if (population !== null) return batchNorm(x, { scale, shift, epsilon, activation, ...population.statisticsFor(x, valueCount) });
		if (training) this.batchCount++;
		const momentum = this.momentum ?? 1 / Math.max(1, this.batchCount);
		const { runningMean, runningVariance } = this;
		return batchNorm(x, { scale, shift, epsilon, activation, runningMean, runningVariance, training, momentum });
	}
}

/** Options of `batchNorm` in a config. */
interface BatchNormConfig {
	readonly momentum?: number | "cumulative";
	readonly epsilon?: number;
	readonly affine?: boolean;
}

/** `"batchNorm"`, `{ batchNorm: { momentum: 0.01 } }` */
export const batchNormLayer = defineLayer<BatchNormConfig>({
	name: "batchNorm",
	formula: "(x − μ) / √(σ² + ε) · γ + β, by channel over the batch",
	source: "Ioffe & Szegedy 2015, arXiv:1502.03167",
	torch: "nn.BatchNorm1d, nn.BatchNorm2d",
	aliases: ["batchNorm1d", "batchNorm2d"],
	options: {
		momentum: {
			...numberOption("how far running statistics move towards a batch's; cumulative: their average", 0.1, { min: 0, max: 1 }),
			words: ["cumulative"],
		},
		epsilon: atLeastZero("added to the variance", 1e-5),
		affine: truthOption("whether it has a learned scale and shift", true),
	},
	create: ({ momentum, ...options }, { inputShape }) =>
		new BatchNorm(channelsOf("batchNorm", inputShape, "channels"), { ...options, momentum: momentum === "cumulative" ? null : momentum }),
});
