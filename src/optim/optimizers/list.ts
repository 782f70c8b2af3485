/** The optimizers of the shelf. A new one is a file here, a test and a line below. */
export { type AdamOptions, adam } from "./adam.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
