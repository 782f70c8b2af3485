/** Average pooling and its derivative. */
import type { Kernels, Operand, PoolWindows } from "../../../kernels/contracts.ts";
import { f32, f32x4, f64, f64x2, i32, type ModuleBuilder, shuffle32, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { bothLanes, sumAlongRow } from "./channel-sums.ts";
import { foldOf } from "./fold.ts";
import { FoldState } from "./fold-state.ts";
import { addSpaced, loadSpaced, type Window, walkWindows } from "./pool-code.ts";
import { makeWindowShapes, planesOf, type WindowShape, writeTables } from "./pool-windows.ts";
import { type Call, splatAt, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 32768;

const sums = foldOf("sum", "real");

type Build = (module: ModuleBuilder, spacing: number) => void;

/** A kernel for each shape of windows; `image` is the operand with the planes, `cells` the one with the windows' results. */
function makePooling(host: Host, name: string, builders: Record<WindowShape["kind"], Build>) {
	const shapeOf = makeWindowShapes();
	const compiled: Record<WindowShape["kind"], (Kernel | undefined)[]> = { pairs: [], whole: [], any: [] };
	return (image: Operand, cells: Operand, windows: PoolWindows): void => {
		const { planes, height, width } = planesOf(image);
		if (planes === 0) return;
		const { kind, spacing, from, to } = cells.size === 0 ? noWindows : shapeOf(windows, height, width);
		const kernel = (compiled[kind][spacing] ??= host.kernel(`${name} ${kind} ${spacing}`, (module) => builders[kind](module, spacing)));
		const tables = writeTables(host, windows);
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(image);
		words[at + 1] = addressOf(cells);
		words[at + 2] = height * width;
		words[at + 3] = width;
		words[at + 4] = windows.rowStart.length;
		words[at + 5] = windows.columnStart.length;
		words[at + 6] = windows.rowStep;
		words[at + 7] = windows.columnStep;
		words[at + 8] = tables;
		words[at + 9] = from;
		words[at + 10] = to;
		host.run(kernel, planes, Math.ceil(PARALLEL_ELEMENTS / (height * width)));
		host.heap.release(tables);
	};
}

const noWindows: WindowShape = { kind: "any", spacing: 0, from: 0, to: 0 };

/** args: [image, cells, plane size, width, rows and columns of cells, row step, column step, tables, range of windows to take four at once]. */
function argumentsOf(call: Call) {
	const [image, cells, planeSize, width, rows, columns] = [0, 1, 2, 3, 4, 5].map(call.word);
	const [rowStep, columnStep, address, from, to] = [6, 7, 8, 9, 10].map(call.word);
	const tables = { rows, columns, rowStep, columnStep, address, from, to };
	/** The first divisor; the only one unless windows are of any shape. */
	const divisor = i32.add(address, i32.shl(i32.add(rows, columns), i32.const(3)));
	return { image, cells, planeSize, width, rows, columns, tables, divisor };
}

/** See {@link Kernels.averagePool}. */
export function averagePool(host: Host): Kernels["averagePool"] {
	const run = makePooling(host, "averagePool", { pairs: buildPairs, whole: buildWhole, any: buildAny });
	return (x, out, windows) => run(x, out, windows);
}

function buildPairs(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const { image, cells, planeSize, width, rows, columns, divisor } = argumentsOf(call);
		const divisors = w.let(splatAt(divisor));
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const first = w.let(wordAt(image, i32.mul(plane, planeSize)));
			w.loop({ from: i32.const(0), to: rows }, (i) => {
				const upper = w.let(wordAt(first, i32.mul(i32.shl(i, i32.const(1)), width)));
				const lower = w.let(wordAt(upper, width));
				const target = w.let(wordAt(cells, i32.mul(i32.add(i32.mul(plane, rows), i), columns)));
				w.loop({ from: i32.const(0), to: columns, step: 4 }, (j) => {
					const [a, b] = [0, 16].map((more) => {
						const [top, bottom] = [upper, lower].map((row) => v128.load(wordAt(row, i32.shl(j, i32.const(1))), more));
						return w.let(f32x4.add(top, bottom));
					});
					const sum = f32x4.add(shuffle32(a, b, [0, 2, 4, 6]), shuffle32(a, b, [1, 3, 5, 7]));
					w.storeUpTo(w.let(wordAt(target, j)), f32x4.div(sum, divisors), i32.sub(columns, j));
				});
			});
		});
	});
}

function buildWhole(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const { image, cells, planeSize, divisor } = argumentsOf(call);
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const total = w.variable(f64x2.const(0));
			const addresses = [wordAt(image, i32.mul(plane, planeSize))];
			sumAlongRow(w, { addresses, count: planeSize, totals: [total] }, (elements) => elements);
			const sum = f64.extractLane(bothLanes(w, total.get), 0);
			w.do(f32.store(wordAt(cells, plane), f32.demoteF64(f64.div(sum, f64.promoteF32(f32.load(divisor))))));
		});
	});
}

function buildAny(module: ModuleBuilder, spacing: number): void {
	writeKernel(module, false, (w, call) => {
		const { image, cells, planeSize, width, tables } = argumentsOf(call);
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const first = w.let(wordAt(image, i32.mul(plane, planeSize)));
			const target = w.let(wordAt(cells, i32.mul(plane, i32.mul(tables.rows, tables.columns))));
			const one = ({ cell, divisor, each }: Window): void => {
				const sum = w.variable(f64.const(0));
				each((element) => w.do(sum.set(f64.add(sum.get, f64.promoteF32(f32.load(wordAt(first, element)))))));
				const mean = f64.div(sum.get, f64.promoteF32(f32.load(divisor)));
				w.do(f32.store(wordAt(target, cell), f32.demoteF64(mean)));
			};
			const four = ({ cell, divisor, each }: Window): void => {
				const total = new FoldState(w, sums.emptyTotal);
				each((element) => total.set(sums.addToTotal(total.get, [loadSpaced(w, wordAt(first, element), spacing)])));
				w.do(v128.store(wordAt(target, cell), f32x4.div(sums.lanes(total.get), v128.load(divisor))));
			};
			walkWindows(w, { tables, width, spacing }, { one, four });
		});
	});
}

/** See {@link Kernels.averagePoolGrad}. */
export function averagePoolGrad(host: Host): Kernels["averagePoolGrad"] {
	const run = makePooling(host, "averagePoolGrad", { pairs: buildPairsGrad, whole: buildWholeGrad, any: buildAnyGrad });
	return (gradOut, gradX, windows) => run(gradX, gradOut, windows);
}

function buildPairsGrad(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const { image, cells, planeSize, width, rows, columns, divisor } = argumentsOf(call);
		const divisors = w.let(splatAt(divisor));
		const uncovered = w.let(i32.ne(planeSize, i32.shl(i32.mul(rows, columns), i32.const(2))));
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const first = w.let(wordAt(image, i32.mul(plane, planeSize)));
			w.when(uncovered, () => w.clear(first, planeSize));
			w.loop({ from: i32.const(0), to: rows }, (i) => {
				const upper = w.let(wordAt(first, i32.mul(i32.shl(i, i32.const(1)), width)));
				const source = w.let(wordAt(cells, i32.mul(i32.add(i32.mul(plane, rows), i), columns)));
				w.loop({ from: i32.const(0), to: columns, step: 4 }, (j) => {
					const share = w.let(f32x4.div(v128.load(wordAt(source, j)), divisors));
					const left = w.let(i32.shl(i32.sub(columns, j), i32.const(1)));
					for (const row of [upper, w.let(wordAt(upper, width))]) {
						const target = w.let(wordAt(row, i32.shl(j, i32.const(1))));
						w.storeUpTo(target, shuffle32(share, share, [0, 0, 1, 1]), left);
						const more = w.let(i32.sub(left, i32.const(4)));
						w.when(i32.gtS(more, i32.const(0)), () => {
							w.storeUpTo(w.let(i32.add(target, i32.const(16))), shuffle32(share, share, [2, 2, 3, 3]), more);
						});
					}
				});
			});
		});
	});
}

function buildWholeGrad(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const { image, cells, planeSize, divisor } = argumentsOf(call);
		const divisors = w.let(splatAt(divisor));
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const share = w.let(f32x4.div(splatAt(wordAt(cells, plane)), divisors));
			w.fill(wordAt(image, i32.mul(plane, planeSize)), planeSize, share);
		});
	});
}

function buildAnyGrad(module: ModuleBuilder, spacing: number): void {
	writeKernel(module, false, (w, call) => {
		const { image, cells, planeSize, width, tables } = argumentsOf(call);
		w.loop({ from: call.start, to: call.end }, (plane) => {
			const first = w.let(wordAt(image, i32.mul(plane, planeSize)));
			const source = w.let(wordAt(cells, i32.mul(plane, i32.mul(tables.rows, tables.columns))));
			w.clear(first, planeSize);
			const one = ({ cell, divisor, each }: Window): void => {
				const share = w.let(f32.div(f32.load(wordAt(source, cell)), f32.load(divisor)));
				each((element) => {
					const target = w.let(wordAt(first, element));
					w.do(f32.store(target, f32.add(f32.load(target), share)));
				});
			};
			const four = ({ cell, divisor, each }: Window): void => {
				const shares = w.let(f32x4.div(v128.load(wordAt(source, cell)), v128.load(divisor)));
				each((element) => addSpaced(w, wordAt(first, element), shares, { spacing, add: f32x4.add }));
			};
			walkWindows(w, { tables, width, spacing }, { one, four });
		});
	});
}
