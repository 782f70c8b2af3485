/** Files in the safetensors format, training states and models, in Node and in browsers. */
export { FileError, type FileFault } from "./errors.ts";
export { modelFacts, type TrainedModel } from "./model-facts.ts";
export {
	decodeModelRecord,
	decodeModelWeights,
	type EncodedModel,
	encodeModel,
	type ModelFacts,
	modelFiles,
} from "./model-file.ts";
export { modelRecordFromJson } from "./model-json.ts";
export type { ModelInput, ModelRecord, Provenance } from "./model-record.ts";
export { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";
export { decodeState, encodeState } from "./state-file.ts";
