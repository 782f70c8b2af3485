/** One training step: forward, backward, update. It counts nothing and tells nobody. */
import type { Batch } from "../data/dataset.ts";
import { scope } from "../tensor/scope.ts";
import { noGrad } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { toTensors } from "./evaluate.ts";
import type { Predictions } from "./metrics/metric.ts";
import { findNonFinite } from "./non-finite.ts";
import type { TrainerOptions } from "./options.ts";
import type { TrainingPlan } from "./plan.ts";
import type { StepWatch } from "./watch.ts";

/** What one step brought. */
export interface StepOutcome {
	readonly loss: number;
	/** NaN where it was not asked for. */
	readonly gradNorm: number;
	/** Sums over the batch of the metrics that are followed. */
	readonly metricSums: Readonly<Record<string, number>>;
	/** Set if the loss was no finite number; nothing was updated then. */
	readonly broken: { where: string; value: string } | null;
}

/** Who looks on. */
export interface Onlookers {
	readonly followed: TrainingPlan["followed"];
	readonly watch: StepWatch | null;
	/** Whether the gradient norm is wanted: it is a pass over all gradients. */
	readonly wantsGradNorm: boolean;
}

/** Updates the parameters by one batch, unless its loss is no finite number. */
export function trainStep(options: TrainerOptions, batch: Batch, { followed, watch, wantsGradNorm }: Onlookers): StepOutcome {
	const { model, optimizer, loss, train, average } = options;
	return scope(
		() => {
			const { x, y } = toTensors(batch, train, optimizer.parameters.executor);
			optimizer.zeroGrad();
			const returned = model.forward(x);
			const lossTensor = loss(returned, y);
			const value = lossTensor.item();
			if (!Number.isFinite(value)) {
				watch?.stop();
				return { loss: value, gradNorm: Number.NaN, metricSums: {}, broken: findNonFinite(model, optimizer, x) };
			}
			const sums = metricSums(options, followed, { returned, batch });
			lossTensor.backward();
			watch?.beforeUpdate();
			const gradNorm = wantsGradNorm ? optimizer.gradientNorm() : Number.NaN;
			if (optimizer.step(optimizer.needsClosure ? () => lossAndGradients(options, x, y) : undefined)) average?.update();
			return { loss: value, gradNorm, metricSums: sums, broken: null };
		},
		{ name: "training step" },
	);
}

/** For optimizers that look at several points in one step. */
function lossAndGradients({ model, optimizer, loss }: TrainerOptions, x: Tensor, y: Tensor): number {
	optimizer.zeroGrad();
	const lossTensor = loss(model.forward(x), y);
	lossTensor.backward();
	return lossTensor.item();
}

function metricSums(
	options: TrainerOptions,
	followed: Onlookers["followed"],
	{ returned, batch }: { readonly returned: Tensor; readonly batch: Batch },
): Record<string, number> {
	// Mixed targets are no classes, so no example is right or wrong.
	const isMixed = options.train.target.kind === "classes" && !(batch.y instanceof Int32Array);
	if (followed.length === 0 || isMixed) return {};
	const { outputs = (x: Tensor) => x, decode = (given: Predictions) => given } = options;
	const values = noGrad(() => outputs(returned.detach()).dataSync()) as Float32Array;
	const given = decode({ outputs: values, targets: batch.y, rowCount: batch.rowCount, outputCount: values.length / batch.rowCount });
	return Object.fromEntries(followed.map((metric) => [metric.name, metric.sumOver?.(given) ?? 0]));
}
