/** Operations on one tensor; each is a free function and a method of `Tensor`. A new one is a file here and a line below. */
export { backward } from "../backward.ts";
export { toExecutor } from "../create.ts";
export * from "./arithmetic.ts";
export { linear, matmul } from "./matmul.ts";
export { max, mean, min, prod, sum } from "./reduce.ts";
export * from "./views.ts";
