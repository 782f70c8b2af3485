/** Draws: the streams of `core/random`, element for element. */
import { fill } from "../../core/random/index.ts";
import type { Kernels } from "../contracts.ts";
import { contiguousElements } from "./view.ts";

/** See {@link Kernels.random}. */
export const random: Kernels["random"] = (distribution, position, out) => {
	fill(distribution, position, contiguousElements(out) as Float32Array);
};
