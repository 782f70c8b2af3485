/** What layers over sequences learn from the shape of the examples before them. */
import { ArgumentError } from "../../core/errors.ts";
import { formatShape, type Shape } from "../../core/shape.ts";

/**
 * Features of the sequences that come to a layer built from a config.
 *
 * @throws ArgumentError if examples are not `[time, features]`
 */
export function featuresOf(where: string, inputShape: Shape): number {
	if (inputShape.length === 2) return inputShape[1];
	throw new ArgumentError(
		`${where}: expected examples of shape [time, features] before it, received ${formatShape(inputShape)}.\n` +
			"  Try: an embedding before it, for tokens, or a reshape such as { reshape: [-1, 1] }, for one number a step.",
	);
}
