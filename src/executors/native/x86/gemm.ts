/**
 * Matrix products by machine code made for their shapes. Sums are formed as those of the WASM product are, in pieces of k, so both give
 * the same bits. A is cut into blocks of rows, which stay in the cache while the bands of B pass by.
 */
import type { Kernel } from "../../wasm/host.ts";
import { type Gemm, type GemmCall, pieceLength, thinLayout } from "../../wasm/kernels/gemm.ts";
import type { MachineKernels } from "./kernels.ts";
import { type LeftShape, leftCode } from "./left-code.ts";
import { bandCount, type ProductShape, productCode, tileRows } from "./product-code.ts";

/** Multiply-adds in all from which machine code is worth a call through koffi. */
const FEWEST_OPERATIONS = 2 ** 14;
const FEWEST_COLUMNS = 4;
/** Most elements of a block of A: a megabyte. */
const BLOCK_ELEMENTS = 2 ** 18;
/** Rows from which a copy of B's bands pays, and bytes of B below which it does not, if its rows begin at cache lines. */
const COPYING_ROWS = 29;
const DIRECT_BYTES = 16 * 1024;
const LINE_BYTES = 64;
/** Distances between elements (in elements) beyond which instructions cannot reach. */
const FARTHEST = 2 ** 23;
/** Columns from which a copy of A may pay, if it takes more than so many bytes or its rows are a multiple of so many apart. */
const COPYING_COLUMNS = 96;
const COPYING_BYTES = 16 * 1024;
const FAR_ROW_BYTES = 1024;
/** Where in the scratch it goes. */
const COPY_OFFSET = 2 * 2 ** 20;
/** Elements that a thread should copy at least. */
const GRAIN_ELEMENTS = 2 ** 15;
/** Multiply-adds that a thread should get at least. */
const GRAIN_OPERATIONS = 2 ** 18;

/** A part of a product. */
interface Block {
	readonly row: number;
	readonly rows: number;
	readonly step: number;
	readonly steps: number;
}

/** A kernel for a shape. */
interface Product {
	readonly shape: ProductShape;
	readonly kernel: Kernel;
}

/** The strides that the code of a shape depends on, besides its sizes. */
const STRIDES = ["aRow", "aColumn", "bRow", "bColumn", "cRow", "adds", "copiesRight", "hasLeftCopy"] as const;

/** Multiply-adds of a product from which its code is made at once: making it takes a millisecond or a few. */
const LARGE_OPERATIONS = 2 ** 26;
/** Multiplies by machine code what that is good for, and the rest by other means, which must give the same bits. */
export class MachineGemm implements Gemm {
	readonly #kernels: MachineKernels;
	readonly #others: Gemm;
	readonly #products = new Map<number, Product[]>();

	constructor(kernels: MachineKernels, others: Gemm) {
		this.#kernels = kernels;
		this.#others = others;
	}

	addsBias(): boolean {
		return true;
	}

	run(call: GemmCall): void {
		if (!this.#takes(call)) {
			this.#others.run(call);
			return;
		}
		const { m, k } = call;
		const piece = pieceLength(k);
		const blockRows = Math.ceil(m / Math.ceil((m * piece) / BLOCK_ELEMENTS));
		for (let step = 0; step < k; step += piece) {
			for (let row = 0; row < m; row += blockRows) {
				this.#runBlock(call, { row, rows: Math.min(blockRows, m - row), step, steps: Math.min(piece, k - step) });
			}
		}
	}

	#takes(call: GemmCall): boolean {
		const { batch, m, n, k, aRow, aColumn, bRow, bColumn, cRow } = call;
		return (
			batch * m * n * k >= FEWEST_OPERATIONS &&
			(bRow === 1 || bColumn === 1) &&
			n >= FEWEST_COLUMNS &&
			thinLayout(call) === null &&
			Math.max(Math.abs(aRow), Math.abs(aColumn), Math.abs(bRow), Math.abs(bColumn), cRow) < FARTHEST &&
			this.#kernels.hasRoom &&
			(m * n * k >= LARGE_OPERATIONS || this.#kernels.comesAgain(sizeKey(m, n, k)))
		);
	}

	#runBlock(call: GemmCall, { row, rows, step, steps }: Block): void {
		const { n, batch, aRow, aColumn, bRow, bColumn, cRow, bias } = call;
		const { host, lanes } = this.#kernels;
		const [b, c] = [call.b + 4 * step * bRow, call.c + 4 * row * cRow];
		let a = call.a + 4 * (row * aRow + step * aColumn);
		const adds = call.accumulate || step > 0 ? "itself" : bias === 0 ? "nothing" : "bias";
		const copiesRight =
			bColumn !== 1 || (rows >= COPYING_ROWS && (((b | (4 * bRow)) & (LINE_BYTES - 1)) !== 0 || 4 * n * steps > DIRECT_BYTES));
		const hasLeftCopy = copiesLeft(call, rows, steps);
		if (hasLeftCopy) a = this.#copyLeft(a, { m: rows, k: steps, aRow, aColumn, tileRows: tileRows(rows, lanes) });
		const left = hasLeftCopy ? { aRow: 0, aColumn: 0 } : { aRow, aColumn };
		const kernel = this.#kernel({ m: rows, n, k: steps, ...left, bRow, bColumn, cRow, adds, copiesRight, hasLeftCopy });
		this.#kernels.writeArguments([a, b, c, bias], [4 * call.aBatch, 4 * call.bBatch, 4 * call.cBatch]);
		const bands = bandCount(n, lanes);
		host.run(kernel, batch * bands, Math.ceil(GRAIN_OPERATIONS / ((rows * n * steps) / bands)));
	}

	/** Copies a block of A to the caller's scratch, where the product leaves room. */
	#copyLeft(a: number, shape: LeftShape): number {
		const { host, lanes } = this.#kernels;
		const copy = host.scratchAddress + COPY_OFFSET;
		const key = `machine left ${Object.values(shape).join(" ")}`;
		const kernel = this.#kernels.find(key, () => leftCode(shape, lanes));
		this.#kernels.writeArguments([a, copy], []);
		host.run(kernel, Math.ceil(shape.m / shape.tileRows), Math.ceil(GRAIN_ELEMENTS / (shape.tileRows * shape.k)));
		return copy;
	}

	/** The shape's kernel, found by its sizes and then by its strides. */
	#kernel(shape: ProductShape): Kernel {
		const key = sizeKey(shape.m, shape.n, shape.k);
		let alike = this.#products.get(key);
		if (alike === undefined) {
			alike = [];
			this.#products.set(key, alike);
		}
		for (const product of alike) if (isSame(product.shape, shape)) return product.kernel;
		const kernel = this.#kernels.make(`machine product ${Object.values(shape).join(" ")}`, productCode(shape, this.#kernels.lanes));
		alike.push({ shape, kernel });
		return kernel;
	}
}

/** Whether a block of A is copied: where its elements lie far apart, or its rows where the first-level cache cannot hold them together. */
function copiesLeft({ batch, n, aRow, aColumn }: GemmCall, rows: number, steps: number): boolean {
	if (batch > 1 || n < COPYING_COLUMNS || rows < 2) return false;
	if (aRow === 1) return 4 * rows * steps > COPYING_BYTES;
	return aColumn === 1 && (4 * aRow) % FAR_ROW_BYTES === 0;
}

/** A number for three sizes; others may share it where they are large. */
function sizeKey(m: number, n: number, k: number): number {
	return m + 2 ** 17 * (n + 2 ** 17 * k);
}

function isSame(a: ProductShape, b: ProductShape): boolean {
	if (a.m !== b.m || a.n !== b.n || a.k !== b.k) return false;
	for (const name of STRIDES) if (a[name] !== b[name]) return false;
	return true;
}
