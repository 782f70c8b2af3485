/** The losses of the shelf. A new one is a file here, a test and a line below. */
export { meanSquaredError, type SquaredErrorOptions } from "./mean-squared-error.ts";
