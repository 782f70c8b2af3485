/** Population statistics: what normalisation by batches uses at inference, measured anew over a whole data set after training. */
import { ArgumentError } from "../core/errors.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AnyModule, Module } from "./module.ts";

/** What a module with population statistics offers; having the method is all it takes to take part. */
export interface PopulationMember {
	/**
	 * Starts collecting: from now on the module works with each batch's own statistics, as in training, and adds its inputs to the sums.
	 * Nothing else of its state moves.
	 */
	collectPopulation(): PopulationCollector;
}

/** A collection that is under way. */
export interface PopulationCollector {
	/** Takes up the batch that has just gone through. */
	settle(): Promise<void>;
	/** Ends the collection; with `accept` the sums become the module's statistics. */
	end(accept: boolean): void;
}

/** How `reestimatePopulation` goes about it. */
export interface PopulationOptions {
	/**
	 * One pass over the data for each layer, in the order of the model, so that each layer sees the inputs it will have at inference: those
	 * before it already use their new statistics. Otherwise one pass for all, in which the layers before normalise by the batch, as in
	 * training. Needs batches that can be gone through more than once. Default false.
	 */
	readonly layerByLayer?: boolean;
}

/** What was measured. */
export interface PopulationReport {
	/** Modules whose statistics were replaced. */
	readonly moduleCount: number;
	/** Batches of one pass. */
	readonly batchCount: number;
}

/**
 * Replaces the running statistics of all batch normalisations by mean and unbiased variance of their inputs over a data set, every example
 * counted once however the batches are cut (Ioffe & Szegedy 2015, algorithm 2, lines 8 to 12). Everything else runs as at inference;
 * modes and random streams are as before when it ends, also after an error.
 *
 * @param model - takes a batch as its only input
 * @param batches - inputs, batch axis first; a list, or any (asynchronous) iterable
 * @returns how many modules took part; 0 where the model has none, and then nothing is run
 * @throws ArgumentError if there are no batches, or one leaves a layer with a single value per channel
 * @example
 * await reestimatePopulation(model, batches);
 * model.eval();
 */
export async function reestimatePopulation(
	model: Module<unknown>,
	batches: Iterable<Tensor> | AsyncIterable<Tensor>,
	{ layerByLayer = false }: PopulationOptions = {},
): Promise<PopulationReport> {
	const modules = [...model.modules().values()];
	const members = modules.filter(takesPart);
	if (members.length === 0) return { moduleCount: 0, batchCount: 0 };
	const modes = modules.map((module) => module.training);
	model.eval();
	try {
		let batchCount = 0;
		for (const group of layerByLayer ? members.map((member) => [member]) : [members]) batchCount = await collect(model, group, batches);
		return { moduleCount: members.length, batchCount };
	} finally {
		modules.forEach((module, i) => {
			module.training = modes[i];
		});
	}
}

function takesPart(module: AnyModule): module is AnyModule & PopulationMember {
	return "collectPopulation" in module && typeof module.collectPopulation === "function";
}

async function collect(
	model: Module<unknown>,
	members: readonly PopulationMember[],
	batches: Iterable<Tensor> | AsyncIterable<Tensor>,
): Promise<number> {
	const collectors = members.map((member) => member.collectPopulation());
	let batchCount = 0;
	let isComplete = false;
	try {
		for await (const batch of batches) {
			scope(() => noGrad(() => void model.forward(batch)));
			for (const collector of collectors) await collector.settle();
			batchCount++;
		}
		if (batchCount === 0) {
			throw new ArgumentError(
				"reestimatePopulation: expected at least one batch, received none.\n  Try: a list of batches, for an iterator can be used only once.",
			);
		}
		isComplete = true;
	} finally {
		for (const collector of collectors) collector.end(isComplete);
	}
	return batchCount;
}
