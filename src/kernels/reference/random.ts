/** Draws: the streams of `core/random`, element for element. */
import { fill } from "../../core/random/fill.ts";
import type { Kernels } from "../contracts.ts";
import { contiguousElements } from "./view.ts";

/** See {@link Kernels.random}. Every type gets the float32 draws, so that a float64 run sees the same numbers. */
export const random: Kernels["random"] = (distribution, position, out) => {
	const draws = new Float32Array(out.size);
	fill(distribution, position, draws);
	contiguousElements(out).set(draws);
};
