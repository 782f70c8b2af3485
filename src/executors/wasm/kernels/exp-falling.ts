/**
 * eˣ for x ≤ 0, the only exponential that softmax needs: nothing overflows, and what falls below the smallest normal float32 counts as 0.
 * That leaves about half the instructions of the general one.
 */
import { f32x4, i32, i32x4, v128 } from "../assembler.ts";
import type { V128, Writer } from "./writer.ts";

/** Adding it rounds to a whole number that then stands in the lowest bits. */
const ROUNDER = 1.5 * 2 ** 23;
/** Below it eˣ is not a normal float32. */
const LOWEST = -87.33654;
/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2, highest coefficient first (Cephes). */
const TAIL = [1.9875691e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5];

/** eˣ; NaN stays NaN. */
export function expFalling(w: Writer, x: V128): V128 {
	const c = w.emitter;
	const shifted = w.let(w.madd(x, c.real(Math.LOG2E), c.real(ROUNDER)));
	const n = w.let(f32x4.sub(shifted, c.real(ROUNDER)));
	// ln 2 in two parts: n times the first is exact.
	const r = w.let(w.madd(n, c.real(2.1219444e-4), w.madd(n, c.real(-0.693359375), x)));
	const tail = TAIL.slice(1).reduce((sum, k) => w.madd(sum, r, c.real(k)), c.real(TAIL[0]));
	const fraction = f32x4.add(w.madd(tail, w.let(f32x4.mul(r, r)), r), c.real(1));
	const scaled = i32x4.add(fraction, i32x4.shl(shifted, i32.const(23)));
	const kept = v128.andnot(scaled, f32x4.lt(x, c.real(LOWEST)));
	return w.let(v128.or(kept, f32x4.ne(x, x)));
}
