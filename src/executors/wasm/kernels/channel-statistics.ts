/**
 * Mean and variance by channel in one pass. Values are taken relative to a shift, the mean of what came before, so that nothing
 * cancels; blocks are joined in double precision.
 */
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32, f32x4, f64x2, i32, i32x4, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { bothLanes, columnTotal, sumAlongRow, sumDownColumns } from "./channel-sums.ts";
import { upperHalf } from "./fold.ts";
import { Moments } from "./moments.ts";
import { STRIP, stripCount, walkStrips } from "./strips.ts";
import { type Call, type I32, smaller, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;
/** Elements, about, after which the shift is renewed. */
const BLOCK_ELEMENTS = 4096;
/** Rows, where channels are columns, after which it is renewed. */
const BLOCK_ROWS = 512;
/** Elements or rows of which the first shift is the mean. */
const FIRST = 32;

/** See {@link Kernels.channelStatistics}. */
export function channelStatistics(host: Host): Kernels["channelStatistics"] {
	const compiled: (Kernel | undefined)[] = [];
	return (x, mean, variance, { outer, channels, inner }) => {
		const columns = inner === 1;
		const kernel = (compiled[columns ? 1 : 0] ??= host.kernel(`channelStatistics ${columns}`, columns ? buildColumns : buildRows));
		const words = host.heap.i32;
		const at = host.args;
		words[at] = x.size === 0 ? 0 : outer;
		words[at + 1] = channels;
		words[at + 2] = inner;
		words[at + 3] = addressOf(x);
		words[at + 4] = addressOf(mean);
		words[at + 5] = addressOf(variance);
		words[at + 6] = columns ? BLOCK_ROWS : Math.max(1, Math.floor(BLOCK_ELEMENTS / Math.max(1, inner)));
		const unitElements = outer * (columns ? STRIP : inner) + 1;
		host.run(kernel, columns ? stripCount(channels) : channels, Math.ceil(PARALLEL_ELEMENTS / unitElements));
	};
}

/** 0 where a shift would be no number: infinities must reach the sums as themselves. */
function finiteOrZero(w: Writer, shift: V128): V128 {
	const value = w.let(shift);
	return v128.and(value, f32x4.lt(f32x4.abs(value), f32x4.const(Number.POSITIVE_INFINITY)));
}

const asPair = (count: I32): V128 => f64x2.convertLowI32x4S(i32x4.splat(count));

/** Two float64 lanes as four float32: both in the lower lanes. */
const narrow = (low: V128, high: V128): V128 => shuffle32(f32x4.demoteF64x2Zero(low), f32x4.demoteF64x2Zero(high), [0, 1, 4, 5]);

const argumentsOf = (call: Call) => {
	const [outer, channels, inner, x, mean, variance, block] = [0, 1, 2, 3, 4, 5, 6].map(call.word);
	return { outer, channels, inner, x, mean, variance, block };
};

/** args: [outer, channels, inner, x, mean, variance, rows of a block]. Units are channels. */
function buildRows(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const { outer, channels, inner, x, mean, variance, block } = argumentsOf(call);
		const count = w.let(asPair(i32.mul(outer, inner)));
		w.loop({ from: call.start, to: call.end }, (channel) => {
			const moments = new Moments(w);
			const shift = w.variable(f32x4.const(0));
			const setShift = (value: V128): void => {
				const single = w.let(f32x4.demoteF64x2Zero(value));
				w.do(shift.set(finiteOrZero(w, shuffle32(single, single, [0, 0, 0, 0]))));
			};
			const o = w.variable(i32.const(0));
			const seen = w.variable(i32.const(0));
			w.when(outer, () => {
				const few = w.let(smaller(inner, i32.const(FIRST)));
				const start = w.variable(f64x2.const(0));
				sumAlongRow(w, { addresses: [wordAt(x, i32.mul(channel, inner))], count: few, totals: [start] }, (elements) => elements);
				setShift(f64x2.div(bothLanes(w, start.get), asPair(few)));
				w.repeat(() => {
					const before = w.let(seen.get);
					const totals = [w.variable(f64x2.const(0)), w.variable(f64x2.const(0))];
					w.advance(o, { to: smaller(i32.add(o.get, block), outer) }, (row) => {
						const first = i32.mul(i32.add(i32.mul(row, channels), channel), inner);
						sumAlongRow(w, { addresses: [wordAt(x, first)], count: inner, totals }, ([value]) => {
							const distance = w.let(f32x4.sub(value, shift.get));
							return [distance, w.let(f32x4.mul(distance, distance))];
						});
					});
					w.do(seen.set(i32.mul(o.get, inner)));
					const [distances, squares] = totals.map((total) => bothLanes(w, total.get));
					const shiftPair = w.let(f64x2.promoteLowF32x4(shift.get));
					const own = w.let(asPair(i32.sub(seen.get, before)));
					moments.join({ shift: shiftPair, distances, squares, count: own, seen: w.let(asPair(before)) });
					setShift(moments.mean(asPair(seen.get)));
					return i32.ltS(o.get, outer);
				});
			});
			w.do(f32.store(wordAt(mean, channel), f32.extractLane(f32x4.demoteF64x2Zero(moments.mean(count)), 0)));
			w.do(f32.store(wordAt(variance, channel), f32.extractLane(f32x4.demoteF64x2Zero(moments.variance(count)), 0)));
		});
	});
}

/** The same args. Units are strips of channels. */
function buildColumns(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const { outer, channels, x, mean, variance, block } = argumentsOf(call);
		const rowBytes = w.let(i32.shl(channels, i32.const(2)));
		const count = w.let(asPair(outer));
		walkStrips(w, { start: call.start, end: call.end, columns: channels }, ({ groupCount, column, columnCount }) => {
			const groups = Array.from({ length: groupCount }, () => ({
				shift: w.variable(f32x4.const(0)),
				moments: [new Moments(w), new Moments(w)],
			}));
			const pointers = [w.variable(wordAt(x, column))];
			const load = (group: number): V128 => w.let(v128.load(pointers[0].get, 16 * group));
			const row = w.variable(i32.const(0));
			w.when(outer, () => {
				const few = w.let(smaller(outer, i32.const(FIRST)));
				const starts = groups.map(() => [columnTotal(w)]);
				sumDownColumns(w, { pointers, rows: few, rowBytes, totals: starts }, (group) => [load(group)]);
				groups.forEach(({ shift }, i) => {
					const [low, high] = [starts[i][0].low, starts[i][0].high].map((half) => f64x2.div(half.get, asPair(few)));
					w.do(shift.set(finiteOrZero(w, narrow(low, high))));
				});
				w.do(pointers[0].set(wordAt(x, column)));
				w.repeat(() => {
					const rows = w.let(smaller(i32.sub(outer, row.get), block));
					const totals = groups.map(() => [columnTotal(w), columnTotal(w)]);
					sumDownColumns(w, { pointers, rows, rowBytes, totals }, (group) => {
						const distance = w.let(f32x4.sub(load(group), groups[group].shift.get));
						return [distance, f32x4.mul(distance, distance)];
					});
					const [own, seen] = [rows, row.get].map((number) => w.let(asPair(number)));
					w.do(row.set(i32.add(row.get, rows)));
					groups.forEach(({ shift, moments }, i) => {
						const [distances, squares] = totals[i];
						const halves = [shift.get, upperHalf(shift.get)].map((half) => w.let(f64x2.promoteLowF32x4(half)));
						moments[0].join({ shift: halves[0], distances: distances.low.get, squares: squares.low.get, count: own, seen });
						moments[1].join({ shift: halves[1], distances: distances.high.get, squares: squares.high.get, count: own, seen });
						const [low, high] = moments.map((half) => half.mean(asPair(row.get)));
						w.do(shift.set(finiteOrZero(w, narrow(low, high))));
					});
					return i32.ltS(row.get, outer);
				});
			});
			groups.forEach(({ moments }, i) => {
				const left = i32.sub(columnCount, i32.const(4 * i));
				const at = (base: I32): I32 => w.let(i32.add(wordAt(base, column), i32.const(16 * i)));
				w.storeUpTo(at(mean), narrow(moments[0].mean(count), moments[1].mean(count)), left);
				w.storeUpTo(at(variance), narrow(moments[0].variance(count), moments[1].variance(count)), left);
			});
		});
	});
}
