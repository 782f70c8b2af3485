/** How many values meet in a unit and how many it feeds: what most initializers scale by. */
import { ArgumentError } from "../../core/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";

/** Numbers of inputs and outputs of one unit. */
export interface Fans {
	readonly fanIn: number;
	readonly fanOut: number;
}

/**
 * Fans of a weight `[out, in]` or `[out, in, …kernel]`, as PyTorch counts them: in · kernel size and out · kernel size.
 *
 * @throws ArgumentError for fewer than two axes or a fan of 0
 */
export function fansOf(shape: Shape, where: string): Fans {
	if (shape.length < 2) {
		throw new ArgumentError(`${where}: expected a weight of at least two axes [out, in, …], received shape ${formatShape(shape)}.`);
	}
	const window = sizeOf(shape.slice(2));
	const fans = { fanIn: shape[1] * window, fanOut: shape[0] * window };
	if (fans.fanIn === 0 || fans.fanOut === 0) {
		throw new ArgumentError(`${where}: a weight of shape ${formatShape(shape)} has no inputs or no outputs; expected axes ≥ 1.`);
	}
	return fans;
}
