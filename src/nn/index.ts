/** Networks: modules, layers, activations, losses and initializers. */
export {
	Activation,
	type ActivationFunction,
	type ActivationTechnique,
	defineActivation,
	defineWholeActivation,
	type ElementwiseFacts as ElementwiseActivationFacts,
	gainOf,
	type WholeFacts as WholeActivationFacts,
} from "./activations/activation.ts";
export { type ActivationLike, activation, activationRegistry } from "./activations/index.ts";
/** The activations of the shelf. */
export * as activations from "./activations/list.ts";
export { type BuildOptions, buildNetwork, type LayerConfig, type NetworkShelf } from "./build.ts";
export { type InitializerLike, initializerRegistry, toInitializer } from "./init/index.ts";
export { type InitReport, type InitReportEntry, type InitReportOptions, initReport } from "./init/init-report.ts";
export { type InitEvidence, type InitVerdict, type InitVerdictKind, initThresholds } from "./init/init-verdict.ts";
export {
	defineInitializer,
	type Initializer,
	type InitializerFacts,
	type InitializerMaker,
	type InitializerTechnique,
} from "./init/initializer.ts";
/** Every initializer of the shelf, by name. */
export * as initializers from "./init/list.ts";
export { type LsuvLayer, type LsuvOptions, layerSequentialUnitVariance } from "./init/lsuv.ts";
export type { Histogram, ValueSummary } from "./init/value-summary.ts";
export { layerRegistry } from "./layers/index.ts";
export { defineLayer, type LayerContext, type LayerTechnique } from "./layers/layer.ts";
export * from "./layers/list.ts";
export { defineElementwiseLoss, type ElementwiseLossFacts } from "./losses/elementwise-loss.ts";
export { type LossLike, lossRegistry, toLoss } from "./losses/index.ts";
/** The losses of the shelf. */
export * as losses from "./losses/list.ts";
export {
	type CommonLossOptions,
	defineLoss,
	type GivenOptions,
	type Loss,
	type LossFacts,
	type LossFunction,
	type LossTarget,
	type LossTechnique,
} from "./losses/loss.ts";
export { type LossRule, lossRule } from "./losses/rules.ts";
export { type ModelConfig, modelLayers, modelRegistry } from "./models/index.ts";
export { defineModel, type ModelTechnique, type TaskShape } from "./models/model.ts";
export { type AnyModule, type ForwardCall, type ForwardObserver, Module } from "./module.ts";
export { Network } from "./network.ts";
export { buffer, freeze, parameter } from "./parameter.ts";
export {
	type PopulationCollector,
	type PopulationMember,
	type PopulationOptions,
	type PopulationReport,
	reestimatePopulation,
} from "./population.ts";
export { Sequential } from "./sequential.ts";
export type { ModelState, SavedTensor } from "./state.ts";
export { type ModelSummary, type SummaryRow, summary } from "./summary.ts";
export { type Held, walk } from "./walk.ts";
