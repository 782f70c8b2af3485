/** What opening data gives, whatever it is: examples to be split, and a way to prepare the parts. */
import type { Dataset, TargetKind } from "../../data/dataset.ts";
import type { InputSpec } from "../../data/input-spec.ts";
import type { Split, SplitBy } from "../../data/splits/split-rows.ts";

export type { InputSpec } from "../../data/input-spec.ts";

/** Data ready for training. */
export interface PreparedData {
	readonly train: Dataset;
	readonly validation: Dataset | null;
	readonly test: Dataset | null;
	readonly input: InputSpec;
	readonly target: TargetKind;
	/** What was decided that the user may want to know. */
	readonly remarks: readonly string[];
	/** An example as the table has it; null or absent for images, and for tables that are not kept in memory. */
	readonly cells?: (part: "validation" | "test", example: number) => ExampleCells | null;
}

/** A row before preprocessing, as texts. */
export interface ExampleCells {
	/** Its number in the table, from 0. */
	readonly row: number;
	/** Of the columns that the model reads. */
	readonly cells: readonly (readonly [column: string, cell: string])[];
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
