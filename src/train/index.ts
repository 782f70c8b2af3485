/** Training: the trainer, its events' callbacks, metrics, evaluation. */
export type { WeightAverage } from "./averaging.ts";
export type { Action, Callback, TrainingView } from "./callback.ts";
export { type EarlyStoppingOptions, earlyStopping } from "./callbacks/early-stopping.ts";
export type { Conversions } from "./conversions.ts";
export { type EvaluateOptions, type Evaluation, evaluate, type OutputFunction } from "./evaluate.ts";
export { confusionMatrix } from "./metrics/checks.ts";
export { metricRegistry } from "./metrics/index.ts";
/** All metrics by name. */
export * as metrics from "./metrics/list.ts";
export { defineMetric, type Metric, type MetricTechnique, type Predictions } from "./metrics/metric.ts";
export type { Augmentation, TrainerOptions } from "./options.ts";
export type { CheckpointStore, TrainingState } from "./state.ts";
export { Trainer, type TrainingResult } from "./trainer.ts";
