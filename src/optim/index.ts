/** Optimizers. */
export { ElementwiseOptimizer, type StepFacts, type UpdateRule } from "./elementwise.ts";
export { Optimizer, type OptimizerState, type Trainable } from "./optimizer.ts";
export * from "./optimizers/list.ts";
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
export {
	defineAnyOptimizer,
	defineOptimizer,
	type ElementwiseFacts,
	type OptimizerFacts,
	type OptimizerMaker,
	type OptimizerTechnique,
} from "./technique.ts";
