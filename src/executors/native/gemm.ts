/**
 * Matrix products of the native executor where there is no machine code: a BLAS on addresses inside the WASM heap, and the WASM product where that is
 * faster (small products) or the BLAS has no form for it (strides on both axes).
 */
import type { Host } from "../wasm/host.ts";
import type { Gemm, GemmCall } from "../wasm/kernels/gemm.ts";
import type { Blas } from "./blas.ts";

const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;

/**
 * Multiply-adds of one product from which the call through koffi pays. Measured (Skylake, OpenBLAS 0.3.21): 32 × 16 × 16 takes 0.7 µs
 * in WASM and 1.0 in the BLAS (transposed 0.8 and 1.7), 32 × 32 × 32 about 1.7 in both.
 */
const CROSSING_OPERATIONS = 2 ** 14;
/**
 * Batches of products with two sides up to this are left to WASM, whatever the third. They are as fast there (16 columns, k = 16:
 * 35 GFLOP/s either way), and where the BLAS uses AVX-512, the core runs all other code slower, by a quarter or so, for the next
 * 0.7 ms: the transforms of images around such a batch.
 */
const NARROW = 16;
/**
 * A BLAS gives a product of fewer multiply-adds than this to one thread. With at least so many threads, a batch of such products is
 * left to WASM, whose threads share the batch out.
 */
const SHARED_OPERATIONS = 2 ** 20;
const MANY_THREADS = 3;

/** Multiplies through a BLAS. */
export class BlasGemm implements Gemm {
	readonly #host: Host;
	readonly #blas: Blas;
	readonly #wasm: Gemm;
	#buffer: ArrayBufferLike;
	#base: number;

	constructor(host: Host, blas: Blas, wasm: Gemm) {
		this.#host = host;
		this.#blas = blas;
		this.#wasm = wasm;
		this.#buffer = host.heap.u8.buffer;
		this.#base = blas.addressOf(this.#buffer);
	}

	addsBias(operationCount: number): boolean {
		return operationCount < CROSSING_OPERATIONS;
	}

	/** Computes it, with as many threads as the BLAS was told. */
	run(call: GemmCall): void {
		const { m, n, k } = call;
		const [lda, ldb] = [leadingStride(call.aRow, call.aColumn, m, k), leadingStride(call.bRow, call.bColumn, k, n)];
		if (lda === 0 || ldb === 0 || this.#prefersWasm(call)) {
			this.#wasm.run(call);
			return;
		}
		if (call.bias !== 0) this.#fillRows(call);
		const base = this.#heapBase();
		const transA = lda > 0 ? PLAIN : TRANSPOSED;
		const transB = ldb > 0 ? PLAIN : TRANSPOSED;
		const beta = call.accumulate || call.bias !== 0 ? 1 : 0;
		for (let i = 0; i < call.batch; i++) {
			const a = base + call.a + 4 * i * call.aBatch;
			const b = base + call.b + 4 * i * call.bBatch;
			const c = base + call.c + 4 * i * call.cBatch;
			this.#blas.sgemm(ROW_MAJOR, transA, transB, m, n, k, 1, a, Math.abs(lda), b, Math.abs(ldb), beta, c, call.cRow);
		}
	}

	#prefersWasm({ batch, m, n, k }: GemmCall): boolean {
		const middle = m + n + k - Math.max(m, n, k) - Math.min(m, n, k);
		const operations = m * n * k;
		if (operations < CROSSING_OPERATIONS || (batch > 1 && middle <= NARROW)) return true;
		const { threadCount } = this.#host;
		return threadCount >= MANY_THREADS && batch >= threadCount && operations < SHARED_OPERATIONS;
	}

	/** The heap's address, which may be another after it grew. */
	#heapBase(): number {
		const { buffer } = this.#host.heap.u8;
		if (buffer !== this.#buffer) {
			this.#buffer = buffer;
			this.#base = this.#blas.addressOf(buffer);
		}
		return this.#base;
	}

	/** Every row of C becomes the bias: a product with k = 0. */
	#fillRows(call: GemmCall): void {
		this.#wasm.run({ ...call, k: 0 });
	}
}

/**
 * The stride that BLAS wants for a matrix of `rows × columns`: positive for row-major, negative for column-major
 * (transposed), 0 if it is neither.
 */
function leadingStride(row: number, column: number, rows: number, columns: number): number {
	if ((column === 1 || columns === 1) && (row >= columns || rows === 1)) return Math.max(row, columns);
	if ((row === 1 || rows === 1) && (column >= rows || columns === 1)) return -Math.max(column, rows);
	return 0;
}
