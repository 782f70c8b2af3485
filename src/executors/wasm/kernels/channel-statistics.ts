/**
 * Mean and variance by channel in one pass. Values are taken relative to a shift, the mean of what came before, so that nothing
 * cancels; blocks are joined in double precision.
 */
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32, f32x4, f64x2, i32, i32x4, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { addColumnSums, bothLanes, channelRun, clearTotals, sumAlongRow, TOTAL_BYTES, totalsAt } from "./channel-sums.ts";
import { narrow, upperHalf } from "./fold.ts";
import { Moments } from "./moments.ts";
import { RUN, runCount, walkRuns } from "./strips.ts";
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
		const run = channelRun(outer, channels);
		words[at + 9] = run;
		const unitElements = outer * (columns ? run : inner) + 1;
		host.run(kernel, columns ? runCount(channels, run) : channels, Math.ceil(PARALLEL_ELEMENTS / unitElements));
	};
}

/** 0 where a shift would be no number: infinities must reach the sums as themselves. */
function finiteOrZero(w: Writer, shift: V128): V128 {
	const value = w.let(shift);
	return v128.and(value, f32x4.lt(f32x4.abs(value), f32x4.const(Number.POSITIVE_INFINITY)));
}

const asPair = (count: I32): V128 => f64x2.convertLowI32x4S(i32x4.splat(count));

const argumentsOf = (call: Call) => {
	const [outer, channels, inner, x, mean, variance, block] = [0, 1, 2, 3, 4, 5, 6].map(call.word);
	return { outer, channels, inner, x, mean, variance, block };
};

/** args: [outer, channels, inner, x, mean, variance, rows of a block, _, _, channels of a run]. Units are channels. */
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

/** The same args. Units are runs of channels, of which the shifts and the moments of four stand in scratch memory. */
function buildColumns(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const { outer, channels, x, mean, variance, block } = argumentsOf(call);
		const rowBytes = w.let(i32.shl(channels, i32.const(2)));
		const totals = module.scratch;
		const shifts = w.let(i32.add(totals, i32.const(RUN * TOTAL_BYTES)));
		const moments = w.let(i32.add(shifts, i32.const(RUN * 4)));
		walkRuns(w, { start: call.start, end: call.end, columns: channels, run: call.word(9) }, ({ column, columnCount }) => {
			const eachGroup = (body: (c: I32, halves: I32[]) => void): void =>
				w.loop({ from: i32.const(0), to: columnCount, step: 4 }, (c) => {
					const first = w.let(i32.add(moments, i32.shl(c, i32.const(4))));
					body(c, [first, w.let(i32.add(first, i32.const(32)))]);
				});
			const setShift = (c: I32, low: V128, high: V128): void => w.do(v128.store(wordAt(shifts, c), finiteOrZero(w, narrow(low, high))));
			const few = w.let(smaller(outer, i32.const(FIRST)));
			const [count, fewPair] = [outer, few].map((number) => w.let(asPair(number)));
			const range = { arrays: [w.let(wordAt(x, column))], rowBytes, columnCount, totals };
			clearTotals(w, totals, columnCount, 1);
			addColumnSums(w, { ...range, rows: few, termCount: 1 }, { prepare: () => f32x4.const(0), terms: (elements) => elements });
			eachGroup((c, halves) => {
				const address = totalsAt(w, totals, c, 1);
				setShift(c, f64x2.div(v128.load(address), fewPair), f64x2.div(v128.load(address, 16), fewPair));
				for (const half of halves) new Moments(w).store(half);
			});
			w.loop({ from: i32.const(0), to: outer, step: block }, (row) => {
				const rows = w.let(smaller(i32.sub(outer, row), block));
				clearTotals(w, totals, columnCount, 2);
				const arrays = [w.let(i32.add(range.arrays[0], i32.mul(row, rowBytes)))];
				addColumnSums(
					w,
					{ ...range, arrays, rows, termCount: 2 },
					{
						prepare: (c, group) => v128.load(wordAt(shifts, c), 16 * group),
						terms: ([value], shift) => {
							const distance = w.let(f32x4.sub(value, shift));
							return [distance, f32x4.mul(distance, distance)];
						},
					},
				);
				const [own, seen, after] = [rows, row, i32.add(row, rows)].map((number) => w.let(asPair(number)));
				eachGroup((c, halves) => {
					const address = totalsAt(w, totals, c, 2);
					const shift = w.let(v128.load(wordAt(shifts, c)));
					const [low, high] = halves.map((stored, half) => {
						const joined = new Moments(w, stored);
						const [distances, squares] = [0, TOTAL_BYTES].map((at) => w.let(v128.load(address, at + 16 * half)));
						const shiftPair = w.let(f64x2.promoteLowF32x4(half === 0 ? shift : upperHalf(shift)));
						joined.join({ shift: shiftPair, distances, squares, count: own, seen });
						joined.store(stored);
						return joined.mean(after);
					});
					setShift(c, low, high);
				});
			});
			eachGroup((c, halves) => {
				const [low, high] = halves.map((stored) => new Moments(w, stored));
				const [channel, left] = [w.let(i32.add(column, c)), w.let(i32.sub(columnCount, c))];
				w.storeUpTo(w.let(wordAt(mean, channel)), narrow(low.mean(count), high.mean(count)), left);
				w.storeUpTo(w.let(wordAt(variance, channel)), narrow(low.variance(count), high.variance(count)), left);
			});
		});
	});
}
