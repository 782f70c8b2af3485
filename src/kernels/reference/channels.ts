/** Kernels of normalisation by channel: x is seen as `[outer, channels, inner]`. */
import type { ChannelLayout, Kernels } from "../contracts.ts";
import { makeUnary } from "./evaluate.ts";
import { contiguousElements } from "./view.ts";

/** Calls `visit` for every element: its flat position and its channel. */
function forEachElement({ outer, channels, inner }: ChannelLayout, visit: (at: number, channel: number) => void): void {
	for (let at = 0; at < outer * channels * inner; at++) visit(at, Math.floor(at / inner) % channels);
}

/** See {@link Kernels.channelStatistics}: two passes, deviations from the mean second. */
export const channelStatistics: Kernels["channelStatistics"] = (x, mean, variance, layout) => {
	const source = contiguousElements(x);
	const count = layout.outer * layout.inner;
	const sums = new Float64Array(layout.channels);
	forEachElement(layout, (at, channel) => {
		sums[channel] += source[at];
	});
	const means = sums.map((sum) => sum / count);
	const squares = new Float64Array(layout.channels);
	forEachElement(layout, (at, channel) => {
		squares[channel] += (source[at] - means[channel]) ** 2;
	});
	contiguousElements(mean).set(means);
	contiguousElements(variance).set(squares.map((sum) => sum / count));
};

/** See {@link Kernels.channelAffine}. */
export const channelAffine: Kernels["channelAffine"] = (x, out, { mean, scale, shift }, { layout, activation }) => {
	const [source, target, means, scales] = [x, out, mean, scale].map(contiguousElements);
	const shifts = shift === null ? null : contiguousElements(shift);
	const activate = makeUnary(activation);
	forEachElement(layout, (at, channel) => {
		target[at] = activate((source[at] - means[channel]) * scales[channel] + (shifts === null ? 0 : shifts[channel]));
	});
};

/** See {@link Kernels.channelGradSums}. */
export const channelGradSums: Kernels["channelGradSums"] = (x, gradOut, statistics, sums, layout) => {
	const [source, grads] = [x, gradOut].map(contiguousElements);
	const [means, inverses] = [statistics.mean, statistics.inverseStd].map(contiguousElements);
	const sumGrad = new Float64Array(layout.channels);
	const sumGradX = new Float64Array(layout.channels);
	forEachElement(layout, (at, channel) => {
		sumGrad[channel] += grads[at];
		sumGradX[channel] += grads[at] * (source[at] - means[channel]) * inverses[channel];
	});
	contiguousElements(sums.grad).set(sumGrad);
	contiguousElements(sums.gradX).set(sumGradX);
};

/** See {@link Kernels.channelCombine}. */
export const channelCombine: Kernels["channelCombine"] = (gradOut, x, gradX, { a, b, c }, layout) => {
	const [grads, source, target] = [gradOut, x, gradX].map(contiguousElements);
	const [ofGrad, ofX, constants] = [a, b, c].map(contiguousElements);
	forEachElement(layout, (at, channel) => {
		target[at] = ofGrad[channel] * grads[at] + ofX[channel] * source[at] + constants[channel];
	});
};
