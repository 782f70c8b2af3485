/** The `conv2d` kernel: chooses a method by shape, works on a few images at a time, and applies bias and activation. */
import type { Kernels } from "../../../kernels/contracts.ts";
import { addressOf } from "../block.ts";
import { type ConvTools, forwardColumns, imagesAtOnce } from "./conv-columns.ts";
import { convSizes, imageAddress, imagesOf } from "./conv-geometry.ts";
import { forwardDepthwise, isDepthwise } from "./depthwise.ts";
import { fillPlanes } from "./fill-planes.ts";
import { forwardWinograd, usesWinograd } from "./winograd.ts";

/** Convolutions; `map` applies the activation. */
export function conv2d(tools: ConvTools, map: Kernels["map"]): Kernels["conv2d"] {
	return (x, weight, out, { bias, activation, geometry }) => {
		if (out.size === 0) return;
		const s = convSizes(x, out, weight, geometry);
		const biasAddress = bias === null ? 0 : addressOf(bias);
		const at = { x: addressOf(x), weight: addressOf(weight), out: addressOf(out) };
		const afterImages = (from: number, count: number): void => {
			if (activation === null) return;
			const part = imagesOf(out, from, count);
			map(activation, [part], [part]);
		};
		if (usesWinograd(s)) {
			forwardWinograd(tools, s, at, { bias: biasAddress, afterImages });
			return;
		}
		const depthwise = isDepthwise(s);
		const chunk = imagesAtOnce(s);
		const planes = { channels: s.outChannels, plane: s.outPlane };
		for (let from = 0; from < s.images; from += chunk) {
			const count = Math.min(chunk, s.images - from);
			const images = { x: imageAddress(x, from), weight: at.weight, out: imageAddress(out, from) };
			const starts = bias !== null || depthwise;
			if (starts) fillPlanes(tools.host, images.out, biasAddress, { ...planes, count: count * s.outChannels });
			if (depthwise) forwardDepthwise(tools.host, { ...s, images: count }, images);
			else forwardColumns(tools, s, images, { count, accumulate: starts });
			afterImages(from, count);
		}
	};
}
