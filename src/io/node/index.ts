/** Run folders, checkpoints and models on disk, in Node. */
export {
	CheckpointFolder,
	type CheckpointFolderOptions,
	type CheckpointState,
	type LoadedCheckpoint,
	type RejectedCheckpoint,
} from "./checkpoint-folder.ts";
export { writeDurably } from "./durable-file.ts";
export { JournalFile, readJournalFile } from "./journal-file.ts";
export { listRuns, type RunState, type RunSummary, removeRun, removeRuns } from "./list-runs.ts";
export { type PlainConfig, RunFolder, readRunConfig, readRunFolder } from "./run-folder.ts";
export { type RunInfo, readRunInfo, runFiles } from "./run-info.ts";
export { type LockHolder, lockHolder } from "./run-lock.ts";
export { saveModel, writeModel } from "./save-model.ts";
