/** The check that all indices lie in a range. */
import type { Kernels } from "../../../kernels/contracts.ts";
import { i32, i32x4, type ModuleBuilder, v128 } from "../assembler.ts";
import { addressOf } from "../block.ts";
import type { Host } from "../host.ts";
import { wordAt, writeKernel } from "./writer.ts";

/** Indices of one turn. */
const TURN = 16;

/** See {@link Kernels.findOutOfRange}. */
export function findOutOfRange(host: Host): Kernels["findOutOfRange"] {
	return (indices, length) => {
		const kernel = host.kernel("findOutOfRange", build);
		const words = host.heap.i32;
		const at = host.args;
		words[at] = addressOf(indices);
		words[at + 1] = indices.size;
		words[at + 2] = length;
		// One unit: it is read at memory speed, and the first of several answers would have to be found.
		host.run(kernel, 1, 1);
		return host.heap.i32[at + 3];
	};
}

/** args: [indices, count, length], and the answer. A negative index is a large one if read without sign. */
function build(module: ModuleBuilder): void {
	writeKernel(module, false, (w, call) => {
		const [indices, count, length] = [0, 1, 2].map(call.word);
		const lengths = w.let(i32x4.splat(length));
		const at = w.variable(i32.const(0));
		const found = w.variable(i32.const(-1));
		const clean = w.variable(i32.const(1));
		const end = w.let(i32.sub(count, i32.const(TURN - 1)));
		// Turns without a find are passed over; the first with one, or the rest, is looked at one by one.
		w.when(i32.gtS(end, i32.const(0)), () =>
			w.repeat(() => {
				const address = w.let(wordAt(indices, at.get));
				const [a, b, c, d] = [0, 16, 32, 48].map((more) => i32x4.ltU(v128.load(address, more), lengths));
				w.do(clean.set(i32x4.allTrue(v128.and(v128.and(a, b), v128.and(c, d)))));
				w.do(at.set(i32.add(at.get, i32.const(TURN))));
				return i32.and(clean.get, i32.ltS(at.get, end));
			}),
		);
		w.when(i32.eqz(clean.get), () => w.do(at.set(i32.sub(at.get, i32.const(TURN)))));
		w.when(i32.ltS(at.get, count), () =>
			w.repeat(() => {
				const bad = w.let(i32.geU(i32.load(wordAt(indices, at.get)), length));
				w.when(bad, () => w.do(found.set(at.get)));
				w.do(at.set(i32.add(at.get, i32.const(1))));
				return i32.and(i32.eqz(bad), i32.ltS(at.get, count));
			}),
		);
		w.do(i32.store(call.address, found.get, 12));
	});
}
