/** Tables as network inputs: fitted on the training part, saved with the model, applied again at prediction. */
export { type ApplyOptions, applyPreprocessor, type Features } from "./apply.ts";
export { type ClassCodes, classCodes } from "./class-codes.ts";
export { fitPreprocessor, fitPreprocessorStream, type PreprocessorOptions } from "./fit.ts";
export type { Impute } from "./impute.ts";
export { inputLayers } from "./input-layers.ts";
export { type ColumnNote, describeNotes, type InputNotes, inspectTable, joinNotes, noNotes } from "./inspect.ts";
export { preprocessorFromJson } from "./json.ts";
export type { ColumnOptions } from "./plan.ts";
export {
	type EmbeddedFeature,
	type FittedTransform,
	type InputColumn,
	type Preprocessor,
	type TargetColumn,
	type TargetEncoding,
	targetKind,
} from "./preprocessor.ts";
export { decodeTarget, type Task } from "./target.ts";
export type { EmbeddingSize, FeatureTarget, FitOptions, Transform } from "./transform.ts";
export { transforms } from "./transforms/index.ts";
