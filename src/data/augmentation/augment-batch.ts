/** Applies augmentations to a batch, each image with random streams of its own. */
import { ShapeError } from "../../core/errors.ts";
import type { RandomStream } from "../../core/random/index.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { Batch, TargetKind } from "../dataset.ts";
import type { ImageShape } from "../images/image-shape.ts";
import type { Augmentation } from "./augmentation.ts";

/** Which examples a batch has, and what they are. */
export interface AugmentContext {
	/** Of one example; must be `[channels, height, width]`. */
	readonly inputShape: Shape;
	readonly target: TargetKind;
	/** Number in the data set of each row. */
	readonly indices: ArrayLike<number>;
	/** From 0. */
	readonly epoch: number;
	/** The training's stream for augmentation. */
	readonly rng: RandomStream;
}

/**
 * Applies augmentations in their order; `batch.x` is changed in place, `y` is new where targets are mixed.
 *
 * An image's stream comes from the epoch and the image's number in the data set, and serves all augmentations in turn. So an image is changed in
 * the same way wherever it stands in a batch, on any thread, and after a run was resumed; the one exception is mixup's partner, which is one of
 * the batch.
 *
 * @throws ShapeError if examples are no images, or the batch is not of these examples
 * @example
 * const steps = toAugmentations(["flip", { crop: 4 }]);
 * const augmented = augmentBatch(batch, steps, { inputShape, target, indices, epoch, rng: rng.split("augmentation") });
 */
export function augmentBatch(batch: Batch, augmentations: readonly Augmentation[], context: AugmentContext): Batch {
	if (augmentations.length === 0) return batch;
	const shape = checkedShape(batch, context);
	const size = sizeOf(shape);
	const streams = Array.from(context.indices, (index) => context.rng.split(context.epoch, index));
	const streamOf = (row: number): RandomStream => streams[row];
	let augmented = batch;
	for (const augmentation of augmentations) {
		switch (augmentation.kind) {
			case "image":
				for (let row = 0; row < batch.rowCount; row++) {
					augmentation.augment(augmented.x.subarray(row * size, (row + 1) * size), shape, streams[row]);
				}
				break;
			case "batch":
				augmented = augmentation.augment(augmented, classCountOf(context.target), streamOf);
				break;
			default:
				throw augmentation satisfies never;
		}
	}
	return augmented;
}

function classCountOf(target: TargetKind): number | null {
	return target.kind === "classes" ? target.classes.length : null;
}

function checkedShape(batch: Batch, { inputShape, indices }: AugmentContext): ImageShape {
	if (inputShape.length !== 3) {
		throw new ShapeError(
			`augmentation: expected images [channels, height, width], received examples ${formatShape(inputShape)}.\n  Try: no augmentation for data that are no images.`,
		);
	}
	if (batch.rowCount !== indices.length || batch.x.length !== batch.rowCount * sizeOf(inputShape)) {
		throw new ShapeError(
			`augmentation: expected ${indices.length} images ${formatShape(inputShape)}, received ${batch.rowCount} rows of ${batch.x.length} values in all.`,
		);
	}
	return inputShape as unknown as ImageShape;
}
