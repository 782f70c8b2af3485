/** The record of a fitted preprocessing: plain JSON that a model carries, and where each feature lies in a row. */
import type { TargetKind } from "../dataset.ts";
import type { EmbeddingSize, Transform } from "./transform.ts";
import { transforms } from "./transforms/index.ts";

/** A fitted transform of one column. */
export interface FittedTransform {
	/** Its name in `transforms`. */
	readonly transform: string;
	/** Plain JSON, as its `fit` made it. */
	readonly state: unknown;
}

/** A column that the model reads. */
export interface InputColumn {
	readonly name: string;
	readonly kind: "numeric" | "nominal";
	/** Whether its numbers are seconds since 1970-01-01 UTC. */
	readonly temporal: boolean;
	/** What takes the place of missing cells; null: the transforms see them missing. */
	readonly fill: number | string | null;
	readonly steps: readonly FittedTransform[];
}

/** An integer feature that the network is to embed. */
export interface EmbeddedFeature extends EmbeddingSize {
	/** Its place in a row of x. */
	readonly column: number;
	/** Its name. */
	readonly name: string;
}

/** What is predicted, and how it is written as numbers. */
export type TargetEncoding =
	| {
			readonly kind: "classes";
			readonly column: string;
			/** In code order. */
			readonly classes: readonly string[];
			/** Training rows of each. */
			readonly counts: readonly number[];
	  }
	| { readonly kind: "values"; readonly columns: readonly TargetColumn[] };

/** A number to be predicted, written as (x − mean) / deviation. */
export interface TargetColumn {
	readonly name: string;
	readonly mean: number;
	readonly deviation: number;
}

/** Everything that turns rows of a table into network inputs and back. Plain JSON. */
export interface Preprocessor {
	readonly version: 1;
	readonly inputs: readonly InputColumn[];
	/** Features of a row of x, in order. Embedded ones come last. */
	readonly featureNames: readonly string[];
	readonly embeddings: readonly EmbeddedFeature[];
	readonly target: TargetEncoding;
	/** What happens to rows without target. */
	readonly missingTarget: "error" | "drop";
	/** Rows that it was fitted on. */
	readonly rowCount: number;
	/** What was decided that the user may want to know, such as columns left out. */
	readonly remarks: readonly string[];
}

/** A fitted transform at its place. */
export interface PlacedStep {
	readonly input: InputColumn;
	readonly transform: Transform;
	readonly state: unknown;
	/** Place of its first feature in a row. */
	readonly start: number;
	readonly featureNames: readonly string[];
}

/** The transform of that name; undefined if there is none. */
export function transformNamed(name: string): Transform | undefined {
	return transforms.find((transform) => transform.name === name);
}

/** Places the steps in a row: first the features that a network takes as they are, then those to be embedded. */
export function placeSteps(inputs: readonly InputColumn[]): PlacedStep[] {
	const steps = inputs.flatMap((input) =>
		input.steps.map(({ transform: name, state }) => {
			const transform = transformNamed(name)!;
			return { input, transform, state, featureNames: transform.featureNames(state, input.name) };
		}),
	);
	const ordered = [...steps.filter(({ transform }) => !transform.embedding), ...steps.filter(({ transform }) => transform.embedding)];
	let start = 0;
	return ordered.map((step) => {
		const placed = { ...step, start };
		start += step.featureNames.length;
		return placed;
	});
}

/** Names of the features and which of them are to be embedded. */
export function featuresOf(inputs: readonly InputColumn[]): Pick<Preprocessor, "featureNames" | "embeddings"> {
	const placed = placeSteps(inputs);
	const embeddings = placed.flatMap(({ transform, state, start, featureNames }) =>
		transform.embedding ? [{ column: start, name: featureNames[0], ...transform.embedding(state) }] : [],
	);
	return { featureNames: placed.flatMap(({ featureNames }) => featureNames), embeddings };
}

/** What a data set made with this preprocessor is to predict. */
export function targetKind({ target }: Preprocessor): TargetKind {
	return target.kind === "classes"
		? { kind: "classes", classes: target.classes }
		: { kind: "values", names: target.columns.map(({ name }) => name) };
}
