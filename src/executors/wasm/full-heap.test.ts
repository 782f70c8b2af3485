/** A kernel that needs room for itself and does not get it: it says so, leaves nothing behind, and works when there is room again. */
import { describe, expect, it } from "vitest";
import { OutOfMemoryError } from "../../core/errors.ts";
import { createReferenceExecutor } from "../index.ts";
import type { Heap } from "./heap.ts";
import { Host } from "./host.ts";
import { executorOver, wasmKernels } from "./index.ts";
import { bytesOfSpec, calls, expectClose, roundUp, runAt } from "./kernels/run-every-kernel.ts";

const PIECES = 600;
const LIMIT_BYTES = 8 * 2 ** 20;
const reference = createReferenceExecutor();
const room = reference.allocate("uint8", 2 ** 22);

/** Takes all there is; returns neighbouring blocks of 1 KiB, to be given back. */
function takeAll(heap: Heap): number[] {
	const pieces = Array.from({ length: PIECES }, () => heap.allocate(1024));
	for (let bytes = 2 ** 22; bytes >= 64; ) {
		try {
			heap.allocate(bytes);
		} catch {
			bytes /= 2;
		}
	}
	return pieces;
}

describe("a kernel on a full heap", () => {
	it.each(calls)("%s leaves nothing behind when it fails, and works later", (_, call) => {
		const host = new Host({ shared: true, relaxedSimd: true, limitBytes: LIMIT_BYTES });
		const executor = executorOver(host, wasmKernels(host), () => ({ name: "wasm", threads: 1, details: {} }));
		const specs = [...call.reads, ...call.writes];
		const at = (index: number): number => specs.slice(0, index).reduce((sum, spec) => sum + roundUp(bytesOfSpec(spec)) + 64, 64);
		const block = executor.allocate("uint8", at(specs.length));
		const pieces = takeAll(host.heap);
		const runs = (): boolean => {
			try {
				runAt(executor, block, call, at);
				return true;
			} catch (error) {
				expect(error).toBeInstanceOf(OutOfMemoryError);
				return false;
			}
		};
		// Ever more room, a fifth at a time: so that it fails at the first block it asks for, at the second, …
		for (let room = 0; pieces.length > 0; room = Math.ceil(1.2 * room + 0.1)) {
			while (pieces.length > 0 && PIECES - pieces.length < room) host.heap.release(pieces.shift() as number);
			const before = executor.memory().blockCount;
			// What succeeds may keep one workspace for the next call.
			const kept = runs() ? 1 : 0;
			expect(executor.memory().blockCount, `with ${room} KiB`).toBeLessThanOrEqual(before + kept);
		}
		expectClose(runAt(executor, block, call, at), runAt(reference, room, call, at), "with room");
	});
});
