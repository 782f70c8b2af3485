/** Random changes of training images. */
export { type AugmentContext, augmentBatch } from "./augment-batch.ts";
export {
	type Augmentation,
	type AugmentationFacts,
	type AugmentationMaker,
	type AugmentationTechnique,
	type BatchAugmentation,
	defineAugmentation,
	type ImageAugmentation,
} from "./augmentation.ts";
export * from "./list.ts";
export type { Outside } from "./outside.ts";
export { type AugmentationLike, augmentationRegistry, toAugmentations } from "./registry.ts";
