/** What layers built from a config learn from the shape of the examples before them. */
import { ArgumentError } from "../../core/errors.ts";
import { formatShape, type Shape } from "../../core/shape.ts";

const layouts = {
	sequences: { rank: 2, text: "[channels, length]" },
	images: { rank: 3, text: "[channels, height, width]" },
	channels: { rank: 1, text: "[features] or [channels, …]" },
} as const;

/**
 * Channels of the examples that come to a layer.
 *
 * @param where - the layer's name
 * @param inputShape - without the batch axis
 * @throws ArgumentError if the examples are not what the layer works on
 */
export function channelsOf(where: string, inputShape: Shape, kind: keyof typeof layouts): number {
	const { rank, text } = layouts[kind];
	if (kind === "channels" ? inputShape.length >= rank : inputShape.length === rank) return inputShape[0];
	throw new ArgumentError(
		`${where}: expected examples of shape ${text} before it, received ${formatShape(inputShape)}.\n` +
			`  Try: a reshape before it, such as { reshape: ${kind === "images" ? "[1, 28, 28]" : kind === "sequences" ? "[1, 100]" : "[-1]"} }.`,
	);
}
