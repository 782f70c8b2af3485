/** Kernels that walk one axis: positions of extremes and running sums. */
import type { Kernels } from "../contracts.ts";
import { contiguousElements, converterTo } from "./view.ts";

/** See {@link Kernels.argReduce}. */
export const argReduce: Kernels["argReduce"] = (kind, x, out, { outer, length, inner }) => {
	const source = contiguousElements(x);
	const target = contiguousElements(out);
	const sign = kind === "max" ? 1 : -1;
	for (let o = 0; o < outer; o++) {
		for (let n = 0; n < inner; n++) {
			let best = 0;
			for (let i = 1; i < length; i++) {
				const champion = sign * source[(o * length + best) * inner + n];
				const value = sign * source[(o * length + i) * inner + n];
				if (Number.isNaN(champion)) break;
				if (value > champion || Number.isNaN(value)) best = i;
			}
			target[o * inner + n] = best;
		}
	}
};

/** See {@link Kernels.cumulativeSum}. */
export const cumulativeSum: Kernels["cumulativeSum"] = (x, out, { outer, length, inner, reverse }) => {
	const source = contiguousElements(x);
	const target = contiguousElements(out);
	// Integer sums are exact in float64 and wrap when they are stored.
	const convert = out.dtype === "int32" ? (sum: number) => sum | 0 : converterTo(out.dtype);
	for (let o = 0; o < outer; o++) {
		for (let n = 0; n < inner; n++) {
			let sum = 0;
			for (let i = 0; i < length; i++) {
				const at = (o * length + (reverse ? length - 1 - i : i)) * inner + n;
				sum += source[at];
				target[at] = convert(sum);
			}
		}
	}
};
