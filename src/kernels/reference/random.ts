/** Draws: the streams of `core/random`, element for element. */
import { ExecutorError } from "../../core/errors.ts";
import type { Kernels } from "../contracts.ts";

/** See {@link Kernels.random}. */
export const random: Kernels["random"] = () => {
	throw new ExecutorError("random: core/random/fill.ts is not there yet.");
};
