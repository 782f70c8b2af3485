/** Typing rules that primitives share. */
import type { ScalarType } from "../formula.ts";

/** The wider of the arguments' types; truths count as integers. */
export function widest(args: readonly ScalarType[]): ScalarType {
	return args.includes("real") ? "real" : "integer";
}

/** Always a real number. */
export function real(): ScalarType {
	return "real";
}

/** Always a truth. */
export function truth(): ScalarType {
	return "truth";
}
