/** What predictions tell beyond a score. */
export { areProbabilities, type Calibration, type CalibrationBin, calibration } from "./calibration.ts";
export { classLosses, valueLosses, worstExamples } from "./example-losses.ts";
export { type ColumnImportance, type FeatureGroup, type PermutationOptions, permutationImportance } from "./permutation-importance.ts";
export { type Residuals, residuals } from "./residuals.ts";
