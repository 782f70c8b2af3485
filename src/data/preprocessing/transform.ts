/** What a transform is: two pure functions, from a column's summary to a state and from state and column to features. */
import type { NominalColumn, NumericColumn } from "../table.ts";
import type { JsonReader } from "./json-reader.ts";
import type { ColumnSummary } from "./summary.ts";

/** Where a transform writes: feature f of row r is `values[start + r · stride + f]`. Features that it does not write are 0. */
export interface FeatureTarget {
	readonly values: Float32Array;
	readonly start: number;
	/** Features of a row, all transforms together. */
	readonly stride: number;
}

/** What a transform may want to know besides the column. */
export interface FitOptions {
	/** What takes the place of missing cells before the transform sees them; null if nothing does. */
	readonly fill: number | string | null;
	/** Categories in their order, lowest first, where the user gave it. */
	readonly order?: readonly string[];
}

/** An integer feature to be looked up in a table of learnt vectors. */
export interface EmbeddingSize {
	/** Rows of the table: codes are 0 … count − 1. */
	readonly count: number;
	/** Suggested length of a vector. */
	readonly dim: number;
}

/**
 * A way to make features of a column. To add one: a file here with its definition, and its line in `transforms/index.ts`.
 *
 * The state is plain JSON. `fit`, `apply` and `read` are pure.
 */
export interface Transform<State = unknown> {
	/** Its name in options and saved models. */
	readonly name: string;
	/** `scale`: of numbers, chosen by `scale`; `encode`: of names or numbers, chosen by `encode`; `extra`: chosen by preprocessing. */
	readonly role: "scale" | "encode" | "extra";
	/** The features, in one line. */
	readonly formula: string;
	/** Whether it reads the column before missing cells are filled. */
	readonly readsMissing?: true;
	/** Whether a missing cell that is not filled differs in its features from all others. */
	readonly showsMissing?: true;
	/** What the summary's moments are to be taken of; x itself if absent. */
	readonly view?: (x: number) => number;
	/** A scaler is given numeric summaries, an encoder any but text. */
	fit(summary: ColumnSummary, options: FitOptions): State;
	/** Names of its features, in order, for a column of that name. */
	featureNames(state: State, column: string): readonly string[];
	/** Writes the features of each row. A scaler is given a numeric column. */
	apply(state: State, column: NumericColumn | NominalColumn, into: FeatureTarget): void;
	/** The state out of JSON. @throws DataError if it is none */
	read(json: JsonReader): State;
	/** Names that it knows; a name that is none of them is treated as unknown. Absent if it takes any value. */
	categories?(state: State): readonly string[];
	/** For integer features that are to be embedded. Such a transform has one feature. */
	embedding?(state: State): EmbeddingSize;
}
