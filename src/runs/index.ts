/** What happened in a run: its events, its journal, and the run read back from it. */
export type * from "./events.ts";
export { type Journal, journalLine, readJournal } from "./journal.ts";
export { type RunRecord, readRun } from "./read-run.ts";
