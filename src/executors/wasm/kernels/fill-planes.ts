/** Fills each plane of `[images, channels, plane]` with its channel's bias: what a convolution's sums start from. */
import { f32x4, i32, v128 } from "../assembler.ts";
import type { Host } from "../host.ts";
import { wordAt, writeKernel } from "./writer.ts";

const GRAIN_ELEMENTS = 2 ** 15;

/** Sets `count` planes of `plane` elements at `target`; plane p gets `bias[p mod channels]`, 0 if there is no bias (address 0). */
export function fillPlanes(host: Host, target: number, bias: number, shape: { count: number; channels: number; plane: number }): void {
	const kernel = host.kernel("fill planes", (module) =>
		writeKernel(module, host.relaxedSimd, (w, call) => {
			const [to, from, channels, plane] = [0, 1, 2, 3].map((index) => call.word(index));
			w.loop({ from: call.start, to: call.end }, (unit) => {
				const value = w.variable(f32x4.const(0));
				w.when(from, () => w.do(value.set(v128.load32Splat(wordAt(from, i32.remU(unit, channels))))));
				const start = w.let(wordAt(to, i32.mul(unit, plane)));
				const i = w.variable(i32.const(0));
				w.advance(i, { to: i32.and(plane, i32.const(-4)), step: 4 }, () => w.do(v128.store(wordAt(start, i.get), value.get)));
				w.advance(i, { to: plane }, () => w.do(v128.store32Lane(wordAt(start, i.get), value.get, 0)));
			});
		}),
	);
	const { i32: words } = host.heap;
	words[host.args] = target;
	words[host.args + 1] = bias;
	words[host.args + 2] = shape.channels;
	words[host.args + 3] = shape.plane;
	host.run(kernel, shape.count, Math.ceil(GRAIN_ELEMENTS / Math.max(1, shape.plane)));
}
