/** The table of scalar primitives. A new one is a row in a file here and, if the file is new, a line here. */
export * from "./arithmetic.ts";
export * from "./comparison.ts";
export * from "./exponential.ts";
export * from "./logic.ts";
export * from "./rounding.ts";
