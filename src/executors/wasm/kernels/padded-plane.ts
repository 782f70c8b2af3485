/**
 * An image plane with zeros around it in a thread's scratch, just large enough for all windows of a convolution: kernels that walk
 * over windows need no edge cases there.
 */
import { f32, i32, v128 } from "../assembler.ts";
import type { ConvSizes } from "./conv-geometry.ts";
import type { Im2colWords } from "./im2col-words.ts";
import { type I32, smaller, type Writer, wordAt } from "./writer.ts";

/** Elements after each padded row that vector loads and stores may touch. */
const SLACK = 8;

/** Bytes of a padded plane. */
export function paddedBytes(s: ConvSizes): number {
	const side = (axis: 0 | 1, out: number, kernel: number): number => (out - 1) * s.stride[axis] + (kernel - 1) * s.dilation[axis] + 1;
	return 4 * side(0, s.outHeight, s.kernelHeight) * (side(1, s.outWidth, s.kernelWidth) + SLACK);
}

/** The padded plane of the thread that runs the code. */
export interface PaddedPlane {
	readonly address: I32;
	readonly pitch: I32;
	readonly size: I32;
	/** The image's first pixel in it, and how much of the image lies in it. */
	readonly origin: I32;
	readonly rows: I32;
	/** A number where the code is made for it. */
	readonly columns: I32 | number;
}

/** Its measures, from the words of a call. */
export function paddedPlane(w: Writer, words: Im2colWords, scratch: I32): PaddedPlane {
	const side = (out: I32, stride: I32, kernel: I32, dilation: I32): I32 =>
		w.let(i32.add(i32.add(i32.mul(i32.sub(out, i32.const(1)), stride), i32.mul(i32.sub(kernel, i32.const(1)), dilation)), i32.const(1)));
	const height = side(words.outHeight, words.strideY, words.kernelHeight, words.dilationY);
	const width = side(words.outWidth, words.strideX, words.kernelWidth, words.dilationX);
	const pitch = w.let(i32.add(width, i32.const(SLACK)));
	return {
		address: w.let(scratch),
		pitch,
		size: w.let(i32.mul(height, pitch)),
		origin: w.let(wordAt(scratch, i32.add(i32.mul(words.top, pitch), words.left))),
		rows: w.let(smaller(words.height, w.let(i32.sub(height, words.top)))),
		columns: w.let(smaller(words.width, w.let(i32.sub(width, words.left)))),
	};
}

/** Copies the image plane at `address` into the padded plane; the zeros around it must be there already. */
export function copyIn(w: Writer, padded: PaddedPlane, address: I32, width: I32): void {
	const [from, to] = [w.variable(address), w.variable(padded.origin)];
	w.loop({ from: i32.const(0), to: padded.rows }, () => {
		copyRow(w, to.get, from.get, padded.columns);
		w.do(from.set(wordAt(from.get, width)), to.set(wordAt(to.get, padded.pitch)));
	});
}

/** Copies the padded plane's inside to the image plane at `address`, zeros where no window reaches: below and to the right. */
export function copyOut(w: Writer, padded: PaddedPlane, address: I32, words: Im2colWords): void {
	const [from, to] = [w.variable(padded.origin), w.variable(address)];
	const columns = typeof padded.columns === "number" ? i32.const(padded.columns) : padded.columns;
	w.when(i32.or(i32.ltS(padded.rows, words.height), i32.ltS(columns, words.width)), () =>
		w.clear(to.get, i32.mul(words.height, words.width)),
	);
	w.loop({ from: i32.const(0), to: padded.rows }, () => {
		copyRow(w, to.get, from.get, padded.columns);
		w.do(to.set(wordAt(to.get, words.width)), from.set(wordAt(from.get, padded.pitch)));
	});
}

/** Rows up to this length are worth code without a loop. */
export const LONGEST_STRAIGHT_COPY = 64;

/** Copies `count` elements. */
export function copyRow(w: Writer, target: I32, source: I32, count: I32 | number): void {
	if (typeof count === "number") {
		if (count > LONGEST_STRAIGHT_COPY) copyRow(w, target, source, i32.const(count));
		else copyStraight(w, target, source, count);
		return;
	}
	const i = w.variable(i32.const(0));
	w.advance(i, { to: i32.and(count, i32.const(-4)), step: 4 }, () => {
		w.do(v128.store(wordAt(target, i.get), v128.load(wordAt(source, i.get))));
	});
	w.advance(i, { to: count }, () => w.do(f32.store(wordAt(target, i.get), f32.load(wordAt(source, i.get)))));
}

function copyStraight(w: Writer, target: I32, source: I32, count: number): void {
	straightRow(count, {
		four: (at) => w.do(v128.store(target, v128.load(source, 4 * at), 4 * at)),
		one: (at) => w.do(f32.store(target, f32.load(source, 4 * at), 4 * at)),
	});
}

/** Visits the elements of a row of known length, four at a time and one by one at its end. */
export function straightRow(count: number, visit: { four(at: number): void; one(at: number): void }): void {
	const whole = count - (count % 4);
	for (let at = 0; at < whole; at += 4) visit.four(at);
	for (let at = whole; at < count; at++) visit.one(at);
}
