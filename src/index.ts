/** Gradus: training of neural networks in TypeScript. */
export {
	atLeastZero,
	type ChoiceSpec,
	type CodeSpec,
	choiceOption,
	decayOption,
	integerOption,
	type ListSpec,
	type NumberSpec,
	numberOption,
	numbersOption,
	type OptionSpec,
	type OptionSpecs,
	positive,
	type Resolved,
	resolveOptions,
	type TechniqueSpec,
	type TextSpec,
	type TruthSpec,
	techniqueOption,
	truthOption,
} from "./core/options.ts";
export * from "./core/random/index.ts";
export type { Shape } from "./core/shape.ts";
export { type Callable, type Named, Registry, type Technique } from "./core/technique.ts";
export * from "./executors/index.ts";
export type { Executor, ExecutorFacts, MemoryUse } from "./kernels/contracts.ts";
export { type Formula, formula, Scalar, type ScalarLike } from "./kernels/formula.ts";
export { scalars } from "./kernels/scalar-functions.ts";
export * from "./nn/index.ts";
export * from "./optim/index.ts";
export * from "./tensor/index.ts";
export * from "./train/index.ts";
