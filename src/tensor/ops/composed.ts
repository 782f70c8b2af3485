/** Operations made of operations. */
import { scope } from "../scope.ts";
import { isRecorded } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Runs an operation that makes tensors on its way. Unless its inputs are recorded, and the tape needs them, they are given back at once,
 * so that outside scopes too nothing stays but the result.
 */
export function composed<R>(inputs: readonly Tensor[], run: () => R): R {
	return isRecorded(inputs) ? run() : scope(run);
}
