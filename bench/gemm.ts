/**
 * Matrix products in GFLOP/s: the executors' `matmul` kernels and the BLAS called directly, interleaved in one run.
 * Squares of 64 … 2048, or with `--shapes works` the products of a training step of W1, W3 and W4.
 *
 *     npm run -s bench -- matmul [--json] [--shapes squares|works] [--executor native,wasm,blas] [--seconds 0.5]
 */
import { parseArgs } from "node:util";
import { hasNativeExecutor } from "gradus";
import { findBlas } from "../src/executors/native/blas.ts";
import { engineNamed, type Product, product } from "./product-engines.ts";

const engineNames = [...(hasNativeExecutor() ? ["native"] : []), ...(findBlas().kind === "found" ? ["blas"] : []), "wasm"];
const { values } = parseArgs({
	options: {
		json: { type: "boolean", default: false },
		shapes: { type: "string", default: "squares" },
		executor: { type: "string", default: engineNames.join() },
		/** For each shape. */
		seconds: { type: "string", default: "0.6" },
		rounds: { type: "string", default: "2" },
	},
});

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

const engines = values.executor.split(",").map((name) => ({ name, engine: engineNamed(name) }));

/** Milliseconds of one run, best and median of many short measurements. */
function measure(of: Product): { name: string; best: number; median: number }[] {
	const operations = of.m * of.n * of.k;
	const repeats = Math.max(1, Math.ceil(1e6 / operations));
	const rows = engines.map(({ name, engine }) => ({ name, run: engine(of), times: [] as number[] }));
	for (const { run } of rows) for (let i = 0; i < Math.min(2000, Math.ceil(3e8 / operations)); i++) run();
	for (let round = 0; round < Number(values.rounds); round++) {
		for (const { run, times } of rows) {
			// One engine for a while: code of 512 bits slows the core down for what follows it.
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
