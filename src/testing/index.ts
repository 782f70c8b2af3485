/** Checks for users' own operations, layers and programs, and for ours. */
export { type CheckGradientOptions, checkGradient, GradientMismatchError, type GradientReport } from "./check-gradient.ts";
export { assertNoLeaks, type LeakCheckOptions, LeakError, type LeakReport, leakCheck } from "./check-leaks.ts";
