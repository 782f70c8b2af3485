/** The `conv2dGradWeight` kernel: chooses a method by shape; images are summed in order. */
import type { Kernels } from "../../../kernels/contracts.ts";
import { addressOf } from "../block.ts";
import { type ConvTools, gradWeightColumns, imagesAtOnce } from "./conv-columns.ts";
import { convSizes, imageAddress } from "./conv-geometry.ts";
import { gradWeightDepthwise, isDepthwise } from "./depthwise.ts";
import { gradWeightWinograd, usesWinograd } from "./winograd.ts";

/** Derivatives of convolutions in their weight. */
export function conv2dGradWeight(tools: ConvTools): Kernels["conv2dGradWeight"] {
	return (x, gradOut, gradWeight, geometry) => {
		if (gradWeight.size === 0) return;
		const s = convSizes(x, gradOut, gradWeight, geometry);
		if (s.images > 0 && usesWinograd(s)) {
			gradWeightWinograd(tools, s, { x: addressOf(x), weight: addressOf(gradWeight), out: addressOf(gradOut) });
			return;
		}
		if (isDepthwise(s)) {
			gradWeightDepthwise(tools.host, s, { x: addressOf(x), weight: addressOf(gradWeight), out: addressOf(gradOut) });
			return;
		}
		const chunk = imagesAtOnce(s);
		for (let from = 0; from < Math.max(1, s.images); from += chunk) {
			const count = Math.min(chunk, s.images - from);
			const at = { x: imageAddress(x, from), weight: addressOf(gradWeight), out: imageAddress(gradOut, from) };
			gradWeightColumns(tools, s, at, { count, accumulate: from > 0 });
		}
	};
}
