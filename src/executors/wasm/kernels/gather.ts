/** Reading and adding single elements by index along an axis. */
import type { Kernels, Operand } from "../../../kernels/contracts.ts";
import { f32, i32, type ModuleBuilder } from "../assembler.ts";
import { addressOf, bytesOf } from "../block.ts";
import type { Host, Kernel } from "../host.ts";
import { type Call, type I32, type Writer, wordAt, writeKernel } from "./writer.ts";

/** Elements below which a second thread is not worth its start. */
const PARALLEL_ELEMENTS = 16384;

type GatherLayout = { outer: number; length: number; inner: number; count: number };

function run(host: Host, kernel: Kernel, operands: readonly Operand[], layout: GatherLayout): void {
	const { outer, length, inner, count } = layout;
	const words = host.heap.i32;
	const at = host.args;
	for (let i = 0; i < 3; i++) words[at + i] = addressOf(operands[i]);
	words[at + 3] = length;
	words[at + 4] = inner;
	words[at + 5] = count;
	host.run(kernel, outer, Math.ceil(PARALLEL_ELEMENTS / (count * inner)));
}

/**
 * Walks elements of `[outer, count, inner]`: gives each one's number and that of the element `[outer, length, inner]` that its index
 * names. args: [_, indices, _, length, inner, count]. Units are outer indices.
 */
function walkGathered(w: Writer, call: Call, indices: I32, body: (listed: I32, indexed: I32) => void): void {
	const [length, inner, count] = [3, 4, 5].map(call.word);
	w.loop({ from: call.start, to: call.end }, (outer) => {
		const first = w.let(i32.mul(i32.mul(outer, length), inner));
		w.loop({ from: i32.const(0), to: count }, (i) => {
			const row = w.let(i32.mul(i32.add(i32.mul(outer, count), i), inner));
			w.loop({ from: i32.const(0), to: inner }, (n) => {
				const listed = w.let(i32.add(row, n));
				const index = i32.load(wordAt(indices, listed));
				body(listed, w.let(i32.add(i32.add(first, i32.mul(index, inner)), n)));
			});
		});
	});
}

/** See {@link Kernels.gather}. */
export function gather(host: Host): Kernels["gather"] {
	return (x, indices, out, layout) => {
		if (out.size === 0) return;
		const bytes = bytesOf(x.dtype);
		const kernel = host.kernel(bytes === 4 ? "gather words" : "gather bytes", (module) => buildGather(module, bytes));
		run(host, kernel, [x, indices, out], layout);
	};
}

function buildGather(module: ModuleBuilder, bytes: number): void {
	writeKernel(module, false, (w, call) => {
		const [x, indices, out] = [0, 1, 2].map(call.word);
		walkGathered(w, call, indices, (listed, indexed) => {
			if (bytes === 4) w.do(i32.store(wordAt(out, listed), i32.load(wordAt(x, indexed))));
			else w.do(i32.store8(i32.add(out, listed), i32.load8U(i32.add(x, indexed))));
		});
	});
}

/** See {@link Kernels.gatherGrad}. */
export function gatherGrad(host: Host): Kernels["gatherGrad"] {
	return (source, indices, out, layout) => {
		if (source.size === 0) return;
		const real = source.dtype === "float32";
		const kernel = host.kernel(real ? "gatherGrad real" : "gatherGrad integer", (module) => buildGatherGrad(module, real));
		run(host, kernel, [source, indices, out], layout);
	};
}

function buildGatherGrad(module: ModuleBuilder, real: boolean): void {
	writeKernel(module, false, (w, call) => {
		const [source, indices, out] = [0, 1, 2].map(call.word);
		walkGathered(w, call, indices, (listed, indexed) => {
			const target = w.let(wordAt(out, indexed));
			const from = wordAt(source, listed);
			w.do(
				real ? f32.store(target, f32.add(f32.load(target), f32.load(from))) : i32.store(target, i32.add(i32.load(target), i32.load(from))),
			);
		});
	});
}
