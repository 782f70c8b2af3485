/** Which rows are for training, for validation and for the test. */
export { type Fold, type KFoldOptions, kFold } from "./k-fold.ts";
export { type Split, type SplitBy, type SplitOptions, splitRows } from "./split-rows.ts";
