/** The `conv2d` kernel: chooses a method by shape, a few images at a time, and applies bias and activation. */
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import { addressOf } from "../block.ts";
import { type ConvTools, forwardColumns, imagesAtOnce } from "./conv-columns.ts";
import { convSizes, imageAddress, imagesOf } from "./conv-geometry.ts";
import { fillPlanes } from "./fill-planes.ts";

/** Convolutions; `map` applies the activation. */
export function conv2d(tools: ConvTools, map: Kernels["map"]): Kernels["conv2d"] {
	return (x, weight, out, { bias, activation, geometry }) => {
		if (out.size === 0) return;
		const s = convSizes(x, out, weight, geometry);
		const chunk = imagesAtOnce(s);
		for (let from = 0; from < s.images; from += chunk) {
			const count = Math.min(chunk, s.images - from);
			const at = { x: imageAddress(x, from), weight: addressOf(weight), out: imageAddress(out, from) };
			if (bias !== null) fillPlanes(tools.host, at.out, addressOf(bias), { count: count * s.outChannels, channels: s.outChannels, plane: s.outPlane });
			forwardColumns(tools, s, at, { count, accumulate: bias !== null });
			if (activation !== null) {
				const part: Operand = imagesOf(out, from, count);
				map(activation, [part], [part]);
			}
		}
	};
}
