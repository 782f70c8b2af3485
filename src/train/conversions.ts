/** From what a network returns to what metrics and people take, as far as data and loss tell. */
import type { Dataset } from "../data/dataset.ts";
import type { TargetColumn } from "../data/preprocessing/preprocessor.ts";
import type { LossFunction } from "../nn/losses/loss.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Predictions } from "./metrics/metric.ts";

/** From what the network returns to probabilities or values. */
export type OutputFunction = (logits: Tensor) => Tensor;

/** How predictions are read. */
export interface Conversions {
	/** From what the network returns to what metrics take. Default: softmax of classes, where the loss takes logits; else as it is. */
	readonly outputs?: OutputFunction;
	/** From standardised predictions and targets to the units of the data. Default: those of the data set's table; else as they are. */
	readonly decode?: (given: Predictions) => Predictions;
}

/** Both conversions, those that are not given as data and loss tell. */
export function conversionsFor(
	given: Conversions,
	data: Pick<Dataset, "target" | "input">,
	loss: LossFunction | null,
): Required<Conversions> {
	return { outputs: given.outputs ?? outputsFor(data, loss), decode: given.decode ?? decoderFor(data) };
}

function outputsFor({ target }: Pick<Dataset, "target">, loss: LossFunction | null): OutputFunction {
	if (target.kind !== "classes" || loss?.takesLogits !== true) return (x) => x;
	// A single number an example is the logit of the second of two classes.
	return (x) => (x.shape.at(-1) === 1 ? x.sigmoid() : x.softmax(-1));
}

function decoderFor({ input }: Pick<Dataset, "input">): (given: Predictions) => Predictions {
	if (input?.kind !== "table" || input.preprocessor.target.kind !== "values") return (given) => given;
	const { columns } = input.preprocessor.target;
	return (given) => ({ ...given, outputs: unscaled(given.outputs, columns), targets: unscaled(given.targets, columns) });
}

function unscaled(values: ArrayLike<number>, columns: readonly TargetColumn[]): Float32Array {
	return Float32Array.from(values, (value, i) => {
		const { mean, deviation } = columns[i % columns.length];
		return value * deviation + mean;
	});
}
