/** The batches of one epoch: their order and augmentation follow from the seed and the epoch's number alone. */
import type { Batch } from "../data/dataset.ts";
import { epochOrder, Loader, shuffleFor } from "../data/loader.ts";
import { augmentationOf } from "./augment.ts";
import type { TrainerOptions } from "./options.ts";

/** Loads an epoch's batches, shuffled and augmented as the options say. */
export function epochLoader(options: TrainerOptions, batchSize: number, epoch: number): Loader {
	const { train, rng, shuffle, dropLast = false } = options;
	const augmentation = augmentationOf(options);
	const order = epochOrder({ size: train.size, epoch, rng: rng.split("order"), shuffle: shuffleFor(train, shuffle) });
	const loader: Loader = new Loader({
		dataset: train,
		batchSize,
		order,
		dropLast,
		reuse: true,
		...(augmentation === null
			? {}
			: {
					transform: (batch: Batch, number: number) =>
						augmentation(batch, { indices: loader.indices(number), epoch, rng: rng.split("augmentation", epoch, number) }),
				}),
	});
	return loader;
}
