/** Operations whose result's shape depends on values: they read the values back, so they need an executor that can be read synchronously. */
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { formatShape, sameShape, sizeOf } from "../../core/shape.ts";
import { tensor } from "../create.ts";
import { expectTensor, type Tensor } from "../tensor.ts";
import { composed } from "./composed.ts";
import { take } from "./take.ts";
import { reshape } from "./views.ts";

/** The positions of all elements other than 0, in row-major order: int32 `[count, rank]`. */
export function nonZero(x: Tensor): Tensor {
	expectTensor(x, "nonZero");
	const flat = flatPlaces(x);
	const places = Int32Array.from(flat.flatMap((place) => placeOf(place, x.shape)));
	return tensor(places, { shape: [flat.length, x.rank], executor: x.executor });
}

/**
 * The slices of x at which the mask is true: `[count, …]` with the axes that the mask does not cover.
 *
 * @param mask - bool, of the shape of x's first axes
 * @throws ShapeError if it does not fit
 * @example
 * x.booleanMask(x.gt(0)); // the positive elements, a vector
 */
export function booleanMask(x: Tensor, mask: Tensor): Tensor {
	expectTensor(x, "booleanMask");
	expectTensor(mask, "booleanMask");
	if (mask.dtype !== "bool") throw new DTypeError(`booleanMask: expected a mask of type bool, received ${mask.dtype}. Try: mask.ne(0).`);
	if (mask.rank > x.rank || !sameShape(mask.shape, x.shape.slice(0, mask.rank))) {
		throw new ShapeError(
			`booleanMask: expected a mask of the shape of x's first axes, ${formatShape(x.shape)}; received ${formatShape(mask.shape)}.`,
		);
	}
	return composed([x], () => {
		const rows = reshape(x, [sizeOf(mask.shape), ...x.shape.slice(mask.rank)]);
		return take(rows, flatPlaces(mask));
	});
}

function flatPlaces(x: Tensor): number[] {
	const places: number[] = [];
	x.dataSync().forEach((value, i) => {
		if (value !== 0) places.push(i);
	});
	return places;
}

function placeOf(flat: number, shape: readonly number[]): number[] {
	const place = new Array<number>(shape.length);
	let rest = flat;
	for (let i = shape.length - 1; i >= 0; i--) {
		place[i] = rest % shape[i];
		rest = Math.floor(rest / shape[i]);
	}
	return place;
}
