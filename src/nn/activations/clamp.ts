/** Bounds for expressions, where a factor has long reached its limit and the product would be ∞ · 0. */

import type { Scalar } from "../../kernels/formula.ts";
import { scalars } from "../../kernels/scalar-functions.ts";

/** x, but not below `low`; NaN stays. */
export function atLeast(x: Scalar, low: number): Scalar {
	return scalars.select(x.lt(low), low, x);
}

/** x, but not beyond ±`high`; NaN stays. */
export function within(x: Scalar, high: number): Scalar {
	return scalars.select(x.gt(high), high, atLeast(x, -high));
}
