/** Softmax and log-softmax over rows, and their derivatives. A row's NaN reaches all of its results through the sum. */
import type { Kernels, Operand } from "../../../kernels/contracts.ts";

import { f32x4, i32, type ModuleBuilder } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { LONGEST_STRAIGHT_ROW, makeRowSum, type RowLength, rowMaximum, walkRow, walkRowPairs } from "./rows.ts";
import { expFalling, logRising } from "./softmax-math.ts";
import { type Call, type I32, type Writer, wordAt, writeKernel, zeros } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 8192;

/** What a kernel over rows is built for. */
interface RowKernelOptions {
	readonly name: string;
	readonly operandCount: number;
	/** Code for one or two rows, given by the addresses of their parts of the operands. */
	rows(w: Writer, rows: readonly (readonly I32[])[], length: RowLength): void;
}

/** A kernel over rows of equal length: finds or builds the code for a length and runs it on operands. */
function makeRowKernel(host: Host, options: RowKernelOptions): (operands: readonly Operand[]) => void {
	const kernels: (Kernel | undefined)[] = [];
	return (operands) => {
		const { shape, size } = operands[0];
		if (size === 0) return;
		const length = shape[shape.length - 1];
		const straight = length <= LONGEST_STRAIGHT_ROW ? length : 0;
		kernels[straight] ??= host.kernel(`${options.name} ${straight}`, (module) => buildRowKernel(module, host, options, straight));
		const words = host.heap.i32;
		words[host.args] = length;
		for (let i = 0; i < operands.length; i++) words[host.args + 1 + i] = addressOf(operands[i]);
		host.run(kernels[straight], size / length, Math.ceil(PARALLEL_ELEMENTS / length));
	};
}

/** args: [length, addresses]. Units are rows. */
function buildRowKernel(module: ModuleBuilder, host: Host, options: RowKernelOptions, straight: number): void {
	writeKernel(module, host.relaxedSimd, (w, call: Call) => {
		const length = straight > 0 ? straight : call.word(0);
		const bases = Array.from({ length: options.operandCount }, (_, i) => call.word(1 + i));
		const elements = typeof length === "number" ? i32.const(length) : length;
		walkRowPairs(w, { start: call.start, end: call.end, length }, (rows) => {
			const addresses = rows.map((row) => {
				const first = w.let(i32.mul(row, elements));
				return bases.map((base) => w.let(wordAt(base, first)));
			});
			options.rows(w, addresses, length);
		});
	});
}

/** See {@link Kernels.softmax}. */
export function softmax(host: Host): Kernels["softmax"] {
	const plain = makeRowKernel(host, { name: "softmax", operandCount: 2, rows: softmaxRows });
	const log = makeRowKernel(host, { name: "logSoftmax", operandCount: 2, rows: logSoftmaxRows });
	return (x, out, options) => (options.log ? log : plain)([x, out]);
}

function softmaxRows(w: Writer, rows: readonly (readonly I32[])[], length: RowLength): void {
	const largest = rows.map(([x]) => rowMaximum(w, x, length));
	const totals = rows
		.map(([x, out], i) => {
			const sum = makeRowSum(w, length);
			walkRow(w, length, (piece) => {
				const power = expFalling(w, w.let(f32x4.sub(piece.load(x), largest[i])));
				piece.store(out, power);
				sum.add(piece.filled(power, zeros));
			});
			return sum;
		})
		.map((sum) => sum.total());
	for (const [i, [, out]] of rows.entries()) walkRow(w, length, (piece) => piece.store(out, f32x4.div(piece.load(out), totals[i])));
}

function logSoftmaxRows(w: Writer, rows: readonly (readonly I32[])[], length: RowLength): void {
	const largest = rows.map(([x]) => rowMaximum(w, x, length));
	const totals = rows
		.map(([x], i) => {
			const sum = makeRowSum(w, length);
			walkRow(w, length, (piece) => {
				const power = expFalling(w, w.let(f32x4.sub(piece.load(x), largest[i])));
				sum.add(piece.filled(power, zeros));
			});
			return sum;
		})
		.map((sum) => logRising(w, sum.total()));
	for (const [i, [x, out]] of rows.entries()) {
		walkRow(w, length, (piece) => piece.store(out, f32x4.sub(f32x4.sub(piece.load(x), largest[i]), totals[i])));
	}
}

/** See {@link Kernels.softmaxGrad}. */
export function softmaxGrad(host: Host): Kernels["softmaxGrad"] {
	const plain = makeRowKernel(host, { name: "softmaxGrad", operandCount: 3, rows: each(softmaxGradRow) });
	const log = makeRowKernel(host, { name: "logSoftmaxGrad", operandCount: 3, rows: each(logSoftmaxGradRow) });
	return (y, gradOut, gradX, options) => (options.log ? log : plain)([y, gradOut, gradX]);
}

type RowCode = (w: Writer, addresses: readonly I32[], length: RowLength) => void;

/** Code for rows from code for one. */
function each(row: RowCode): RowKernelOptions["rows"] {
	return (w, rows, length) => {
		for (const addresses of rows) row(w, addresses, length);
	};
}

/** y · (g − Σ g y) */
function softmaxGradRow(w: Writer, [y, gradOut, gradX]: readonly I32[], length: RowLength): void {
	const sum = makeRowSum(w, length);
	walkRow(w, length, (piece) => sum.add(piece.filled(w.let(f32x4.mul(piece.load(y), piece.load(gradOut))), zeros)));
	const total = sum.total();
	walkRow(w, length, (piece) => piece.store(gradX, f32x4.mul(piece.load(y), f32x4.sub(piece.load(gradOut), total))));
}

/** g − eʸ · Σ g */
function logSoftmaxGradRow(w: Writer, [y, gradOut, gradX]: readonly I32[], length: RowLength): void {
	const sum = makeRowSum(w, length);
	walkRow(w, length, (piece) => sum.add(piece.filled(piece.load(gradOut), zeros)));
	const total = sum.total();
	walkRow(w, length, (piece) => {
		const power = expFalling(w, piece.load(y));
		piece.store(gradX, f32x4.sub(piece.load(gradOut), f32x4.mul(power, total)));
	});
}
