/** Random streams that give the same bits everywhere. */
export { checkDistribution, type Distribution, type RandomPosition } from "./distribution.ts";
export { fill } from "./fill.ts";
export type { StreamName } from "./identity.ts";
export { type RandomState, RandomStream } from "./stream.ts";
