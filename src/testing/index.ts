/** Checks for users' own operations, layers and programs, and for ours. */

export { type ActivationCheck, checkActivation } from "./check-activation.ts";
export { type CheckGradientOptions, checkGradient, GradientMismatchError, type GradientReport } from "./check-gradient.ts";
export { type CheckInitializerOptions, checkInitializer, InitializerMismatchError, type InitializerReport } from "./check-initializer.ts";
export { checkLayer, LayerCheckError, type LayerProperty, type LayerReport, type LayerSubject, layerProperties } from "./check-layer.ts";
export { assertNoLeaks, type LeakCheckOptions, LeakError, type LeakReport, leakCheck } from "./check-leaks.ts";
export { type CheckedLoss, checkLoss, type LossCheck } from "./check-loss.ts";
export { checkOp, type OpCheck } from "./check-op.ts";
export { checkOptimizer, type OptimizerCheck } from "./check-optimizer.ts";
export { checkSchedule, type ScheduleCheck } from "./check-schedule.ts";
export { ConformanceError, type ConformanceReport, type InputDraw, type OpInput } from "./conformance.ts";
export type { LossSample } from "./loss-samples.ts";
