/**
 * Matrix products by machine code made for their shapes. Sums are formed as those of the WASM product are, in pieces of k, so both give
 * the same bits. A is cut into blocks of rows, which stay in the cache while the bands of B pass by.
 */
import type { Kernel } from "../../wasm/host.ts";
import { type Gemm, type GemmCall, pieceLength, thinLayout } from "../../wasm/kernels/gemm.ts";
import { hasFixedCode } from "../../wasm/kernels/gemm-fixed.ts";
import type { MachineKernels } from "./kernels.ts";
import { leftCode } from "./left-code.ts";
import { bandCount, type ProductShape, productCode, scratchBytes, tileRows } from "./product-code.ts";

/** Multiply-adds in all from which machine code is worth a call through koffi. */
const FEWEST_OPERATIONS = 2 ** 14;
/** Columns from which the vectors of a band are not mostly empty. */
const FEWEST_COLUMNS = 4;
/** Machine code is so many times as fast as WASM; a product of so many multiply-adds is worth the threads of WASM, which share its rows too. */
const MACHINE_SPEED = 2;
const SHARED_OPERATIONS = 2 ** 20;
/** Most elements of a block of A: a megabyte. */
const BLOCK_ELEMENTS = 2 ** 18;
/** Rows from which a copy of B's bands pays, and bytes of B below which it does not, if its rows begin at cache lines. */
const COPYING_ROWS = 29;
const DIRECT_BYTES = 16 * 1024;
const LINE_BYTES = 64;
/** Distances between elements (in elements) beyond which instructions cannot reach. */
const FARTHEST = 2 ** 23;
/**
 * Columns of C and bytes of A from which a copy of A pays, if its steps lie apart or its rows a multiple of so many bytes. Measured: 512 × 784 × 128
 * with steps apart takes 0.85 of the time, 512³ 0.81, 128³ and smaller 1.03 and more.
 */
const COPYING_COLUMNS = 96;
const COPYING_BYTES = 128 * 1024;
const FAR_ROW_BYTES = 2048;
/** Where in the scratch it goes. */
const COPY_OFFSET = 2 * 2 ** 20;
/** Elements that a thread should copy at least. */
const GRAIN_ELEMENTS = 2 ** 15;
/** Multiply-adds of a product from which its code is made at once: making it takes a millisecond or a few. */
const LARGE_OPERATIONS = 2 ** 26;
/** Multiply-adds that a thread should get at least. */
const GRAIN_OPERATIONS = 2 ** 18;

/** A part of a product. */
interface Block {
	readonly row: number;
	readonly rows: number;
	readonly step: number;
	readonly steps: number;
}

/** The kernels for a shape. */
interface Product {
	readonly shape: ProductShape;
	readonly kernel: Kernel;
	/** Copies A beforehand, if that is how the product reads it. */
	readonly copyLeft: Kernel | null;
}

/** The strides that the code of a shape depends on, besides its sizes. */
const STRIDES = ["aRow", "aColumn", "bRow", "bColumn", "cRow", "adds", "copiesRight", "hasLeftCopy"] as const;

/** Multiplies by machine code what that is good for, and the rest by other means, which must give the same bits. */
export class MachineGemm implements Gemm {
	readonly #kernels: MachineKernels;
	readonly #others: Gemm;
	readonly #products = new Map<number, Product[]>();
	/** Sizes of calls that machine code is made for. */
	readonly #admitted = new Set<number>();

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
			Math.max(Math.abs(aRow), Math.abs(aColumn), Math.abs(bRow), Math.abs(bColumn), Math.abs(cRow)) < FARTHEST &&
			scratchBytes(pieceLength(k), this.#kernels.lanes) <= COPY_OFFSET &&
			!this.#sharesBetter(call) &&
			this.#admits(m, n, k)
		);
	}

	/** Whether there are so few bands that most threads would have nothing to do, and the product is worth sharing. */
	#sharesBetter({ batch, m, n, k }: GemmCall): boolean {
		const { host, lanes } = this.#kernels;
		return MACHINE_SPEED * batch * bandCount(n, lanes) < host.threadCount && m * n * k >= SHARED_OPERATIONS;
	}

	/** Whether there is code for these sizes, or may be from now on. */
	#admits(m: number, n: number, k: number): boolean {
		const key = sizeKey(m, n, k);
		if (this.#admitted.has(key)) return true;
		const { hasRoom } = this.#kernels;
		if (!hasRoom || (m * n * k < LARGE_OPERATIONS && !this.#kernels.comesAgain(key))) return false;
		this.#admitted.add(key);
		return true;
	}

	#runBlock(call: GemmCall, { row, rows, step, steps }: Block): void {
		const { n, batch, aRow, aColumn, bRow, bColumn, cRow, bias } = call;
		const { host, lanes } = this.#kernels;
		const [b, c] = [call.b + 4 * step * bRow, call.c + 4 * row * cRow];
		const a = call.a + 4 * (row * aRow + step * aColumn);
		const adds = call.accumulate || step > 0 ? "itself" : bias !== 0 ? "bias" : hasFixedCode(call) ? "nothing" : "zero";
		const copiesRight =
			bColumn !== 1 || (rows >= COPYING_ROWS && (((b | (4 * bRow)) & (LINE_BYTES - 1)) !== 0 || 4 * n * steps > DIRECT_BYTES));
		const hasLeftCopy = copiesLeft(call, rows, steps);
		const product = this.#product({ m: rows, n, k: steps, aRow, aColumn, bRow, bColumn, cRow, adds, copiesRight, hasLeftCopy });
		if (product === null) {
			this.#others.run({ ...call, m: rows, k: steps, a, b, c, accumulate: adds === "itself", bias: adds === "bias" ? bias : 0 });
			return;
		}
		const left = product.copyLeft === null ? a : this.#copyLeft(product.copyLeft, a, product.shape);
		this.#kernels.writeArguments([left, b, c, bias], [4 * call.aBatch, 4 * call.bBatch, 4 * call.cBatch]);
		const bands = bandCount(n, lanes);
		host.run(product.kernel, batch * bands, Math.ceil(GRAIN_OPERATIONS / ((rows * n * steps) / bands)));
	}

	/** Copies a block of A to the caller's scratch, where the product leaves room. */
	#copyLeft(kernel: Kernel, a: number, { m, k }: ProductShape): number {
		const { host, lanes } = this.#kernels;
		const copy = host.scratchAddress + COPY_OFFSET;
		const rows = tileRows(m, lanes);
		this.#kernels.writeArguments([a, copy], []);
		host.run(kernel, Math.ceil(m / rows), Math.ceil(GRAIN_ELEMENTS / (rows * k)));
		return copy;
	}

	/** The shape's product, found by its sizes and then by the rest; null if there is no room for its code or the system refuses it. */
	#product(shape: ProductShape): Product | null {
		const key = sizeKey(shape.m, shape.n, shape.k);
		let alike = this.#products.get(key);
		if (alike === undefined) {
			alike = [];
			this.#products.set(key, alike);
		}
		for (const product of alike) if (isSame(product.shape, shape)) return product;
		const { hasRoom, lanes } = this.#kernels;
		if (!hasRoom) return null;
		const name = Object.values(shape).join(" ");
		const kernel = this.#kernels.make(`machine product ${name}`, productCode(shape, lanes));
		const copyCode = (): Uint8Array => leftCode({ ...shape, tileRows: tileRows(shape.m, lanes) }, lanes);
		const copyLeft = shape.hasLeftCopy ? this.#kernels.make(`machine copy for ${name}`, copyCode()) : null;
		if (kernel === null || (shape.hasLeftCopy && copyLeft === null)) return null;
		const product = { shape, kernel, copyLeft };
		alike.push(product);
		return product;
	}
}

/** Whether a block of A is copied: where its elements lie far apart, or its rows where the first-level cache cannot hold them together. */
function copiesLeft({ batch, n, aRow, aColumn }: GemmCall, rows: number, steps: number): boolean {
	if (batch > 1 || n < COPYING_COLUMNS || 4 * rows * steps < COPYING_BYTES) return false;
	return aRow === 1 || (aColumn === 1 && (4 * aRow) % FAR_ROW_BYTES === 0);
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
