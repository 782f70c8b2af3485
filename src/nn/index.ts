/** Networks: modules, layers, activations, losses and initializers. */
export {
	Activation,
	type ActivationFunction,
	type ActivationTechnique,
	defineActivation,
	defineWholeActivation,
} from "./activations/activation.ts";
export { type ActivationLike, activation, activationRegistry } from "./activations/index.ts";
export * as activations from "./activations/list.ts";
export { type BuildOptions, buildNetwork, type LayerConfig, type NetworkShelf } from "./build.ts";
export { type InitializerLike, initializerRegistry, toInitializer } from "./init/index.ts";
export { defineInitializer, type Initializer, type InitializerMaker } from "./init/initializer.ts";
export * as initializers from "./init/list.ts";
export { layerRegistry } from "./layers/index.ts";
export { defineLayer, type LayerContext, type LayerTechnique } from "./layers/layer.ts";
export * from "./layers/list.ts";
export { type LossLike, lossRegistry, toLoss } from "./losses/index.ts";
export * as losses from "./losses/list.ts";
export { defineLoss, type Loss, type LossFunction } from "./losses/loss.ts";
export { type ModelConfig, modelLayers, modelRegistry } from "./models/index.ts";
export { defineModel, type ModelTechnique, type TaskShape } from "./models/model.ts";
export { type AnyModule, type ForwardCall, type ForwardObserver, Module } from "./module.ts";
export { buffer, freeze, parameter } from "./parameter.ts";
export { Sequential } from "./sequential.ts";
export type { ModelState, SavedTensor } from "./state.ts";
export { type ModelSummary, type SummaryRow, summary } from "./summary.ts";
export { type Held, walk } from "./walk.ts";
