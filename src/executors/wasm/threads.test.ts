import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { ArgumentError, ExecutorError, OutOfMemoryError } from "../../core/errors.ts";
import { type Code, type Expr, i32, type Local, type ModuleBuilder } from "./assembler.ts";
import { Host, type Kernel, SCRATCH_BYTES } from "./host.ts";
import { ThreadPool } from "./threads.ts";

const pools: ThreadPool[] = [];
afterEach(async () => {
	await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const newHost = (): Host => new Host({ shared: true, relaxedSimd: false });

async function startPool(host: Host, threadCount: number): Promise<ThreadPool> {
	const pool = await ThreadPool.start({ heap: host.heap, threadCount, scratchBytes: SCRATCH_BYTES });
	pools.push(pool);
	host.usePool(pool);
	return pool;
}

/** A kernel that does `body` for each unit; argument word 0 is the address of the output. */
function unitKernel(host: Host, key: string, body: (module: ModuleBuilder, unit: Expr<"i32">, out: Expr<"i32">) => Code): Kernel {
	return host.kernel(key, (module) => {
		module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, ...parameters) => {
			const [start, end, args] = parameters as Local<"i32">[];
			const pause = f.local("i32");
			return [
				f.loop(start, { to: end.get }, (unit) => [
					body(module, unit, i32.load(args.get)),
					// Long enough a unit that workers get their share.
					f.loop(pause, { from: i32.const(0), to: i32.const(2000) }, () => []),
				]),
			];
		});
	});
}

const wordAt = (out: Expr<"i32">, unit: Expr<"i32">): Expr<"i32"> => i32.add(out, i32.shl(unit, i32.const(2)));

/** out[unit]++. */
const countUnits = (host: Host): Kernel =>
	unitKernel(host, "count", (_, unit, out) => i32.store(wordAt(out, unit), i32.add(i32.load(wordAt(out, unit)), i32.const(1))));

/** out[unit] = scratch address of the thread that did it. */
const nameThreads = (host: Host, key = "name"): Kernel =>
	unitKernel(host, key, (module, unit, out) => i32.store(wordAt(out, unit), module.scratch));

/** A cleared block of words that is argument 0. */
function outputWords(host: Host, length: number): () => Int32Array {
	const address = host.heap.allocate(4 * length);
	host.heap.i32.fill(0, address / 4, address / 4 + length);
	host.heap.i32[host.args] = address;
	return () => host.heap.i32.slice(address / 4, address / 4 + length);
}

/** Runs the kernel until all of `threadCount` threads have done units in one run; how many threads at most took part. */
function runUntilShared(host: Host, kernel: Kernel, words: () => Int32Array, threadCount: number): number {
	let most = 0;
	for (let tries = 0; tries < 2000 && most < threadCount; tries++) {
		host.run(kernel, words().length, 1);
		most = Math.max(most, new Set(words()).size);
	}
	return most;
}

test.each([1, 2, 3, 5])("every unit is done exactly once by %i threads, whatever the grain", async (threadCount) => {
	const host = newHost();
	await startPool(host, threadCount);
	const kernel = countUnits(host);
	const length = 1013;
	const words = outputWords(host, length);
	const grains = [1, 2, 7, 64, 500, 1012];
	for (let round = 0; round < 20; round++) for (const grain of grains) host.run(kernel, length, grain);
	expect(words()).toEqual(new Int32Array(length).fill(20 * grains.length));
});

test("workers share the work, each with a scratch area of its own", async () => {
	const host = newHost();
	const kernel = nameThreads(host);
	await startPool(host, 2);
	expect(runUntilShared(host, kernel, outputWords(host, 500), 2)).toBe(2);
});

test("a kernel compiled after the heap has grown past its size at the start runs on workers", async () => {
	const host = newHost();
	await startPool(host, 2);
	host.heap.allocate(100 * 2 ** 20);
	const kernel = nameThreads(host, "name after growth");
	expect(runUntilShared(host, kernel, outputWords(host, 500), 2)).toBe(2);
});

test("an error on a worker is thrown by run, and the next run works", async () => {
	const host = newHost();
	await startPool(host, 2);
	const words = outputWords(host, 500);
	const failing = unitKernel(host, "fails on workers", (module, unit, out) =>
		i32.store(wordAt(out, unit), i32.divS(i32.const(1), i32.eq(module.scratch, i32.const(host.scratchAddress)))),
	);
	const runOften = (): void => {
		for (let i = 0; i < 2000; i++) host.run(failing, 500, 1);
	};
	expect(runOften).toThrow(ExecutorError);
	expect(runOften).toThrow(/kernel "fails on workers" failed on a worker thread: RuntimeError: divide by zero/);
	const counting = countUnits(host);
	host.run(nameThreads(host), 500, 1);
	const before = words();
	host.run(counting, 500, 1);
	expect(words()).toEqual(before.map((word) => word + 1));
});

test("an error on the calling thread is thrown by run, and the next run works", async () => {
	const host = newHost();
	await startPool(host, 2);
	const words = outputWords(host, 500);
	const failing = unitKernel(host, "fails", (_module, unit, out) => i32.store(out, i32.divS(i32.const(1), i32.sub(unit, unit))));
	expect(() => host.run(failing, 500, 1)).toThrow(/divide by zero/);
	host.run(countUnits(host), 500, 1);
	expect(words()).toEqual(new Int32Array(500).fill(1));
});

test("starting and closing again and again leaves nothing on the heap and no worker behind", async () => {
	const host = newHost();
	const kernel = countUnits(host);
	const words = outputWords(host, 100);
	const before = { heap: host.heap.use(), handles: process.getActiveResourcesInfo().length };
	for (let i = 0; i < 8; i++) {
		const pool = await startPool(host, 3);
		host.run(kernel, 100, 1);
		host.usePool(null);
		await pool.close();
		await pool.close();
		const { used, blockCount } = host.heap.use();
		expect({ used, blockCount }).toEqual({ used: before.heap.used, blockCount: before.heap.blockCount });
	}
	expect(words()).toEqual(new Int32Array(100).fill(8));
	expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before.handles);
});

test("a closed pool refuses to run", async () => {
	const host = newHost();
	const pool = await startPool(host, 2);
	await pool.close();
	expect(() => host.run(countUnits(host), 10, 1)).toThrow(ExecutorError);
});

test.each([0, -1, 1.5, Number.NaN, 257])("a thread count of %d is refused", async (threadCount) => {
	const { heap } = newHost();
	await expect(ThreadPool.start({ heap, threadCount, scratchBytes: SCRATCH_BYTES })).rejects.toThrow(ArgumentError);
});

test("a heap that is not shared is refused", async () => {
	const { heap } = new Host({ shared: false, relaxedSimd: false });
	await expect(ThreadPool.start({ heap, threadCount: 2, scratchBytes: SCRATCH_BYTES })).rejects.toThrow(ExecutorError);
});

test("a pool that does not fit leaves the heap as it was", async () => {
	const { heap } = new Host({ shared: true, relaxedSimd: false, limitBytes: 20 * 2 ** 20 });
	const before = heap.use().blockCount;
	await expect(ThreadPool.start({ heap, threadCount: 8, scratchBytes: SCRATCH_BYTES })).rejects.toThrow(OutOfMemoryError);
	expect(heap.use().blockCount).toBe(before);
});

test("a process ends by itself although its pool was not closed", async () => {
	const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
	const program = `
		const { Host, SCRATCH_BYTES } = await import(${url("./host.ts")});
		const { ThreadPool } = await import(${url("./threads.ts")});
		const { heap } = new Host({ shared: true, relaxedSimd: false });
		const pool = await ThreadPool.start({ heap, threadCount: 3, scratchBytes: SCRATCH_BYTES });
		console.log(pool.threadCount);
	`;
	const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
	expect(stdout).toBe("3\n");
});
