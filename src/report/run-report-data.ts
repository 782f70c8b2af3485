/** What a report shows, as plain data: whoever has the model and the data collects it, the report only draws it. */
import type { ScoreUnit } from "../core/score-unit.ts";
import type { Scores } from "../runs/events.ts";
import type { RunRecord } from "../runs/read-run.ts";

/** Everything that a report of a run shows. */
export interface RunReportData {
	/** Of the run. */
	readonly name: string;
	readonly run: RunRecord;
	readonly data: ReportedData;
	/** What metrics declare, by the names of scores in the records. */
	readonly scores: Readonly<Record<string, ScoreFacts>>;
	/** The model's layers as a text table; null if they are not known. */
	readonly modelSummary: string | null;
	/** What layers are, such as "linear", by their paths. */
	readonly layerKinds: Readonly<Record<string, string>>;
	/** What the model does on examples that it was not trained on; null if there were none. */
	readonly judged: JudgedPart | null;
	/** Null where columns have no names, as in images, or there are too many of them. */
	readonly importance: ImportanceReport | null;
	readonly remarks: readonly string[];
}

/** What a metric declares of its values. */
export interface ScoreFacts {
	/** As people write it, where that is not its name in words. */
	readonly title?: string;
	readonly unit: ScoreUnit;
	/** Which way is better. */
	readonly goal: "min" | "max";
}

/** What the run learned from. */
export interface ReportedData {
	readonly name: string;
	/** What its examples are, such as "table" or "images". */
	readonly kind: string;
	readonly rowCount: number;
	/** Examples of each part that there is. */
	readonly parts: Readonly<Partial<Record<"training" | "validation" | "test", number>>>;
	/** What is predicted, such as `10 classes` or `mpg`. */
	readonly target: string;
}

/** The model on one part of the data. */
export interface JudgedPart {
	/** Such as "validation" or "test". */
	readonly name: string;
	readonly exampleCount: number;
	/** Of the weights that were kept. */
	readonly scores: Scores;
	readonly outcome: ClassOutcome | ValueOutcome;
	readonly examples: ShownExamples;
}

/** How classes were told apart. */
export interface ClassOutcome {
	readonly kind: "classes";
	readonly classes: readonly string[];
	/** Rows: true classes; columns: decisions. */
	readonly confusion: readonly ArrayLike<number>[];
	/** Null where the network gives no probabilities. */
	readonly calibration: CalibrationReport | null;
	/** Mean of −log p(true class) in nats; null where the network gives no probabilities. */
	readonly logLoss: number | null;
}

/** How far stated probabilities can be trusted. */
export interface CalibrationReport {
	/** Of the highest probability of each example; empty bins have count 0. */
	readonly bins: readonly CalibrationBinReport[];
	/** Mean distance of accuracy and confidence, each bin by its examples. */
	readonly expectedError: number;
}

/** Examples with a like confidence. */
export interface CalibrationBinReport {
	readonly low: number;
	readonly high: number;
	readonly count: number;
	readonly confidence: number;
	readonly accuracy: number;
}

/** How numbers were predicted, target by target. */
export interface ValueOutcome {
	readonly kind: "values";
	readonly targets: readonly ValueTarget[];
}

/** One predicted number. */
export interface ValueTarget {
	readonly name: string;
	/** In the units of the data. */
	readonly predicted: ArrayLike<number>;
	readonly actual: ArrayLike<number>;
	/** Mean of predicted − actual. */
	readonly bias: number;
	/** Standard deviation of predicted − actual. */
	readonly deviation: number;
}

/** Some examples of a part, chosen because they teach something. */
export interface ShownExamples {
	/** Wrong answers, the surest first; where there is none, the right ones that were least sure; of predicted numbers the largest errors. */
	readonly kind: "wrong" | "least sure" | "largest errors";
	/** Wrong answers of the whole part, of which some are shown; 0 for numbers. */
	readonly wrongCount: number;
	readonly shown: readonly ShownExample[];
}

/** An example, the truth and what the model made of it. */
export interface ShownExample {
	/** Which one it is, such as "row 17". */
	readonly id: string;
	readonly answer: ClassAnswer | ValueAnswer;
	readonly input: ExampleInput;
}

/** A decision. */
export interface ClassAnswer {
	readonly kind: "class";
	readonly actual: string;
	readonly predicted: string;
	/** Probability of the decision; null where the network gives none. */
	readonly confidence: number | null;
	/** Probability of the true class; null where the network gives none. */
	readonly ofTruth: number | null;
}

/** Predicted numbers, target by target, in the units of the data. */
export interface ValueAnswer {
	readonly kind: "values";
	readonly targets: readonly { readonly name: string; readonly actual: number; readonly predicted: number }[];
}

/** What the model saw. */
export type ExampleInput =
	| {
			readonly kind: "image";
			readonly width: number;
			readonly height: number;
			readonly channels: 1 | 3;
			/** Row-major `[height, width, channels]`, 0 to 1. */
			readonly pixels: ArrayLike<number>;
	  }
	| { readonly kind: "cells"; readonly cells: readonly (readonly [column: string, cell: string])[] };

/** How much the model relies on each column. */
export interface ImportanceReport {
	/** Which score got worse, by its name in the records. */
	readonly score: string;
	/** Name of the part on which that was measured, such as "test". */
	readonly part: string;
	readonly rowCount: number;
	readonly repeats: number;
	/** Most important first. */
	readonly columns: readonly { readonly name: string; readonly mean: number; readonly deviation: number }[];
}
