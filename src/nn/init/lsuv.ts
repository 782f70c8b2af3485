/** Layer-sequential unit variance: an initializer of whole models, which measures on data what others assume. */
import { ArgumentError } from "../../core/errors.ts";
import { momentsOf } from "../../core/moments.ts";
import { atLeastZero, integerOption, resolveOptions } from "../../core/options.ts";
import { RandomStream } from "../../core/random/index.ts";
import { scope } from "../../tensor/scope.ts";
import { noGrad } from "../../tensor/tape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { AnyModule, Module } from "../module.ts";
import { type InitializerLike, toInitializer } from "./index.ts";
import { observed, undisturbed } from "./undisturbed.ts";

/** Options of `layerSequentialUnitVariance`. */
export interface LsuvOptions {
	/** Where the start is drawn from. */
	readonly rng: RandomStream;
	/** How far a variance may be from 1, ≥ 0. Default 0.1. */
	readonly tolerance?: number;
	/** Scalings of one layer, at most. Default 10. */
	readonly maxIterations?: number;
	/** Initializer of the weights before they are scaled; null keeps them as they are. Default "orthogonal". */
	readonly start?: InitializerLike | null;
}

/** What was done to one layer. */
export interface LsuvLayer {
	/** Its path in the model, such as `2` or `hidden.0`. */
	readonly path: string;
	/** What it is, as in `linear 784 → 100`. */
	readonly description: string;
	/** Variance of its output when its turn came: with the start weights, the layers before it already scaled. */
	readonly varianceBefore: number;
	/** Variance of its output afterwards. */
	readonly varianceAfter: number;
	/** How often its weight was scaled. */
	readonly iterations: number;
	/** Whether |varianceAfter − 1| ≤ tolerance. */
	readonly converged: boolean;
}

const specs = {
	tolerance: atLeastZero("how far a variance may be from 1", 0.1),
	maxIterations: integerOption("scalings of one layer, at most", 10, { min: 1 }),
	start: { kind: "code", about: "an initializer or its name, or null to keep the weights", default: "orthogonal" },
	rng: { kind: "code", about: "a RandomStream, from which the start is drawn" },
} as const;

/**
 * Scales weights layer by layer, in the order in which they run, until each layer's output has variance 1 on a batch: weight ← weight / √variance.
 *
 * Modules with a parameter `weight` of two or more axes take part. The model runs as at inference; modes, running statistics and random streams stay
 * as they are, and so do biases.
 *
 * @param batch - one input of the model; some tens of examples will do
 * @returns what was done, layer by layer; look at `converged`
 * @throws ArgumentError if no layer takes part, or an output's variance is 0 or not finite
 * @see Mishkin & Matas 2016, arXiv:1511.06422
 * @example
 * layerSequentialUnitVariance(model, firstBatch, { rng: new RandomStream(1) });
 */
export function layerSequentialUnitVariance(model: Module<unknown>, batch: Tensor, options: LsuvOptions): LsuvLayer[] {
	const { rng, start, ...limits } = resolveOptions("layerSequentialUnitVariance", specs, options) as Required<LsuvOptions>;
	if (!(rng instanceof RandomStream))
		throw new ArgumentError(`${WHERE}: expected rng to be a RandomStream. Try: { rng: new RandomStream(1) }.`);
	return undisturbed(model, { training: false }, () => {
		const run = (): void => noGrad(() => scope(() => void model.forward(batch)));
		const layers = weightedLayers(model, run);
		if (start !== null) for (const layer of layers) redraw(layer.weight, start, rng);
		return layers.map((layer) => normalize(layer, run, limits));
	});
}

const WHERE = "layerSequentialUnitVariance";

/** A layer that takes part. */
interface WeightedLayer {
	readonly path: string;
	readonly module: AnyModule;
	readonly weight: Tensor;
}

/** Modules with a weight, in the order in which they first run. */
function weightedLayers(model: AnyModule, run: () => void): WeightedLayer[] {
	const candidates = new Map<AnyModule, WeightedLayer>();
	for (const [path, module] of model.modules()) {
		const weight: unknown = "weight" in module ? module.weight : null;
		if (weight instanceof Tensor && weight.requiresGrad && weight.rank >= 2) candidates.set(module, { path, module, weight });
	}
	const order = new Set<AnyModule>();
	observed(candidates.keys(), ({ module, output }) => void (output instanceof Tensor && order.add(module)), run);
	if (order.size > 0) return [...order].map((module) => candidates.get(module)!);
	throw new ArgumentError(
		`${WHERE}: no layer takes part.\n  Expected modules with a parameter "weight" of at least two axes that run in forward() and return a tensor.`,
	);
}

function normalize(
	{ path, module, weight }: WeightedLayer,
	run: () => void,
	{ tolerance, maxIterations }: { tolerance: number; maxIterations: number },
): LsuvLayer {
	const where = `${WHERE}, layer "${path}" (${module.describe()})`;
	const varianceBefore = outputVariance(module, run, where);
	let variance = varianceBefore;
	let iterations = 0;
	while (Math.abs(variance - 1) > tolerance && iterations < maxIterations) {
		const factor = 1 / Math.sqrt(variance);
		overwrite(
			weight,
			weight.dataSync().map((value) => value * factor),
		);
		iterations++;
		variance = outputVariance(module, run, where);
	}
	const converged = Math.abs(variance - 1) <= tolerance;
	return { path, description: module.describe(), varianceBefore, varianceAfter: variance, iterations, converged };
}

/** Variance of the first output that the module gives in a run. */
function outputVariance(module: AnyModule, run: () => void, where: string): number {
	let variance: number | null = null;
	observed(
		[module],
		({ output }) => {
			if (variance === null && output instanceof Tensor) variance = momentsOf(output.dataSync()).variance;
		},
		run,
	);
	if (variance !== null && variance > 0 && Number.isFinite(variance)) return variance;
	throw new ArgumentError(
		`${where}: expected its output on the batch to have a finite variance above 0, received ${variance}.\n` +
			"  Try: a batch of several different examples, standardised; look for units before this layer that are always 0.",
	);
}

function redraw(weight: Tensor, start: InitializerLike, rng: RandomStream): void {
	overwrite(
		weight,
		scope(() => toInitializer(start)(weight.shape, rng).dataSync()),
	);
}

function overwrite({ executor, block, dtype, offset }: Tensor, values: ArrayLike<number>): void {
	executor.write(block, dtype, offset, values);
}
