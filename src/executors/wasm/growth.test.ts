/**
 * Where memory is not shared, growing it takes the old views away: writing through one of them is lost in silence.
 * A kernel that needs room for itself must therefore look again after asking for it.
 */
import { describe, expect, it } from "vitest";
import { createReferenceExecutor } from "../index.ts";
import type { Heap } from "./heap.ts";
import { Host } from "./host.ts";
import { executorOver, wasmKernels } from "./index.ts";
import { bytesOfSpec, calls, expectClose, roundUp, runAt } from "./kernels/run-every-kernel.ts";

const reference = createReferenceExecutor();
const room = reference.allocate("uint8", 2 ** 22);

/** Allocates until the next block, however small, makes the memory grow. */
function exhaust(heap: Heap): void {
	const { reserved } = heap.use();
	let bytes = reserved / 2;
	while (bytes >= 64) {
		const before = heap.memory.buffer;
		const address = heap.allocate(bytes);
		if (heap.memory.buffer === before) continue;
		// Too much: the block stays free, and what is left is smaller.
		heap.release(address);
		bytes = 0;
	}
}

describe("a kernel on memory that grows while it runs", () => {
	it.each(calls)("%s gives the same", (_, call) => {
		const host = new Host({ shared: false, relaxedSimd: true });
		const executor = executorOver(host, wasmKernels(host), () => ({ name: "wasm", threads: 1, details: {} }));
		const specs = [...call.reads, ...call.writes];
		const at = (index: number): number => specs.slice(0, index).reduce((sum, spec) => sum + roundUp(bytesOfSpec(spec)) + 64, 64);
		const block = executor.allocate("uint8", at(specs.length));
		exhaust(host.heap);
		expectClose(runAt(executor, block, call, at), runAt(reference, room, call, at), "growing");
		expect(executor.memory().limit).toBe(2 ** 32);
	});
});
