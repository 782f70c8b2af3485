/** Matrix products as executors do them and as the BLAS does them when it is called directly, on operands made once. */
import { createNativeExecutor, createWasmExecutor, type Executor } from "gradus";
import { type Blas, findBlas } from "../src/executors/native/blas.ts";
import type { Operand } from "../src/kernels/contracts.ts";

/** C `[m, n]` = A `[m, k]` · B `[k, n]`; `N` or `T` says how A and B lie in memory. */
export interface Product {
	readonly m: number;
	readonly n: number;
	readonly k: number;
	readonly layout: "NN" | "NT" | "TN";
}

export const product = (m: number, n: number, k: number, layout: Product["layout"]): Product => ({ m, n, k, layout });

/** Something that can be asked for a product. */
export type Engine = (of: Product) => () => void;

/** The engine of that name: `native`, `wasm` or `blas`. @throws Error if the machine lacks what it needs */
export function engineNamed(name: string): Engine {
	if (name === "wasm") return onExecutor(createWasmExecutor());
	if (name === "native") return onExecutor(createNativeExecutor());
	const search = findBlas();
	if (search.kind === "missing") throw new Error(`No BLAS: ${search.tried.join("; ")}`);
	search.blas.setThreads(1);
	return onBlas(search.blas);
}

function onExecutor(executor: Executor): Engine {
	const operand = (rows: number, columns: number, transposed: boolean): Operand => {
		const size = rows * columns;
		const block = executor.allocate("float32", size);
		executor.write(block, "float32", 0, numbers(size));
		const strides = transposed ? [size, 1, rows] : [size, columns, 1];
		return { block, dtype: "float32", shape: [1, rows, columns], strides, offset: 0, size, contiguous: !transposed };
	};
	return ({ m, n, k, layout }) => {
		const [a, b, out] = [operand(m, k, layout[0] === "T"), operand(k, n, layout[1] === "T"), operand(m, n, false)];
		return () => executor.kernels.matmul(a, b, out, { bias: null, activation: null, accumulate: false });
	};
}

function onBlas(blas: Blas): Engine {
	const matrix = (size: number): number => {
		const memory = new Float32Array(new SharedArrayBuffer(4 * size));
		memory.set(numbers(size));
		kept.push(memory);
		return blas.addressOf(memory.buffer);
	};
	const kept: Float32Array[] = [];
	return ({ m, n, k, layout }) => {
		const [a, b, c] = [matrix(m * k), matrix(k * n), matrix(m * n)];
		const [transA, transB] = [layout[0] === "T" ? 112 : 111, layout[1] === "T" ? 112 : 111];
		return () => blas.sgemm(101, transA, transB, m, n, k, 1, a, transA === 112 ? m : k, b, transB === 112 ? k : n, 0, c, n);
	};
}

function numbers(count: number): Float32Array {
	return Float32Array.from({ length: count }, (_, i) => Math.sin(i));
}
