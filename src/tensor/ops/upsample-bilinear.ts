/** Enlarging images by interpolation between neighbouring pixels. */
import { ShapeError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { formula } from "../../kernels/formula.ts";
import { tensor } from "../create.ts";
import type { Tensor } from "../tensor.ts";
import { type Pair, toPair } from "./checks.ts";
import { composed } from "./composed.ts";
import { applyFormula } from "./elementwise.ts";
import { checkImage } from "./pool.ts";
import { take } from "./take.ts";

const between = formula("interpolate", (low, high, share) => low.add(share.mul(high.sub(low))));

/**
 * Bilinear enlargement. Pixels are squares: the centre of new pixel i lies at (i + ½) / factor − ½ in the old image, at least 0, as in
 * PyTorch with `align_corners=False`.
 *
 * @param x - `[n, channels, height, width]`
 * @param factor - integers ≥ 1
 * @returns `[n, channels, height · factor, width · factor]`
 */
export function upsampleBilinear2d(x: Tensor, factor: Pair): Tensor {
	checkImage(x, "upsampleBilinear2d");
	const factors = toPair(factor, "upsampleBilinear2d", "the factor", 1);
	if (x.shape[2] === 0 || x.shape[3] === 0) {
		throw new ShapeError(`upsampleBilinear2d: expected at least one pixel, received shape ${formatShape(x.shape)}.`);
	}
	return composed([x], () => stretchAxis(stretchAxis(x, 2, factors[0]), 3, factors[1]));
}

function stretchAxis(x: Tensor, axis: 2 | 3, factor: number): Tensor {
	if (factor === 1) return x;
	const last = x.shape[axis] - 1;
	const places = Float64Array.from({ length: x.shape[axis] * factor }, (_, i) => Math.max(0, (i + 0.5) / factor - 0.5));
	const low = Int32Array.from(places, Math.floor);
	const high = low.map((place) => Math.min(place + 1, last));
	const share = tensor(
		places.map((place, i) => place - low[i]),
		{ executor: x.executor, dtype: x.dtype, shape: axis === 2 ? [places.length, 1] : [places.length] },
	);
	return applyFormula(between, [take(x, low, axis), take(x, high, axis), share]);
}
