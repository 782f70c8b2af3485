/** Maximum pooling and its derivative. The first of equal values or the first NaN of a window wins. */
import type { Kernels } from "../../../kernels/contracts.ts";
import { f32, f32x4, i32, i32x4, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { loadSpaced, spacedNumbers, type Window, walkWindows } from "./pool-code.ts";
import { makeWindowShapes, planesOf, writeTables } from "./pool-windows.ts";
import { type I32, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;

/** See {@link Kernels.maxPool}. */
export function maxPool(host: Host): Kernels["maxPool"] {
	const shapeOf = makeWindowShapes();
	const compiled: (Kernel | undefined)[] = [];
	const compile = (spacing: number): Kernel => host.kernel(`maxPool any ${spacing}`, (module) => buildAny(module, spacing));
	return (x, out, indices, windows) => {
		const { planes, height, width } = planesOf(x);
		if (out.size === 0) return;
		const shape = shapeOf(windows, height, width);
		const pairs = shape.kind === "pairs";
		const kernel = pairs ? host.kernel("maxPool pairs", buildPairs) : (compiled[shape.spacing] ??= compile(shape.spacing));
		const tables = pairs ? 0 : writeTables(host, windows);
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(x);
		words[at + 1] = addressOf(out);
		words[at + 2] = addressOf(indices);
		words[at + 3] = height * width;
		words[at + 4] = width;
		words[at + 5] = windows.rowStart.length;
		words[at + 6] = windows.columnStart.length;
		words[at + 7] = windows.rowStep;
		words[at + 8] = windows.columnStep;
		words[at + 9] = tables;
		words[at + 10] = shape.from;
		words[at + 11] = shape.to;
		host.run(kernel, planes, Math.ceil(PARALLEL_ELEMENTS / (height * width)));
		if (!pairs) host.heap.release(tables);
	};
}

/** args: [x, out, indices, plane size, width, rows and columns of out]. Units are planes. */
function buildPairs(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [x, out, indices, planeSize, width, rows, columns] = [0, 1, 2, 3, 4, 5, 6].map(call.word);
		const widths = w.let(i32x4.splat(width));
		const one = w.let(i32x4.const(1));
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const image = w.let(wordAt(x, i32.mul(plane, planeSize)));
			const firstCell = w.let(i32.mul(plane, i32.mul(rows, columns)));
			w.loop({ from: i32.const(0), to: rows }, (i) => {
				const firstElement = w.let(i32.mul(i32.shl(i, i32.const(1)), width));
				const upper = w.let(wordAt(image, firstElement));
				const lower = w.let(wordAt(upper, width));
				const cell = w.let(i32.add(firstCell, i32.mul(i, columns)));
				const numbers = w.let(i32x4.add(i32x4.splat(firstElement), i32x4.constLanes([0, 2, 4, 6])));
				w.loop({ from: i32.const(0), to: columns, step: 4 }, (j) => {
					const offset = w.let(i32.shl(j, i32.const(3)));
					const [top, bottom] = [upper, lower].map((row) => {
						const address = w.let(i32.add(row, offset));
						const [a, b] = [w.let(v128.load(address)), w.let(v128.load(address, 16))];
						const [even, odd] = [w.let(shuffle32(a, b, [0, 2, 4, 6])), w.let(shuffle32(a, b, [1, 3, 5, 7]))];
						const mask = secondWins(w, even, odd);
						return { value: w.let(v128.bitselect(odd, even, mask)), step: w.let(v128.and(mask, one)) };
					});
					const mask = secondWins(w, top.value, bottom.value);
					const value = v128.bitselect(bottom.value, top.value, mask);
					const step = v128.bitselect(i32x4.add(bottom.step, widths), top.step, mask);
					const index = i32x4.add(step, i32x4.add(numbers, i32x4.splat(i32.shl(j, i32.const(1)))));
					const left = w.let(i32.sub(columns, j));
					const at = w.let(i32.shl(i32.add(cell, j), i32.const(2)));
					w.storeUpTo(i32.add(out, at), value, left);
					w.storeUpTo(i32.add(indices, at), index, left);
				});
			});
		});
	});
}

/** Lanes where `b` is larger than `a`, or the first NaN. */
function secondWins(w: Writer, a: V128, b: V128): V128 {
	return w.let(v128.and(v128.or(f32x4.lt(a, b), f32x4.ne(b, b)), f32x4.eq(a, a)));
}

/** args: as above, then [row step, column step, tables, range of windows to take four at once]. Units are planes. */
function buildAny(module: ModuleBuilder, spacing: number): void {
	writeKernel(module, false, (w, call) => {
		const [x, out, indices, planeSize, width, rows, columns] = [0, 1, 2, 3, 4, 5, 6].map(call.word);
		const [rowStep, columnStep, address, from, to] = [7, 8, 9, 10, 11].map(call.word);
		const tables = { rows, columns, rowStep, columnStep, address, from, to };
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const image = w.let(wordAt(x, i32.mul(plane, planeSize)));
			const firstCell = w.let(i32.mul(plane, i32.mul(rows, columns)));
			const offset = (cell: I32): I32 => w.let(i32.shl(i32.add(firstCell, cell), i32.const(2)));
			const one = (window: Window): void => {
				const best = w.variable(f32.const(Number.NEGATIVE_INFINITY));
				const index = w.variable(i32.const(-1));
				window.each((element) => {
					const value = w.let(f32.load(wordAt(image, element)));
					const better = i32.and(i32.eqz(f32.le(value, best.get)), f32.eq(best.get, best.get));
					// Chosen without a jump: which element wins is not predictable.
					const wins = w.let(i32.or(better, i32.ltS(index.get, i32.const(0))));
					w.do(best.set(f32.select(wins, value, best.get)), index.set(i32.select(wins, element, index.get)));
				});
				const at = offset(window.cell);
				w.do(f32.store(i32.add(out, at), best.get), i32.store(i32.add(indices, at), index.get));
			};
			const four = (window: Window): void => {
				const best = w.variable(f32x4.const(Number.NEGATIVE_INFINITY));
				const index = w.variable(spacedNumbers(window.first, spacing));
				window.each((element) => {
					const value = loadSpaced(w, wordAt(image, element), spacing);
					const wins = secondWins(w, best.get, value);
					w.do(best.set(v128.bitselect(value, best.get, wins)));
					w.do(index.set(v128.bitselect(spacedNumbers(element, spacing), index.get, wins)));
				});
				const at = offset(window.cell);
				w.do(v128.store(i32.add(out, at), best.get), v128.store(i32.add(indices, at), index.get));
			};
			walkWindows(w, { tables, width, spacing }, { one, four });
		});
	});
}

/** See {@link Kernels.maxPoolGrad}. */
export function maxPoolGrad(host: Host): Kernels["maxPoolGrad"] {
	return (gradOut, indices, gradX) => {
		const { planes, height, width } = planesOf(gradX);
		if (planes === 0) return;
		const kernel = host.kernel("maxPoolGrad", buildGrad);
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(gradOut);
		words[at + 1] = addressOf(indices);
		words[at + 2] = addressOf(gradX);
		words[at + 3] = height * width;
		words[at + 4] = gradOut.size / planes;
		host.run(kernel, planes, Math.ceil(PARALLEL_ELEMENTS / (height * width)));
	};
}

/** args: [gradOut, indices, gradX, plane size, its size in the result]. Units are planes. */
function buildGrad(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [gradOut, indices, gradX, planeSize, cells] = [0, 1, 2, 3, 4].map(call.word);
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const image = w.let(wordAt(gradX, i32.mul(plane, planeSize)));
			w.clear(image, planeSize);
			const first = w.let(i32.mul(plane, cells));
			w.loop({ from: first, to: i32.add(first, cells) }, (cell) => {
				const offset = w.let(i32.shl(cell, i32.const(2)));
				const target = w.let(wordAt(image, i32.load(i32.add(indices, offset))));
				w.do(f32.store(target, f32.add(f32.load(target), f32.load(i32.add(gradOut, offset)))));
			});
		});
	});
}
