/** The initializers of the shelf. A new one is a file here, a test and a line below. */
export { type HeOptions, heNormal } from "./he-normal.ts";
export { zeros } from "./zeros.ts";
