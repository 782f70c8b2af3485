/** What stands in model.json: all that a model is besides its weights, and how it came to be. */
import type { TargetKind } from "../data/dataset.ts";
import type { InputSpec } from "../data/input-spec.ts";
import type { LayerConfig } from "../nn/build.ts";

/** A saved model's record. Plain JSON. */
export interface ModelRecord {
	/** Version of the record. */
	readonly format: 1;
	/** The Gradus that wrote it. */
	readonly gradus: string;
	readonly task: "classes" | "values";
	/** What it predicts. */
	readonly target: TargetKind;
	/** How raw inputs become network inputs. */
	readonly input: ModelInput;
	/** Of one example, without the batch axis. */
	readonly inputShape: readonly number[];
	/** The network by names, as `buildNetwork` takes it. */
	readonly layers: readonly LayerConfig[];
	/** From what the network returns to probabilities or values. */
	readonly outputs: "softmax" | "identity";
	/** Scores by name, such as `{ "validation accuracy": 0.97 }`. */
	readonly metrics: Readonly<Record<string, number>>;
	readonly provenance: Provenance;
	/** The file of weights beside it. */
	readonly weights: { readonly file: string; readonly sha256: string };
}

/** How raw inputs become network inputs: as a table's, as images, or not at all, where inputs are the numbers that the network takes. */
export type ModelInput = InputSpec | { readonly kind: "values" };

/** How a model came to be. */
export interface Provenance {
	/** Everything needed to repeat the run. */
	readonly config: Readonly<Record<string, unknown>>;
	/** Null where it is not known. */
	readonly seed: number | null;
	/** Name of the data, and how many examples were trained on. */
	readonly data: { readonly name: string; readonly rows: number };
	/** ISO 8601. */
	readonly date: string;
	readonly executor: string;
	/** Null where it is not known. */
	readonly steps: number | null;
}

/** Format of the record that this Gradus writes and reads. */
export const MODEL_FORMAT = 1;
