/** How training batches are changed, from what a trainer was told. */
import { augmentBatch, toAugmentations } from "../data/augmentation/index.ts";
import type { Augmentation, TrainerOptions } from "./options.ts";

/**
 * The function that changes a training batch; null if nothing is to be changed. Augmentations of the shelf draw from a stream for each image
 * and epoch, so that batches and interruptions change nothing.
 *
 * @throws ArgumentError with the nearest names if there is no augmentation of a name, or about an option
 */
export function augmentationOf({
	augmentation = null,
	train,
	rng,
}: Pick<TrainerOptions, "augmentation" | "train" | "rng">): Augmentation | null {
	if (augmentation === null || typeof augmentation === "function") return augmentation;
	const steps = toAugmentations(augmentation);
	if (steps.length === 0) return null;
	const { inputShape, target } = train;
	const stream = rng.split("augmentation");
	return (batch, { indices, epoch }) => augmentBatch(batch, steps, { inputShape, target, indices, epoch, rng: stream });
}
