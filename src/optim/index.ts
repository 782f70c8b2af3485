/** Optimizers. */

export { averageByName, averageRegistry } from "./averages/index.ts";
export * from "./averages/list.ts";
export {
	type Averaged,
	type AverageFacts,
	type AverageMaker,
	type AverageRule,
	type AverageState,
	type AverageTechnique,
	defineAverage,
	ParameterAverage,
} from "./averages/weight-average.ts";
export { clipGradNorm, clipGradValue, clipTensorNorms } from "./clip.ts";
export { ElementwiseOptimizer, type StepFacts, type UpdateRule } from "./elementwise.ts";
export { type Closure, Optimizer, type OptimizerState, type Trainable } from "./optimizer.ts";
export * from "./optimizers/list.ts";
export { type ElasticNetOptions, elasticNetPenalty, l1Penalty, l2Penalty, type PenaltyOptions } from "./penalties.ts";
export { optimizerByName, optimizerRegistry } from "./registry.ts";
export { type ScheduleLike, scheduleRegistry, toSchedule } from "./schedules/index.ts";
/** All schedules by name. */
export * as schedules from "./schedules/list.ts";
export {
	defineSchedule,
	type MetricSchedule,
	type Schedule,
	type ScheduleContext,
	type ScheduleMaker,
	type StepSchedule,
} from "./schedules/schedule.ts";
export type { CommonOptions, ParameterGroup, Regularization } from "./settings.ts";
export { type LinePoint, type StrongWolfeOptions, strongWolfe } from "./strong-wolfe.ts";
export {
	defineAnyOptimizer,
	defineOptimizer,
	defineTensorOptimizer,
	type ElementwiseFacts,
	type OptimizerFacts,
	type OptimizerMaker,
	type OptimizerTechnique,
	type TensorwiseFacts,
} from "./technique.ts";
export { assign, mapInto, type TensorRule, type TensorStep, TensorwiseOptimizer } from "./tensorwise.ts";
