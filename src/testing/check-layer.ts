/** The conformance suite of layers: what every layer must do, for users' layers as for ours. */
import { createWasmExecutor } from "../executors/index.ts";
import type { Executor } from "../kernels/contracts.ts";
import {
	canGoBackTwice,
	describesItself,
	isDeterministic,
	keepsModesApart,
	leavesNothingBehind,
	parametersAreFound,
	refusesBadInput,
} from "./layer-checks/behaviour.ts";
import { resumes, survivesSaving } from "./layer-checks/state.ts";
import type { LayerProperty, LayerSubject } from "./layer-checks/subject.ts";
import { agreesWithReference, hasRightGradients } from "./layer-checks/values.ts";

/** What every layer must do, one property an entry; for test runners that report each by its name. */
export const layerProperties: readonly LayerProperty[] = [
	describesItself,
	parametersAreFound,
	agreesWithReference,
	hasRightGradients,
	canGoBackTwice,
	survivesSaving,
	resumes,
	isDeterministic,
	keepsModesApart,
	refusesBadInput,
	leavesNothingBehind,
];

/** What `checkLayer` went through. */
export interface LayerReport {
	/** Names of the properties that hold. */
	readonly checked: readonly string[];
}

/**
 * Checks that a layer does what layers must: values agree between executors, gradients with differences in float64; its state can be saved,
 * loaded and trained on from, bit for bit; a seed fixes it; inference neither draws nor moves anything; what does not fit is refused by
 * name; nothing leaks.
 *
 * @throws LayerCheckError, or what the layer itself throws, at the first property that does not hold
 * @example
 * checkLayer({
 *   make: (rng) => new Linear(3, 2, { rng }),
 *   inputShapes: [[4, 3]],
 *   badInputs: [[4, 2]],
 * });
 */
export function checkLayer(subject: LayerSubject): LayerReport {
	const executors: readonly Executor[] = subject.executors ?? [createWasmExecutor()];
	executors.forEach((executor, i) => {
		for (const property of layerProperties) if (i === 0 || !property.once) property.check(subject, executor);
	});
	return { checked: layerProperties.map(({ name }) => name) };
}

export { LayerCheckError, type LayerProperty, type LayerSubject } from "./layer-checks/subject.ts";
