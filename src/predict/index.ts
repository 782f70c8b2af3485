/** Saved models at work, in Node and in browsers. */
export { type LoadModelOptions, loadModel, type ModelContents, type PredictionOf } from "./load-model.ts";
export { type ClassPrediction, Model, type Prediction, type ValuePrediction } from "./model.ts";
export type { ManyInputs, OneInput } from "./read-input.ts";
export type { InputRow } from "./rows-to-table.ts";
