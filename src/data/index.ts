/** Data sets and what feeds them to training. */
export { type Digits, digits } from "./builtin/digits.ts";
export { type Iris, iris } from "./builtin/iris.ts";
