/** Examples by number: what loaders draw batches from. Where they lie (memory, file, folder of images) is the data set's own business. */
import type { Shape } from "../core/shape.ts";
import type { InputSpec } from "./input-spec.ts";

/** What is to be predicted. */
export type TargetKind =
	/** One of several classes; targets are int32 class indices `[batch]`. */
	| { readonly kind: "classes"; readonly classes: readonly string[] }
	/** One or more numbers; targets are float32 `[batch, names.length]`. */
	| { readonly kind: "values"; readonly names: readonly string[] };

/** A batch in plain arrays, row-major; the trainer makes tensors of it. */
export interface Batch {
	/** `[rowCount, ...inputShape]` */
	readonly x: Float32Array;
	/** `[rowCount]` class indices, or `[rowCount, values]`. */
	readonly y: Int32Array | Float32Array;
	readonly rowCount: number;
}

/** How examples lie in a file. */
export interface Blocks {
	/** Consecutive examples that are read together. */
	readonly blockSize: number;
	/** Blocks that stay in memory. */
	readonly window: number;
}

/** Examples that can be read in any order. */
export interface Dataset {
	/** Number of examples. */
	readonly size: number;
	/** Of one example, images as `[channels, height, width]`, table rows as `[features]`. */
	readonly inputShape: Shape;
	readonly target: TargetKind;
	/** How its numbers came from a table or from images, which a saved model repeats; absent where they were given as they are. */
	readonly input?: InputSpec;
	/** Present where some orders cost much more than others: shuffled by these blocks, each is read once an epoch. */
	readonly blocks?: Blocks;
	/**
	 * The examples of those numbers, in that order. At once where they lie in memory.
	 *
	 * @param spare - a batch that nobody needs any more: its arrays may be written over and returned
	 */
	read(indices: ArrayLike<number>, spare?: Batch): Batch | Promise<Batch>;
	/** Frees files and workers; a data set in memory has nothing to free. */
	close?(): Promise<void>;
}
