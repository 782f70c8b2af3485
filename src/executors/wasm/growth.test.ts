/**
 * Where memory is not shared, growing it takes the old views away: writing through one of them is lost in silence.
 * A kernel that needs room for itself must therefore look again after asking for it.
 */
import { describe, expect, it } from "vitest";
import { createReferenceExecutor } from "../index.ts";
import { constantArea } from "./assembler.ts";
import type { Heap } from "./heap.ts";
import { Host } from "./host.ts";
import { executorOver, wasmKernels } from "./index.ts";
import { bytesOfSpec, calls, expectClose, roundUp, runAt } from "./kernels/run-every-kernel.ts";

/** What the heap leaves free behind its last block. */
const GUARD_BYTES = 64;
const reference = createReferenceExecutor();
const room = reference.allocate("uint8", 2 ** 22);

/** Allocates until the next block, however small, makes the memory grow. */
function exhaust(heap: Heap): void {
	const left = (): number => {
		const { reserved, used, free } = heap.use();
		return reserved - GUARD_BYTES - (constantArea.address + constantArea.bytes + used + free);
	};
	const { buffer } = heap.memory;
	for (let bytes = 2 ** 30; bytes >= 64; bytes /= 2) while (left() >= bytes) heap.allocate(bytes);
	expect(heap.memory.buffer).toBe(buffer);
	expect(left()).toBeLessThan(64);
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
