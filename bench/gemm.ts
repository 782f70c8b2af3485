/**
 * Matrix products in GFLOP/s: the executors' `matmul` kernels and the BLAS called directly, interleaved in one run.
 * Squares of 64 … 2048, or with `--shapes works` the products of a training step of W1, W3 and W4.
 *
 *     npm run -s bench -- matmul [--json] [--shapes squares|works] [--executor native,wasm,blas] [--seconds 0.5]
 */
import { parseArgs } from "node:util";
import { createNativeExecutor, createWasmExecutor, type Executor, findsBlas } from "gradus";
import { type Blas, findBlas } from "../src/executors/native/blas.ts";
import type { Operand } from "../src/kernels/contracts.ts";

const { values } = parseArgs({
	options: {
		json: { type: "boolean", default: false },
		shapes: { type: "string", default: "squares" },
		executor: { type: "string", default: findsBlas() ? "native,blas,wasm" : "wasm" },
		/** For each shape. */
		seconds: { type: "string", default: "0.6" },
		rounds: { type: "string", default: "2" },
	},
});

/** C `[m, n]` = A `[m, k]` · B `[k, n]`; `N` or `T` says how A and B lie in memory. */
interface Product {
	readonly m: number;
	readonly n: number;
	readonly k: number;
	readonly layout: "NN" | "NT" | "TN";
}

const product = (m: number, n: number, k: number, layout: Product["layout"]): Product => ({ m, n, k, layout });
const squares = [64, 128, 256, 512, 1024, 2048].flatMap((n) => (["NN", "NT"] as const).map((layout) => product(n, n, n, layout)));
const ofWorks = [
	...[product(100, 100, 784, "NT"), product(100, 784, 100, "TN")],
	...[product(100, 100, 100, "NT"), product(100, 100, 100, "TN"), product(100, 100, 100, "NN"), product(100, 10, 100, "NT")],
	...[product(128, 512, 784, "NT"), product(512, 784, 128, "TN")],
	...[product(128, 512, 512, "NT"), product(512, 512, 128, "TN"), product(128, 512, 512, "NN")],
	...[product(64, 128, 9216, "NT"), product(128, 9216, 64, "TN"), product(64, 9216, 128, "NN")],
	...[product(32, 16, 16, "NT"), product(1, 512, 784, "NT")],
];
const products = values.shapes === "works" ? ofWorks : squares;

/** Something that can be asked for a product; the operands are made once. */
type Engine = (of: Product) => () => void;

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

function engineNamed(name: string): Engine {
	if (name === "wasm") return onExecutor(createWasmExecutor());
	if (name === "native") return onExecutor(createNativeExecutor());
	const search = findBlas();
	if (search.kind === "missing") throw new Error(`No BLAS: ${search.tried.join("; ")}`);
	search.blas.setThreads(1);
	return onBlas(search.blas);
}

const engines = values.executor.split(",").map((name) => ({ name, engine: engineNamed(name) }));

/** Milliseconds of one run, best and median of many short measurements. */
function measure(of: Product): { name: string; best: number; median: number }[] {
	const operations = of.m * of.n * of.k;
	const repeats = Math.max(1, Math.ceil(1e6 / operations));
	const rows = engines.map(({ name, engine }) => ({ name, run: engine(of), times: [] as number[] }));
	for (const { run } of rows) for (let i = 0; i < Math.min(2000, Math.ceil(3e8 / operations)); i++) run();
	for (let round = 0; round < Number(values.rounds); round++) {
		for (const { run, times } of rows) {
			// One engine for a while: AVX-512 code slows the core down for what follows it.
			const end = performance.now() + (1000 * Number(values.seconds)) / Number(values.rounds) / rows.length;
			do {
				const start = performance.now();
				for (let i = 0; i < repeats; i++) run();
				times.push((performance.now() - start) / repeats);
			} while (performance.now() < end);
		}
	}
	return rows.map(({ name, times }) => {
		const sorted = times.sort((a, b) => a - b);
		return { name, best: sorted[0], median: sorted[sorted.length >> 1] };
	});
}

for (const of of products) {
	const { m, n, k, layout } = of;
	const results = measure(of).map(({ name, best, median }) => {
		const gflops = (ms: number): number => Math.round((2 * m * n * k) / ms / 1e5) / 10;
		return { engine: name, m, n, k, layout, gflops: gflops(best), medianGflops: gflops(median), microseconds: best * 1000 };
	});
	if (values.json) for (const result of results) console.log(JSON.stringify(result));
	else {
		const cells = results.map(
			({ engine, gflops, microseconds }) => `${engine} ${String(gflops).padStart(6)} (${microseconds.toFixed(1)} µs)`,
		);
		console.log(`${`${m} × ${n} × ${k}`.padEnd(18)} ${layout}   ${cells.join("   ")}`);
	}
}
process.exit(0);
