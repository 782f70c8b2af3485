/** Operations on lists of tensors, and those whose first argument need not be a tensor: free functions only. */
export { einsum } from "./einsum.ts";
export { concat, stack } from "./join.ts";
export { meshgrid } from "./repeat.ts";
