/** What an augmentation is: a random change of one training image in place, or of a whole batch. One file each in this folder. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";
import type { Batch } from "../dataset.ts";
import type { ImageShape } from "../images/image-shape.ts";

/** Changes images one by one. */
export interface ImageAugmentation {
	readonly kind: "image";
	readonly name: string;
	/**
	 * Changes one image in place.
	 *
	 * @param image - scaled values `[channels, height, width]`, row-major
	 * @param rng - this image's own stream
	 */
	augment(image: Float32Array, shape: ImageShape, rng: RandomStream): void;
}

/** Changes what depends on several images, targets included. */
export interface BatchAugmentation {
	readonly kind: "batch";
	readonly name: string;
	/**
	 * Changes `batch.x` in place and returns the batch with its targets, which may be new.
	 *
	 * @param classCount - number of classes, or null where targets are values
	 * @param streamOf - the stream of a row's own
	 */
	augment(batch: Batch, classCount: number | null, streamOf: (row: number) => RandomStream): Batch;
}

/** An augmentation with its options set. */
export type Augmentation = ImageAugmentation | BatchAugmentation;

/** An augmentation of the shelf. */
export interface AugmentationTechnique extends Technique {
	readonly kind: "augmentation";
}

/** `flip({ vertical: 0.5 })` makes an augmentation; `cutout.source` names its paper. */
export type AugmentationMaker<O> = Callable<(options?: O) => Augmentation, AugmentationTechnique>;

/** What a file in this folder states. */
export interface AugmentationFacts<O> extends Omit<AugmentationTechnique, "kind" | "options"> {
	readonly options: OptionSpecs<O>;
	/** Makes it; what it needs while it works may be kept between images, but nothing that changes results. */
	make(options: Resolved<O>): Augmentation;
}

/**
 * Makes an augmentation known by name, from inside the package or outside.
 *
 * @example
 * const invert = defineAugmentation<{ probability?: number }>({
 *   name: "invert", formula: "−x", source: "—", torch: null,
 *   options: { probability: numberOption("probability", 0.5, { min: 0, max: 1 }) },
 *   make: ({ probability }) => ({
 *     kind: "image", name: "invert",
 *     augment(image, _shape, rng) {
 *       if (rng.bernoulli(probability)) for (let i = 0; i < image.length; i++) image[i] = -image[i];
 *     },
 *   }),
 * });
 */
export function defineAugmentation<O extends object>(facts: AugmentationFacts<O>): AugmentationMaker<O> {
	const { make, ...technique } = facts;
	const run = (options?: O): Augmentation => make(resolveOptions(facts.name, facts.options, options));
	return callable(run, { ...technique, kind: "augmentation" as const, options: anyOptions(facts.options) });
}
