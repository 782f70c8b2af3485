/** Checks of inputs that layers share. Messages continue what the module says: its path, itself and the shape it got. */
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { showKind } from "../../core/options.ts";
import { Tensor } from "../../tensor/tensor.ts";

function expectInput(x: unknown): void {
	if (x instanceof Tensor) return;
	throw new ArgumentError(`  Expected a Tensor, received ${showKind(x)}.\n  Try: tensor(values), with a first axis for the batch.`);
}

/**
 * Checks the length of one axis.
 *
 * @param what - the option that set the expected length, such as `inFeatures`
 * @throws ShapeError otherwise
 */
export function expectLength(x: Tensor, axis: number, length: number, what: string): void {
	expectInput(x);
	const received = x.shape.at(axis);
	if (received === length) return;
	const name = axis === -1 ? "the last axis" : `axis ${axis}`;
	throw new ShapeError(
		`  Expected ${name} to be ${length} (${what}), received ${received ?? "no such axis"}.\n` +
			`  Try: build the layer with ${what} ${received ?? "that fits"}, or check what comes before it.`,
	);
}

/** Checks the number of axes; `layout` names them, as in `[batch, channels, height, width]`. @throws ShapeError otherwise */
export function expectRank(x: Tensor, layout: string): void {
	expectInput(x);
	const rank = layout.split(",").length;
	if (x.rank === rank) return;
	const advice = x.rank === rank - 1 ? "x.unsqueeze(0) for a batch of one" : "reshape the input, or flatten it first";
	throw new ShapeError(`  Expected ${rank} axes ${layout}, received ${x.rank}.\n  Try: ${advice}.`);
}
