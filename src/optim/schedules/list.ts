/** The schedules of the shelf. A new one is a file here, a test and a line below. */
export { type CosineOptions, cosine } from "./cosine.ts";
