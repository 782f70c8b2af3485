/** The table of scalar primitives. A new one is a row in a file here and, if the file is new, a line here. */
export * from "./arithmetic.ts";
export * from "./classification.ts";
export * from "./comparison.ts";
export * from "./error-function.ts";
export { exp, exp2, expm1 } from "./exponential.ts";
export * from "./hyperbolic.ts";
export * from "./inverse-trigonometric.ts";
export { log, log1p, log2, log10 } from "./logarithm.ts";
export * from "./logic.ts";
export * from "./power.ts";
export * from "./remainder.ts";
export * from "./rounding.ts";
export * from "./sigmoid.ts";
export * from "./trigonometric.ts";
