/** The `conv2dGradInput` kernel: chooses a method by shape, a few images at a time. */
import type { Kernels } from "../../../kernels/contracts.ts";
import { addressOf } from "../block.ts";
import { type ConvTools, gradInputColumns, imagesAtOnce } from "./conv-columns.ts";
import { convSizes, imageAddress } from "./conv-geometry.ts";
import { gradInputDepthwise, isDepthwise } from "./depthwise.ts";
import { gradInputWinograd, usesWinograd } from "./winograd.ts";

/** Derivatives of convolutions in their input. */
export function conv2dGradInput(tools: ConvTools): Kernels["conv2dGradInput"] {
	return (gradOut, weight, gradX, geometry) => {
		if (gradX.size === 0) return;
		const s = convSizes(gradX, gradOut, weight, geometry);
		if (usesWinograd(s)) {
			gradInputWinograd(tools, s, { x: addressOf(gradX), weight: addressOf(weight), out: addressOf(gradOut) });
			return;
		}
		if (isDepthwise(s)) {
			gradInputDepthwise(tools.host, s, { x: addressOf(gradX), weight: addressOf(weight), out: addressOf(gradOut) });
			return;
		}
		const chunk = imagesAtOnce(s);
		for (let from = 0; from < s.images; from += chunk) {
			const count = Math.min(chunk, s.images - from);
			const at = { x: imageAddress(gradX, from), weight: addressOf(weight), out: imageAddress(gradOut, from) };
			gradInputColumns(tools, s, at, count);
		}
	};
}
