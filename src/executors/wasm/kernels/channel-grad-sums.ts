/** The two sums by channel that the derivative of a normalisation needs. */
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32, f32x4, i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { addColumnSums, bothLanes, channelRun, clearTotals, sumAlongRow, TOTAL_BYTES, totalsAt } from "./channel-sums.ts";
import { narrow } from "./fold.ts";
import { runCount, walkRuns } from "./strips.ts";
import { smaller, splatAt, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;
/** Channels that are summed side by side, and the bytes of their totals. */
const MOST_CHANNELS = 512;
const CHANNEL_BYTES = 32;

/** See {@link Kernels.channelGradSums}. */
export function channelGradSums(host: Host): Kernels["channelGradSums"] {
	const compiled: (Kernel | undefined)[] = [];
	return (x, gradOut, { mean, inverseStd }, { grad, gradX }, { outer, channels, inner }) => {
		const columns = inner === 1;
		const kernel = (compiled[columns ? 1 : 0] ??= host.kernel(`channelGradSums ${columns}`, columns ? buildColumns : buildRows));
		const words = host.heap.i32;
		const at = host.args;
		words[at] = x.size === 0 ? 0 : outer;
		words[at + 1] = channels;
		words[at + 2] = inner;
		words[at + 3] = addressOf(x);
		words[at + 4] = addressOf(gradOut);
		words[at + 5] = addressOf(mean);
		words[at + 6] = addressOf(inverseStd);
		words[at + 7] = addressOf(grad);
		words[at + 8] = addressOf(gradX);
		const run = channelRun(outer, channels);
		words[at + 9] = run;
		const unitElements = outer * (columns ? run : inner) + 1;
		host.run(kernel, columns ? runCount(channels, run) : channels, Math.ceil(PARALLEL_ELEMENTS / unitElements));
	};
}

/**
 * args: [outer, channels, inner, x, gradOut, mean, inverseStd, sumGrad, sumGradX, channels of a run]. Units are channels; all of a call
 * are summed side by side, so that memory is read in order. One after the other, each would come back to the same pages.
 */
function buildRows(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [outer, channels, inner, x, gradOut, mean, inverseStd, sumGrad, sumGradX] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(call.word);
		const totals = w.let(module.scratch);
		w.loop({ from: call.start, to: call.end, step: MOST_CHANNELS }, (from) => {
			const to = w.let(smaller(w.let(i32.add(from, i32.const(MOST_CHANNELS))), call.end));
			w.clear(totals, i32.mul(w.let(i32.sub(to, from)), i32.const(CHANNEL_BYTES / 4)));
			w.loop({ from: i32.const(0), to: outer }, (o) => {
				const first = w.let(i32.mul(i32.add(i32.mul(o, channels), from), inner));
				const pointers = [x, gradOut].map((base) => w.variable(wordAt(base, first)));
				const total = w.variable(totals);
				w.loop({ from, to }, (channel) => {
					const center = w.let(splatAt(wordAt(mean, channel)));
					const sums = [0, 16].map((offset) => w.variable(v128.load(total.get, offset)));
					const addresses = pointers.map((pointer) => pointer.get);
					sumAlongRow(w, { addresses, count: inner, totals: sums }, ([value, grad]) => [
						grad,
						w.let(f32x4.mul(grad, f32x4.sub(value, center))),
					]);
					w.do(sums.map((sum, i) => v128.store(total.get, sum.get, 16 * i)));
					w.do(pointers.map((pointer) => pointer.set(wordAt(pointer.get, inner))));
					w.do(total.set(i32.add(total.get, i32.const(CHANNEL_BYTES))));
				});
			});
			const total = w.variable(totals);
			w.loop({ from, to }, (channel) => {
				const [plain, weighted] = [0, 16].map((offset) => {
					const pair = bothLanes(w, w.let(v128.load(total.get, offset)));
					return w.let(f32x4.demoteF64x2Zero(pair));
				});
				w.do(f32.store(wordAt(sumGrad, channel), f32.extractLane(plain, 0)));
				const scaled = f32.mul(f32.extractLane(weighted, 0), f32.load(wordAt(inverseStd, channel)));
				w.do(f32.store(wordAt(sumGradX, channel), scaled), total.set(i32.add(total.get, i32.const(CHANNEL_BYTES))));
			});
		});
	});
}

/** The same args. Units are runs of channels. */
function buildColumns(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [outer, channels, , x, gradOut, mean, inverseStd, sumGrad, sumGradX] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(call.word);
		const rowBytes = w.let(i32.shl(channels, i32.const(2)));
		const totals = module.scratch;
		walkRuns(w, { start: call.start, end: call.end, columns: channels, run: call.word(9) }, ({ column, columnCount }) => {
			clearTotals(w, totals, columnCount, 2);
			const arrays = [x, gradOut].map((base) => w.let(wordAt(base, column)));
			addColumnSums(
				w,
				{ arrays, rows: outer, rowBytes, columnCount, totals, termCount: 2 },
				{
					prepare: (c, group) => v128.load(wordAt(mean, i32.add(column, c)), 16 * group),
					terms: ([value, grad], center) => [grad, f32x4.mul(grad, f32x4.sub(value, center))],
				},
			);
			w.loop({ from: i32.const(0), to: columnCount, step: 4 }, (c) => {
				const [left, channel] = [w.let(i32.sub(columnCount, c)), w.let(i32.add(column, c))];
				const address = totalsAt(w, totals, c, 2);
				const [plain, weighted] = [0, TOTAL_BYTES].map((at) => narrow(v128.load(address, at), v128.load(address, at + 16)));
				w.storeUpTo(w.let(wordAt(sumGrad, channel)), plain, left);
				w.storeUpTo(w.let(wordAt(sumGradX, channel)), f32x4.mul(weighted, v128.load(wordAt(inverseStd, channel))), left);
			});
		});
	});
}
