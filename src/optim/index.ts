/** Optimizers. */
export { type AdamOptions, adam } from "./adam.ts";
export { Optimizer, type UpdateRule } from "./optimizer.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
