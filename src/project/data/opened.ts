/** What opening data gives, whatever it is: examples to be split, and a way to prepare the parts. */
import type { Dataset, TargetKind } from "../../data/dataset.ts";
import type { ImageSpec } from "../../data/images/decode-image.ts";
import type { ImageScaling } from "../../data/images/image-scaling.ts";
import type { Preprocessor } from "../../data/preprocessing/preprocessor.ts";
import type { Split, SplitBy } from "../../data/splits/split-rows.ts";

/** How raw inputs become network inputs. Plain JSON, saved with the model. */
export type InputSpec =
	| { readonly kind: "table"; readonly preprocessor: Preprocessor }
	| {
			readonly kind: "images";
			/** `[channels, height, width]` */
			readonly shape: readonly [number, number, number];
			/** How image files are decoded; null where images came as arrays. */
			readonly spec: ImageSpec | null;
			readonly scaling: ImageScaling;
			readonly classes: readonly string[];
	  };

/** Data ready for training. */
export interface PreparedData {
	readonly train: Dataset;
	readonly validation: Dataset | null;
	readonly test: Dataset | null;
	readonly input: InputSpec;
	readonly target: TargetKind;
	/** What was decided that the user may want to know. */
	readonly remarks: readonly string[];
}

/** Data that was opened. */
export interface OpenedData {
	/** For messages and reports, such as `titanic.csv`. */
	readonly name: string;
	readonly kind: "table" | "images";
	readonly rowCount: number;
	/** How rows are told apart unless the config says otherwise. */
	readonly splitBy: SplitBy;
	/** A test set that came with the data, such as MNIST's. */
	readonly hasOwnTest: boolean;
	/** Fits preprocessing to the training rows and makes data sets of all parts. */
	prepare(split: Split): Promise<PreparedData>;
	readonly remarks: readonly string[];
	/** Columns that predict the target alone, which is suspicious. */
	readonly leaks: readonly Leak[];
	close(): Promise<void>;
}

/** A column that nearly determines the target. */
export interface Leak {
	readonly column: string;
	readonly text: string;
}
