/** Collects the population statistics of one batch normalisation. */
import { zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { PopulationCollector } from "../population.ts";
import { ChannelMoments } from "./channel-moments.ts";

interface Part {
	readonly count: number;
	readonly mean: Tensor;
	readonly variance: Tensor;
}

/** Statistics of each batch, joined in float64 once they can be read. */
export class BatchPopulation implements PopulationCollector {
	readonly #target: { readonly runningMean: Tensor; readonly runningVariance: Tensor };
	readonly #onEnd: () => void;
	readonly #moments: ChannelMoments;
	#parts: Part[] = [];

	/** @param target - where the statistics go in the end */
	constructor(target: { readonly runningMean: Tensor; readonly runningVariance: Tensor }, onEnd: () => void) {
		this.#target = target;
		this.#onEnd = onEnd;
		this.#moments = new ChannelMoments(target.runningMean.size);
	}

	/** Options of `batchNorm` with which it writes the statistics of x, `count` values per channel, to tensors of their own. */
	statisticsFor(x: Tensor, count: number): { runningMean: Tensor; runningVariance: Tensor; training: true; momentum: 1 } {
		const make = (): Tensor => zeros(this.#target.runningMean.shape, { executor: x.executor, dtype: x.dtype }).keep();
		const [mean, variance] = [make(), make()];
		this.#parts.push({ count, mean, variance });
		// From 0 with momentum 1 they become the batch's mean and unbiased variance exactly.
		return { runningMean: mean, runningVariance: variance, training: true, momentum: 1 };
	}

	async settle(): Promise<void> {
		const parts = this.#parts;
		this.#parts = [];
		for (const { count, mean, variance } of parts) {
			this.#moments.add(count, await mean.data(), await variance.data());
			mean.dispose();
			variance.dispose();
		}
	}

	end(accept: boolean): void {
		for (const { mean, variance } of this.#parts) {
			mean.dispose();
			variance.dispose();
		}
		this.#onEnd();
		// A layer that no batch came through keeps what it has.
		if (!accept || this.#moments.count === 0) return;
		const { runningMean, runningVariance } = this.#target;
		runningMean.executor.write(runningMean.block, runningMean.dtype, runningMean.offset, this.#moments.means);
		runningVariance.executor.write(runningVariance.block, runningVariance.dtype, runningVariance.offset, this.#moments.variances);
	}
}
