import { afterEach, expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { type Host, SCRATCH_BYTES } from "../../wasm/host.ts";
import { ThreadPool } from "../../wasm/threads.ts";
import { Convolution } from "./images-testing.ts";
import { type Engine, firstDifference, machineEngine, machineLanes } from "./machine-testing.ts";
import { type Case, Product } from "./products-testing.ts";

/** Runs after which workers should have done something: they sleep at first, and there may be fewer cores than threads. */
const MOST_RUNS = 500;
/** Runs that are compared in any case. */
const FEWEST_RUNS = 2;

const products: Record<string, Case> = {
	"read where it lies": { m: 20, n: 1000, k: 150, adds: "bias" },
	"with copies of B": { m: 200, n: 200, k: 200, adds: "itself" },
	"with a transposed B": { m: 200, n: 201, k: 199, b: { transposed: true }, adds: "bias" },
	"with copies of A": { m: 300, n: 200, k: 256, a: { gap: 768 } },
	"with a transposed A": { m: 400, n: 130, k: 380, a: { transposed: true } },
	"of a batch": { batch: 36, m: 80, n: 32, k: 50 },
};

const images = {
	"with 16 channels": { images: 12, inChannels: 16, outChannels: 32, height: 28, width: 28, padding: [1, 1], bias: true },
	"without padding": { images: 9, inChannels: 24, outChannels: 16, height: 33, width: 21, padding: [0, 0] },
} as const;

describeIf(requires.machineCode, "machine code on threads", () => {
	const pools: ThreadPool[] = [];
	afterEach(async () => {
		await Promise.all(pools.splice(0).map((pool) => pool.close()));
	});

	/** Runs with several threads until workers took part, and compares each result with that of one thread. */
	async function check(engine: Engine, threadCount: number, run: () => readonly Float32Array[]): Promise<void> {
		const { host } = engine;
		const alone = run();
		const pool = await ThreadPool.start({ heap: host.heap, threadCount, scratchBytes: SCRATCH_BYTES });
		pools.push(pool);
		const shares = sharesOf(pool, host);
		try {
			for (let runs = 0; runs < FEWEST_RUNS || (shares.workers === 0 && runs < MOST_RUNS); runs++) {
				run().forEach((values, i) => {
					expect(firstDifference(values, alone[i]), `result ${i} of run ${runs}`).toBeNull();
				});
			}
		} finally {
			host.usePool(null);
		}
		expect(shares.workers, "units that workers did").toBeGreaterThan(0);
	}

	for (const lanes of machineLanes()) {
		const engine = machineEngine(lanes);
		for (const threadCount of [2, 3]) {
			it.each(Object.entries(products))(`a product %s has the same bits, ${lanes} lanes, ${threadCount} threads`, async (_, test) => {
				const product = new Product(test);
				await check(engine, threadCount, () => [product.by(engine)]);
			});

			it.each(Object.entries(images))(`a convolution %s has the same bits, ${lanes} lanes, ${threadCount} threads`, async (_, test) => {
				const convolution = new Convolution(test);
				expect(convolution.usesTiles).toBe(true);
				await check(engine, threadCount, () => Object.values(convolution.by(engine)));
			});
		}

		it(`workers find operands in a heap that has grown since they started, ${lanes} lanes`, async () => {
			const growing = machineEngine(lanes);
			const product = new Product({ m: 300, n: 200, k: 256, adds: "bias" });
			await check(growing, 2, () => {
				growing.host.heap.allocate(2 ** 22);
				return [product.by(growing)];
			});
		});

		it(`leaves nothing to WebAssembly, and copies A where cases say so, ${lanes} lanes`, () => {
			expect(engine.left).toEqual({ products: 0, transforms: 0 });
			expect(engine.copyKernelCount()).toBe(2);
		});
	}
});

/** Puts a pool to work on a host, and counts the units that its workers do. */
function sharesOf(pool: ThreadPool, host: Host): { workers: number } {
	const shares = { workers: 0 };
	const observed: Pick<ThreadPool, "threadCount" | "run"> = {
		threadCount: pool.threadCount,
		run: (kernel, unitCount, grain, args) => {
			let own = 0;
			const run: typeof kernel.run = (start, end, at) => {
				own += end - start;
				kernel.run(start, end, at);
			};
			pool.run({ ...kernel, run }, unitCount, grain, args);
			shares.workers += unitCount - own;
		},
	};
	host.usePool(observed as ThreadPool);
	return shares;
}
