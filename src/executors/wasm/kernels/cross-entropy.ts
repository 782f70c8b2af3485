/** Cross-entropy of logits against class numbers, and its derivative; one pass over each row, which stays in the nearest cache. */
import type { Kernels } from "../../../kernels/contracts.ts";

import { f32, f32x4, i32, type ModuleBuilder } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { LONGEST_STRAIGHT_ROW, makeRowSum, type RowLength, rowMaximum, walkRow, walkRowPairs } from "./rows.ts";
import { expFalling, logRising } from "./softmax-math.ts";
import { type I32, splatAt, type Writer, wordAt, writeKernel, zeros } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 8192;

interface Variant {
	/** Length of the rows; 0 leaves it open. */
	readonly straight: number;
	readonly smoothing: boolean;
	readonly relaxedSimd: boolean;
}

function makeKernels(host: Host, name: string, build: (module: ModuleBuilder, variant: Variant) => void) {
	const kernels: (Kernel | undefined)[] = [];
	return (classes: number, smoothing: boolean): Kernel => {
		const straight = classes <= LONGEST_STRAIGHT_ROW ? classes : 0;
		const variant = { straight, smoothing, relaxedSimd: host.relaxedSimd };
		return (kernels[2 * straight + Number(smoothing)] ??= host.kernel(`${name} ${straight} ${smoothing}`, (module) =>
			build(module, variant),
		));
	};
}

/** See {@link Kernels.crossEntropy}. */
export function crossEntropy(host: Host): Kernels["crossEntropy"] {
	const kernelFor = makeKernels(host, "crossEntropy", buildForward);
	return (logits, target, losses, probabilities, { smoothing, ignoreIndex }) => {
		const [rows, classes] = logits.shape;
		if (rows === 0) return;
		const kernel = kernelFor(classes, smoothing !== 0);
		const { i32: words, f32: reals } = host.heap;
		const at = host.args;
		words[at] = classes;
		words[at + 1] = addressOf(logits);
		words[at + 2] = addressOf(target);
		words[at + 3] = addressOf(losses);
		words[at + 4] = addressOf(probabilities);
		words[at + 5] = ignoreIndex;
		reals[at + 6] = 1 - smoothing;
		reals[at + 7] = smoothing / classes;
		host.run(kernel, rows, Math.ceil(PARALLEL_ELEMENTS / classes));
	};
}

/** args: [classes, logits, target, losses, probabilities, ignoreIndex, 1 − smoothing, smoothing / classes]. Units are rows. */
function buildForward(module: ModuleBuilder, variant: Variant): void {
	writeKernel(module, variant.relaxedSimd, (w, call) => {
		const [classes, logits, target, losses, probabilities, ignoreIndex] = [0, 1, 2, 3, 4, 5].map(call.word);
		const [sharpness, share] = [call.real(6), call.real(7)];
		const length: RowLength = variant.straight > 0 ? variant.straight : classes;
		walkRowPairs(w, { start: call.start, end: call.end, length }, (rows) => {
			const firsts = rows.map((row) => w.let(i32.mul(row, classes)));
			const addresses = firsts.map((first) => ({ x: w.let(wordAt(logits, first)), p: w.let(wordAt(probabilities, first)) }));
			const results = softmaxAlong(w, addresses, length, variant.smoothing);
			for (const [i, { largest, sum, distances }] of results.entries()) {
				const loss = w.let(wordAt(losses, rows[i]));
				const wanted = w.let(i32.load(wordAt(target, rows[i])));
				const logSum = w.let(f32.extractLane(logRising(w, sum), 0));
				w.when(
					i32.eq(wanted, ignoreIndex),
					() => w.do(f32.store(loss, f32.const(0))),
					() => {
						const distance = f32.sub(f32.load(wordAt(addresses[i].x, wanted)), f32.extractLane(largest, 0));
						const plain = w.let(f32.sub(logSum, variant.smoothing ? f32.mul(sharpness, distance) : distance));
						const smoothed = distances === null ? plain : f32.sub(plain, f32.mul(share, f32.extractLane(distances, 0)));
						w.do(f32.store(loss, smoothed));
					},
				);
			}
		});
	});
}

/** Writes the probabilities of rows; gives for each the maximum m, Σ exp(x − m) and, for smoothing, Σ (x − m), each in all lanes. */
function softmaxAlong(w: Writer, rows: readonly { x: I32; p: I32 }[], length: RowLength, smoothing: boolean) {
	const largest = rows.map(({ x }) => rowMaximum(w, x, length));
	const sums = rows.map(({ x, p }, i) => {
		const powers = makeRowSum(w, length);
		const distances = smoothing ? makeRowSum(w, length) : null;
		walkRow(w, length, (piece) => {
			const distance = w.let(f32x4.sub(piece.load(x), largest[i]));
			const power = expFalling(w, distance);
			piece.store(p, power);
			powers.add(piece.filled(power, zeros));
			distances?.add(piece.filled(distance, zeros));
		});
		return { powers, distances };
	});
	const results = sums.map(({ powers, distances }, i) => ({
		largest: largest[i],
		sum: powers.total(),
		distances: distances?.total() ?? null,
	}));
	for (const [i, { p }] of rows.entries()) {
		walkRow(w, length, (piece) => piece.store(p, f32x4.div(piece.load(p), results[i].sum)));
	}
	return results;
}

/** See {@link Kernels.crossEntropyGrad}. */
export function crossEntropyGrad(host: Host): Kernels["crossEntropyGrad"] {
	const kernelFor = makeKernels(host, "crossEntropyGrad", buildBackward);
	return (probabilities, target, gradLosses, gradLogits, { smoothing, ignoreIndex }) => {
		const [rows, classes] = probabilities.shape;
		if (rows === 0) return;
		const kernel = kernelFor(classes, smoothing !== 0);
		const { i32: words, f32: reals } = host.heap;
		const at = host.args;
		words[at] = classes;
		words[at + 1] = addressOf(probabilities);
		words[at + 2] = addressOf(target);
		words[at + 3] = addressOf(gradLosses);
		words[at + 4] = gradLosses.strides[0] ?? 0;
		words[at + 5] = addressOf(gradLogits);
		words[at + 6] = ignoreIndex;
		reals[at + 7] = smoothing / classes;
		reals[at + 8] = 1 - smoothing + smoothing / classes;
		host.run(kernel, rows, Math.ceil(PARALLEL_ELEMENTS / classes));
	};
}

/**
 * args: [classes, probabilities, target, gradLosses, its stride, gradLogits, ignoreIndex, t of another class, t of the target].
 * Units are rows.
 */
function buildBackward(module: ModuleBuilder, variant: Variant): void {
	writeKernel(module, variant.relaxedSimd, (w, call) => {
		const [classes, probabilities, target, gradLosses, stride, gradLogits, ignoreIndex] = [0, 1, 2, 3, 4, 5, 6].map(call.word);
		const other = w.let(f32x4.splat(call.real(7)));
		const hit = call.real(8);
		const length: RowLength = variant.straight > 0 ? variant.straight : classes;
		w.loop({ from: call.start, to: call.end }, (row) => {
			const first = w.let(i32.mul(row, classes));
			const p = w.let(wordAt(probabilities, first));
			const out = w.let(wordAt(gradLogits, first));
			const wanted = w.let(i32.load(wordAt(target, row)));
			w.when(
				i32.eq(wanted, ignoreIndex),
				() => walkRow(w, length, (piece) => piece.store(out, zeros)),
				() => {
					const gradAddress = w.let(wordAt(gradLosses, i32.mul(row, stride)));
					const grad = w.let(splatAt(gradAddress));
					// Read first: the result may be written over the probabilities.
					const atTarget = w.let(f32.mul(f32.sub(f32.load(wordAt(p, wanted)), hit), f32.load(gradAddress)));
					walkRow(w, length, (piece) => {
						const probability = piece.load(p);
						piece.store(out, f32x4.mul(variant.smoothing ? f32x4.sub(probability, other) : probability, grad));
					});
					w.do(f32.store(wordAt(out, wanted), atTarget));
				},
			);
		});
	});
}
