/**
 * Addresses above 2 GiB are negative where somebody forgot that they have no sign, and a block around 2 GiB has both kinds.
 * A large block that is never touched costs nothing, and operands can be put anywhere in it.
 */
import { afterAll, describe, expect, it } from "vitest";
import { eagerNativeExecutor } from "../../../test/executors.ts";
import { requires } from "../../../test/requires.ts";
import { formula } from "../../kernels/formula.ts";
import { empty, ones, scope, tensor, withExecutor } from "../../tensor/index.ts";
import { createNativeExecutor, createReferenceExecutor, createWasmExecutor } from "../index.ts";
import type { ArraySpec, KernelCall } from "./kernels/every-kernel.ts";
import { bytesOfSpec, calls, expectClose, roundUp, runAt } from "./kernels/run-every-kernel.ts";

const GIB = 2 ** 30;
const SIGN = 2 * GIB;
/** What the heap leaves free behind its last block. */
const GUARD_BYTES = 64;

const reference = createReferenceExecutor();
const small = reference.allocate("uint8", 2 ** 22);

const fast = [
	{ name: "wasm", executor: createWasmExecutor() },
	...(requires.machineCode.found ? [{ name: "native", executor: eagerNativeExecutor() }] : []),
	...(requires.blas.found ? [{ name: "native with a BLAS", executor: createNativeExecutor({ machineCode: false }) }] : []),
];

describe.each(fast)("on $name", ({ executor }) => {
	const block = executor.allocate("uint8", 3.25 * GIB);
	const { address } = block as unknown as { address: number };
	afterAll(() => executor.release(block));

	it.each(calls)("%s gives the same above 3 GiB and across 2 GiB as anywhere", (_, of) => {
		const specs = [...of.reads, ...of.writes];
		const packed = (from: number) => (index: number) =>
			from + specs.slice(0, index).reduce((sum, spec) => sum + roundUp(bytesOfSpec(spec)) + 64, 0);
		const expected = runAt(reference, small, of, packed(64));
		const high = packed(roundUp(3 * GIB - address));
		expectClose(runAt(executor, block, of, high), expected, "above 3 GiB");
		specs.forEach((spec, across) => {
			const around = SIGN - address - roundUp(bytesOfSpec(spec) / 2);
			expectClose(
				runAt(executor, block, of, (index) => (index === across ? around : high(index))),
				expected,
				`array ${across} across 2 GiB`,
			);
		});
	});

	it("threads find kernels and scratch space above 2 GiB", async () => {
		await executor.setThreads?.(2);
		try {
			const [rows, n] = [600, 100];
			const product: KernelCall = {
				reads: [{ shape: [1, rows, n] }, { shape: [1, n, n], order: [0, 2, 1] }],
				writes: [{ shape: [1, rows, n] }],
				run: ({ matmul }, [a, b], [out]) => matmul(a, b, out, { bias: null, activation: null, accumulate: false }),
			};
			// Each formula is a kernel that no thread has seen: whichever are awake must find its code.
			const maps = Array.from({ length: 20 }, (_, i): KernelCall => {
				const fresh = formula(`fresh ${i}`, (x) => x.mul(i + 2.5));
				const array: ArraySpec = { shape: [rows * n] };
				return { reads: [array], writes: [array], run: ({ map }, reads, writes) => map(fresh, reads, writes) };
			});
			const room = reference.allocate("uint8", 2 ** 20);
			const at = (from: number) => (index: number) => from + index * 4 * rows * n;
			for (const [i, of] of [product, ...maps].entries()) {
				expectClose(runAt(executor, block, of, at(roundUp(3 * GIB - address))), runAt(reference, room, of, at(0)), `run ${i}`);
			}
		} finally {
			await executor.setThreads?.(1);
		}
	});
});

describe("at the very end of 4 GiB", () => {
	const executor = createWasmExecutor();
	// Room for what kernels need themselves, then all the rest in one block.
	const room = executor.allocate("uint8", 64 * 2 ** 20);
	const { address: roomAddress } = room as unknown as { address: number };
	const bytes = 4 * GIB - GUARD_BYTES - (roomAddress + 64 * 2 ** 20);
	const block = executor.allocate("uint8", bytes);
	executor.release(room);
	const guard = new Uint8Array(GUARD_BYTES).fill(0xee);
	executor.write(block, "uint8", bytes, guard);

	it("the heap is used up to its guard", () => {
		const { address } = block as unknown as { address: number };
		expect(address + bytes).toBe(4 * GIB - GUARD_BYTES);
		expect(executor.memory().reserved).toBe(4 * GIB);
	});

	it.each(calls)("%s reads and writes nothing beyond", (_, of) => {
		const specs = [...of.reads, ...of.writes];
		const packed = (from: number) => (index: number) =>
			from + specs.slice(0, index).reduce((sum, spec) => sum + roundUp(bytesOfSpec(spec)) + 64, 0);
		const expected = runAt(reference, small, of, packed(64));
		specs.forEach((spec, last) => {
			const atEnd = bytes - roundUp(bytesOfSpec(spec));
			expectClose(
				runAt(executor, block, of, (index) => (index === last ? atEnd : packed(64)(index))),
				expected,
				`array ${last} at the end`,
			);
		});
		expect(executor.readSync?.(block, "uint8", bytes, GUARD_BYTES)).toEqual(guard);
	});
});

describe("a view of a tensor of 2.5 GiB", () => {
	it("is read by formulas, reductions and products like any other", () => {
		const executor = createWasmExecutor();
		withExecutor(executor, () =>
			scope(() => {
				const length = (2.5 * GIB) / 4;
				const large = empty([length]);
				const at = length - 12;
				executor.write(
					large.block,
					"float32",
					at,
					Float32Array.from({ length: 12 }, (_, i) => i),
				);
				const matrix = large.slice([[at, length]]).reshape([3, 4]);
				expect(matrix.add(1).toArray()).toEqual([
					[1, 2, 3, 4],
					[5, 6, 7, 8],
					[9, 10, 11, 12],
				]);
				expect(matrix.sum(0).toArray()).toEqual([12, 15, 18, 21]);
				expect(
					matrix
						.transpose()
						.matmul(ones([3, 1]))
						.flatten()
						.toArray(),
				).toEqual([12, 15, 18, 21]);
				expect(
					tensor([3])
						.add(matrix.flip([0, 1]).select(0, 0))
						.toArray(),
				).toEqual([14, 13, 12, 11]);
				expect(large.at(-1).item()).toBe(11);
			}),
		);
	});
});
