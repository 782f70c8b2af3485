/** What a metric is: a number that tells how good predictions are. One file each in this folder. */
import { anyOptions, type OptionSpecs, type Resolved, resolveOptions } from "../../core/options.ts";
import type { ScoreUnit } from "../../core/score-unit.ts";
import { type Callable, callable, type Technique } from "../../core/technique.ts";

/** Predictions and targets of some examples, in plain arrays. */
export interface Predictions {
	/** Row-major `[rowCount, outputCount]`: probabilities of classes, or values. */
	readonly outputs: Float32Array;
	/** Class indices `[rowCount]`, or values `[rowCount, outputCount]`. */
	readonly targets: Int32Array | Float32Array;
	readonly rowCount: number;
	readonly outputCount: number;
}

/** What a metric is for. */
export type MetricTask = "classes" | "values";

/** A metric of the shelf. */
export interface MetricTechnique extends Technique {
	readonly kind: "metric";
	readonly task: MetricTask;
	/** Whether more is better. */
	readonly goal: "min" | "max";
	/** What its values are written in: percent, the units of the target, or none. */
	readonly unit: ScoreUnit;
	/** As people write it in headings, such as "R²", where that is not its name in words. */
	readonly title?: string;
	/**
	 * Sum over examples of what the metric is the mean of, where it is a mean: it then costs nothing to follow while training. null where
	 * it needs all predictions at once.
	 */
	readonly sumOver: ((given: Predictions) => number) | null;
}

/** `accuracy(predictions)` computes it; NaN where it is undefined, as the AUC of one class. */
export type Metric<O> = Callable<(given: Predictions, options?: O) => number, MetricTechnique>;

/** What a file in this folder states. */
export interface MetricFacts<O> extends Omit<MetricTechnique, "kind" | "options" | "sumOver" | "unit"> {
	readonly options: OptionSpecs<O>;
	/** Default "none". */
	readonly unit?: ScoreUnit;
	readonly sumOver?: (given: Predictions) => number;
	compute(given: Predictions, options: Resolved<O>): number;
}

/** Makes a metric known by name, from inside the package or outside. */
export function defineMetric<O extends object>(facts: MetricFacts<O>): Metric<O> {
	const { compute, sumOver = null, unit = "none", ...technique } = facts;
	const run = (given: Predictions, options?: O): number => compute(given, resolveOptions(facts.name, facts.options, options));
	return callable(run, { ...technique, kind: "metric" as const, unit, options: anyOptions(facts.options), sumOver });
}
