/**
 * Products of few rows, such as a network's on one example: B is read once, where it lies, so that memory sets the pace.
 * Units are blocks of 32 columns of a matrix of the batch; the arguments are those of the general product.
 */
import { f32, f32x4, i32, type ModuleBuilder, v128 } from "../assembler.ts";
import { GEMM_WORDS, type GemmWord } from "./gemm-code.ts";
import { multiplyAdd } from "./gemm-micro.ts";
import { type Call, type I32, smaller, type V128, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Columns of a unit. */
export const THIN_COLUMNS = 32;
const LANES = 4;

/** How B lies: its columns beside each other, or its rows (B transposed). */
export type ThinLayout = "rows" | "columns";

/** One row of one unit. */
interface ThinRow {
	/** Address of A's row, and the distance of its elements in bytes. */
	readonly a: I32;
	readonly aStep: I32;
	/** Address of B's first column in the unit, and the distance of its rows or columns in bytes. */
	readonly b: I32;
	readonly bStride: I32;
	readonly k: I32;
	readonly columns: I32;
	/** Stores the sums of up to four columns from `column` on. */
	readonly store: (column: I32, sums: V128) => void;
}

/** Adds the kernel. */
export function buildThin(module: ModuleBuilder, layout: ThinLayout, fused: boolean): void {
	writeKernel(module, fused, (w, call) => {
		const word = Object.fromEntries(GEMM_WORDS.map((name, index) => [name, call.word(index)])) as Record<GemmWord, I32>;
		eachRow(w, call, { word, layout }, (row) => (layout === "rows" ? alongRows(w, row, fused) : alongColumns(w, row, fused)));
	});
}

function eachRow(
	w: Writer,
	call: Call,
	{ word, layout }: { word: Record<GemmWord, I32>; layout: ThinLayout },
	visit: (row: ThinRow) => void,
): void {
	w.loop({ from: call.start, to: call.end }, (unit) => {
		const batch = w.let(i32.divU(unit, word.columnBlocks));
		const first = w.let(i32.mul(i32.sub(unit, i32.mul(batch, word.columnBlocks)), i32.const(THIN_COLUMNS)));
		const of = (base: GemmWord, stride: GemmWord): I32 => w.let(i32.add(word[base], i32.mul(batch, word[stride])));
		const b = w.let(i32.add(of("b", "bBatch"), i32.mul(first, word.bColumn)));
		const [a, c, start] = [
			w.variable(of("a", "aBatch")),
			w.variable(wordAt(of("c", "cBatch"), first)),
			w.variable(of("start", "startBatch")),
		];
		w.do(start.set(i32.add(start.get, i32.mul(first, word.startColumn))));
		const rest = w.let(i32.sub(word.n, first));
		const columns = w.let(smaller(rest, i32.const(THIN_COLUMNS)));
		w.loop({ from: i32.const(0), to: word.m }, () => {
			const store = (column: I32, sums: V128): void => {
				const from = i32.add(start.get, i32.mul(column, word.startColumn));
				const total = w.let(f32x4.add(v128.load(from), sums));
				const to = w.let(wordAt(c.get, column));
				const left = w.let(i32.sub(columns, column));
				w.when(
					i32.geS(left, i32.const(LANES)),
					() => w.do(v128.store(to, total)),
					() => w.storeSome(to, total, left),
				);
			};
			const bStride = layout === "rows" ? word.bRow : word.bColumn;
			visit({ a: a.get, aStep: word.aStep, b, bStride, k: word.k, columns, store });
			w.do(a.set(i32.add(a.get, word.aRow)), c.set(i32.add(c.get, word.cRow)), start.set(i32.add(start.get, word.startRow)));
		});
	});
}

/** B's columns lie beside each other: all columns of the unit at once, or four at a time where there are fewer. */
function alongRows(w: Writer, row: ThinRow, fused: boolean): void {
	const sweep = (column: I32, vectors: number): void => {
		const sums = Array.from({ length: vectors }, () => w.variable(f32x4.const(0)));
		const [a, b] = [w.variable(row.a), w.variable(wordAt(row.b, column))];
		w.loop({ from: i32.const(0), to: row.k }, () => {
			const factor = w.let(v128.load32Splat(a.get));
			w.do(sums.map((sum, v) => sum.set(multiplyAdd(fused, factor, v128.load(b.get, 16 * v), sum.get))));
			w.do(a.set(i32.add(a.get, row.aStep)), b.set(i32.add(b.get, row.bStride)));
		});
		sums.forEach((sum, v) => {
			row.store(w.let(i32.add(column, i32.const(LANES * v))), sum.get);
		});
	};
	w.when(
		i32.eq(row.columns, i32.const(THIN_COLUMNS)),
		() => sweep(i32.const(0), THIN_COLUMNS / LANES),
		() => w.loop({ from: i32.const(0), to: row.columns, step: LANES }, (column) => sweep(column, 1)),
	);
}

/** B's rows lie beside each other, and A's elements: inner products, four columns at a time, the last one again where there are fewer. */
function alongColumns(w: Writer, row: ThinRow, fused: boolean): void {
	const last = w.let(i32.sub(row.columns, i32.const(1)));
	w.loop({ from: i32.const(0), to: row.columns, step: LANES }, (column) => {
		const sums = Array.from({ length: LANES }, () => w.variable(f32x4.const(0)));
		const a = w.variable(row.a);
		const pointers = sums.map((_, lane) => {
			const index = w.let(i32.add(column, i32.const(lane)));
			return w.variable(i32.add(row.b, i32.mul(smaller(index, last), row.bStride)));
		});
		const p = w.variable(i32.const(0));
		const step = (load: (address: I32) => V128, count: number): void => {
			const factors = w.let(load(a.get));
			w.do(sums.map((sum, lane) => sum.set(multiplyAdd(fused, factors, load(pointers[lane].get), sum.get))));
			w.do([a, ...pointers].map((pointer) => pointer.set(i32.add(pointer.get, i32.const(4 * count)))));
		};
		w.advance(p, { to: i32.and(row.k, i32.const(-LANES)), step: LANES }, () => step((address) => v128.load(address), LANES));
		w.advance(p, { to: row.k }, () => step((address) => v128.load32Zero(address), 1));
		const totals = sums.map(({ get }) => {
			const [l0, l1, l2, l3] = [0, 1, 2, 3].map((lane) => f32.extractLane(get, lane));
			return f32.add(f32.add(l0, l1), f32.add(l2, l3));
		});
		const joined = totals.slice(1).reduce((vector, total, lane) => f32x4.replaceLane(vector, lane + 1, total), f32x4.splat(totals[0]));
		row.store(column, w.let(joined));
	});
}
