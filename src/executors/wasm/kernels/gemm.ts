/**
 * Matrix products over addresses: the interface that contraction kernels use, and its WASM implementation.
 * The sum over k of each element is formed in pieces that depend on k alone, so neither threads nor blocks change the bits.
 */
import type { Host, Kernel } from "../host.ts";
import { buildGemm, GEMM_WORDS, type GemmWord, LEFT_MODES } from "./gemm-code.ts";
import { hasFixedCode, runFixed } from "./gemm-fixed.ts";
import { TILE_COLUMNS } from "./gemm-micro.ts";
import { buildThin, THIN_COLUMNS, type ThinLayout } from "./gemm-thin.ts";

/** C[batch] = A[batch] · B[batch] (+ bias), float32. Addresses are bytes in the heap, strides are elements and may be 0 or negative. */
export interface GemmCall {
	readonly batch: number;
	readonly m: number;
	readonly n: number;
	readonly k: number;
	/** A `[batch, m, k]`. */
	readonly a: number;
	readonly aRow: number;
	readonly aColumn: number;
	readonly aBatch: number;
	/** B `[batch, k, n]`. */
	readonly b: number;
	readonly bRow: number;
	readonly bColumn: number;
	readonly bBatch: number;
	/** C `[batch, m, n]`, its columns adjacent. */
	readonly c: number;
	readonly cRow: number;
	readonly cBatch: number;
	/** Added to each row of C: address of n elements, 0 for none. */
	readonly bias: number;
	/** Add to what C holds (then there is no bias). */
	readonly accumulate: boolean;
}

/** Something that multiplies matrices in the heap. */
export interface Gemm {
	run(call: GemmCall): void;
	/** Whether it adds a bias in passing, for that many multiply-adds; otherwise it costs a pass of its own, which others may share. */
	addsBias(operationCount: number): boolean;
}

/** Longest piece of k: a panel of B of this length takes a third of a 32 KiB first-level cache. */
const LONGEST_PIECE = 384;
/** Rows and columns of a unit; units beside each other in a column run as one. */
const BLOCK_ROWS = 24;
const BLOCK_COLUMNS = 256;
/** Row blocks from which threads share the rows; below, they share narrower blocks of columns. */
const MANY_ROW_BLOCKS = 8;
const NARROWEST_BLOCK = 64;
/** Pieces of work that keep a few threads evenly busy. */
const FEWEST_SHARES = 8;
/** Multiply-adds that a thread should get at least. */
const GRAIN_OPERATIONS = 2 ** 17;
/** Rows up to which a product is one of few rows, by B's layout, if k is in between; a longer k is better summed in pieces. */
const THIN_ROWS = { rows: 2, columns: 4 };
const SHORTEST_THIN = 16;
const LONGEST_THIN = 4096;
/** Fewest blocks of rows that share a packed B. */
const PACKING_BLOCKS = 4;
/** Rows below which B, if its columns are adjacent, is read where it lies. */
const DIRECT_ROWS = 24;
/** Distance of A's steps (elements) from which they are copied together, if at least `FAR_COLUMNS` columns use them. */
const FAR_STEP = 200;
const FAR_COLUMNS = 64;
/** Bytes of B below which the same holds: it stays in the first-level cache. */
const DIRECT_BYTES = 16 * 1024;

const at = Object.fromEntries(GEMM_WORDS.map((name, index) => [name, index])) as Record<GemmWord, number>;

/** The WASM matrix product. */
export class WasmGemm implements Gemm {
	readonly #host: Host;
	/** Address of a row of zeros to start sums from. */
	readonly #zeros: number;

	constructor(host: Host) {
		this.#host = host;
		const length = BLOCK_COLUMNS + TILE_COLUMNS;
		this.#zeros = host.heap.allocate(4 * length);
		host.heap.f32.fill(0, this.#zeros >> 2, (this.#zeros >> 2) + length);
	}

	addsBias(): boolean {
		return true;
	}

	/** Computes it, its blocks shared out between threads. */
	run(call: GemmCall): void {
		if (call.m === 0 || call.n === 0 || call.batch === 0) return;
		if (hasFixedCode(call)) {
			runFixed(this.#host, call);
			return;
		}
		this.#writeOperands(call);
		const layout = thinLayout(call);
		if (layout === null) this.#runBlocks(call);
		else this.#runThin(call, layout);
	}

	#runBlocks(call: GemmCall): void {
		const { m, n, k, batch } = call;
		const { args } = this.#host;
		const { i32 } = this.#host.heap;
		const packsRight = (call.bColumn !== 1 && n > 1) || (m > DIRECT_ROWS && 4 * k * n > DIRECT_BYTES);
		const rowBlocks = Math.ceil(m / BLOCK_ROWS);
		const left = leftMode(call);
		const blockColumns = columnsOfBlock(n, rowBlocks < MANY_ROW_BLOCKS && (left === LEFT_MODES.rows || left === LEFT_MODES.steps));
		const columnBlocks = Math.ceil(n / blockColumns);
		i32[args + at.blockRows] = BLOCK_ROWS;
		i32[args + at.blockColumns] = blockColumns;
		i32[args + at.rowBlocks] = rowBlocks;
		i32[args + at.columnBlocks] = columnBlocks;
		i32[args + at.pieceLength] = Math.max(1, pieceLength(k));
		i32[args + at.packsRight] = packsRight ? 1 : 0;
		i32[args + at.leftMode] = left;
		const unitOperations = Math.min(m, BLOCK_ROWS) * Math.min(n, blockColumns) * Math.max(1, k);
		// Each piece of work packs B anew, so a piece should have many rows: all of them where there are columns enough to share out.
		const sharing = batch * columnBlocks >= FEWEST_SHARES ? rowBlocks : PACKING_BLOCKS;
		const fewest = packsRight ? Math.min(rowBlocks, sharing) : 1;
		const grain = Math.max(fewest, Math.ceil(GRAIN_OPERATIONS / unitOperations));
		this.#blocks ??= this.#host.kernel("gemm", (module) => buildGemm(module, this.#host.relaxedSimd));
		this.#host.run(this.#blocks, batch * rowBlocks * columnBlocks, grain);
	}
	#blocks: Kernel | null = null;

	#runThin({ batch, m, n, k }: GemmCall, layout: ThinLayout): void {
		const columnBlocks = Math.ceil(n / THIN_COLUMNS);
		this.#host.heap.i32[this.#host.args + at.columnBlocks] = columnBlocks;
		const kernel = this.#host.kernel(`gemm thin ${layout}`, (module) => buildThin(module, layout, this.#host.relaxedSimd));
		this.#host.run(kernel, batch * columnBlocks, Math.ceil(GRAIN_OPERATIONS / (m * THIN_COLUMNS * k)));
	}

	#writeOperands(call: GemmCall): void {
		const { args } = this.#host;
		const { i32 } = this.#host.heap;
		i32[args + at.m] = call.m;
		i32[args + at.n] = call.n;
		i32[args + at.k] = call.k;
		i32[args + at.a] = call.a;
		i32[args + at.aRow] = 4 * call.aRow;
		i32[args + at.aStep] = 4 * call.aColumn;
		i32[args + at.aBatch] = 4 * call.aBatch;
		i32[args + at.b] = call.b;
		i32[args + at.bRow] = 4 * call.bRow;
		i32[args + at.bColumn] = 4 * call.bColumn;
		i32[args + at.bBatch] = 4 * call.bBatch;
		i32[args + at.c] = call.c;
		i32[args + at.cRow] = 4 * call.cRow;
		i32[args + at.cBatch] = 4 * call.cBatch;
		this.#writeStart(call, i32, args);
	}

	/** Sums start from C, from the bias in every row, or from zeros everywhere. */
	#writeStart(call: GemmCall, i32: Int32Array, args: number): void {
		const { accumulate, bias } = call;
		i32[args + at.start] = accumulate ? call.c : bias === 0 ? this.#zeros : bias;
		i32[args + at.startRow] = accumulate ? 4 * call.cRow : 0;
		i32[args + at.startColumn] = accumulate || bias !== 0 ? 4 : 0;
		i32[args + at.startBatch] = accumulate ? 4 * call.cBatch : 0;
	}
}

/** How many of k's products are summed before they are added to the others. */
export function pieceLength(k: number): number {
	const count = Math.ceil(k / LONGEST_PIECE);
	return count <= 1 ? k : Math.ceil(k / count / 8) * 8;
}

/** The layout of B if the product is one of few rows, which is summed in one piece; else null. */
export function thinLayout({ m, n, k, aColumn, bRow, bColumn }: GemmCall): ThinLayout | null {
	if (k > LONGEST_THIN || k < SHORTEST_THIN || n < SHORTEST_THIN) return null;
	if (bColumn === 1) return m <= THIN_ROWS.rows ? "rows" : null;
	return bRow === 1 && aColumn === 1 && m <= THIN_ROWS.columns ? "columns" : null;
}

/** How A is read. */
function leftMode({ m, n, k, aRow, aColumn }: GemmCall): number {
	if (aColumn === 1 || k === 1) return LEFT_MODES.rows;
	if (aRow !== 1 && m > 1) return LEFT_MODES.packed;
	return aColumn >= FAR_STEP && n >= FAR_COLUMNS ? LEFT_MODES.compactSteps : LEFT_MODES.steps;
}

/** Columns of a unit: an eighth of all, within bounds, where threads are to share them. Depends on sizes alone. */
function columnsOfBlock(n: number, shared: boolean): number {
	if (!shared) return BLOCK_COLUMNS;
	const eighth = Math.ceil(n / FEWEST_SHARES / TILE_COLUMNS) * TILE_COLUMNS;
	return Math.min(BLOCK_COLUMNS, Math.max(NARROWEST_BLOCK, eighth));
}
