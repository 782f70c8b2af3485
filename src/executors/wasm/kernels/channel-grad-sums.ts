/** The two sums by channel that the derivative of a normalisation needs. */
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32, f32x4, f64x2, i32, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { bothLanes, columnTotal, sumAlongRow, sumDownColumns } from "./channel-sums.ts";
import { STRIP, stripCount, walkStrips } from "./strips.ts";
import { splatAt, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;

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
		const unitElements = outer * (columns ? STRIP : inner) + 1;
		host.run(kernel, columns ? stripCount(channels) : channels, Math.ceil(PARALLEL_ELEMENTS / unitElements));
	};
}

/** args: [outer, channels, inner, x, gradOut, mean, inverseStd, sumGrad, sumGradX]. Units are channels. */
function buildRows(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [outer, channels, inner, x, gradOut, mean, inverseStd, sumGrad, sumGradX] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(call.word);
		w.loop({ from: call.start, to: call.end }, (channel) => {
			const totals = [w.variable(f64x2.const(0)), w.variable(f64x2.const(0))];
			const center = w.let(splatAt(wordAt(mean, channel)));
			w.loop({ from: i32.const(0), to: outer }, (o) => {
				const first = w.let(i32.mul(i32.add(i32.mul(o, channels), channel), inner));
				const addresses = [x, gradOut].map((base) => w.let(wordAt(base, first)));
				sumAlongRow(w, { addresses, count: inner, totals }, ([value, grad]) => [grad, w.let(f32x4.mul(grad, f32x4.sub(value, center)))]);
			});
			const [plain, weighted] = totals.map((total) => w.let(f32x4.demoteF64x2Zero(bothLanes(w, total.get))));
			w.do(f32.store(wordAt(sumGrad, channel), f32.extractLane(plain, 0)));
			const scaled = f32.mul(f32.extractLane(weighted, 0), f32.load(wordAt(inverseStd, channel)));
			w.do(f32.store(wordAt(sumGradX, channel), scaled));
		});
	});
}

/** The same args. Units are strips of channels. */
function buildColumns(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [outer, channels, , x, gradOut, mean, inverseStd, sumGrad, sumGradX] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(call.word);
		const rowBytes = w.let(i32.shl(channels, i32.const(2)));
		walkStrips(w, { start: call.start, end: call.end, columns: channels }, ({ groupCount, column, columnCount }) => {
			const groups = Array.from({ length: groupCount }, (_, group) => group);
			const centers = groups.map((group) => w.let(v128.load(wordAt(mean, column), 16 * group)));
			const totals = groups.map(() => [columnTotal(w), columnTotal(w)]);
			const pointers = [x, gradOut].map((base) => w.variable(wordAt(base, column)));
			w.when(outer, () =>
				sumDownColumns(w, { pointers, rows: outer, rowBytes, totals }, (group) => {
					const [value, grad] = pointers.map((pointer) => w.let(v128.load(pointer.get, 16 * group)));
					return [grad, w.let(f32x4.mul(grad, f32x4.sub(value, centers[group])))];
				}),
			);
			for (const group of groups) {
				const [plain, weighted] = totals[group].map(({ low, high }) =>
					w.let(shuffle32(f32x4.demoteF64x2Zero(low.get), f32x4.demoteF64x2Zero(high.get), [0, 1, 4, 5])),
				);
				const factor = v128.load(wordAt(inverseStd, column), 16 * group);
				const scaled = w.let(f32x4.mul(weighted, factor));
				w.storeUpTo(w.let(i32.add(wordAt(sumGrad, column), i32.const(16 * group))), plain, i32.sub(columnCount, i32.const(4 * group)));
				w.storeUpTo(w.let(i32.add(wordAt(sumGradX, column), i32.const(16 * group))), scaled, i32.sub(columnCount, i32.const(4 * group)));
			}
		});
	});
}
