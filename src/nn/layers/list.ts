/** The layers of the shelf. A new one is a file here, a test and a line below. */
export { Linear, type LinearOptions, linearLayer } from "./linear.ts";
