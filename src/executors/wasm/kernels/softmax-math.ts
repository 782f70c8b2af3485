/**
 * The exponential and the logarithm that softmax needs, on the ranges where it needs them: about half the instructions of the
 * general ones.
 */
import { f32x4, i32, i32x4, v128 } from "../assembler.ts";
import type { V128, Writer } from "./writer.ts";

/** Adding it rounds to a whole number that then stands in the lowest bits. */
const ROUNDER = 1.5 * 2 ** 23;
/** Below it eˣ is not a normal float32. */
const LOWEST = -87.33654;
/** ln 2 in two parts; a whole number below 2⁹ times the first is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;
/** √½ as bits of a float32. */
const SQRT_HALF_BITS = 0x3f3504f3;

/** eˣ for x ≤ 0; 0 where that is no normal float32; NaN stays NaN. Coefficients by Cephes, two by two to keep the chain short. */
export function expFalling(w: Writer, x: V128): V128 {
	const c = w.emitter;
	const shifted = w.let(w.madd(x, c.real(Math.LOG2E), c.real(ROUNDER)));
	const n = w.let(f32x4.sub(shifted, c.real(ROUNDER)));
	const r = w.let(w.madd(n, c.real(-LN2_LOW), w.madd(n, c.real(-LN2_HIGH), x)));
	const square = w.let(f32x4.mul(r, r));
	const high = w.madd(r, c.real(1.9875691e-4), c.real(1.3981999507e-3));
	const middle = w.madd(r, c.real(8.3334519073e-3), c.real(4.1665795894e-2));
	const low = w.madd(r, c.real(1.6666665459e-1), c.real(0.5));
	const tail = w.let(w.madd(w.madd(high, square, middle), square, low));
	const fraction = f32x4.add(w.madd(tail, square, r), c.real(1));
	const scaled = i32x4.add(fraction, i32x4.shl(shifted, i32.const(23)));
	const kept = v128.andnot(scaled, f32x4.lt(x, c.real(LOWEST)));
	return w.let(v128.or(kept, f32x4.ne(x, x)));
}

/** log x for finite x ≥ 1; NaN stays NaN. x = m · 2ᵉ with m in [√½, √2); coefficients by Cephes. */
export function logRising(w: Writer, x: V128): V128 {
	const c = w.emitter;
	const bits = w.let(i32x4.sub(x, c.integer(SQRT_HALF_BITS)));
	const e = w.let(f32x4.convertI32x4S(i32x4.shrS(bits, i32.const(23))));
	const mantissa = i32x4.add(v128.and(bits, c.integer(0x7fffff)), c.integer(SQRT_HALF_BITS));
	const m = w.let(f32x4.sub(mantissa, c.real(1)));
	const square = w.let(f32x4.mul(m, m));
	const cube = w.let(f32x4.mul(square, m));
	const high = w.madd(w.madd(m, c.real(7.0376836292e-2), c.real(-1.151461031e-1)), m, c.real(1.167699874e-1));
	const middle = w.madd(w.madd(m, c.real(-1.2420140846e-1), c.real(1.4249322787e-1)), m, c.real(-1.6668057665e-1));
	const low = w.madd(w.madd(m, c.real(2.0000714765e-1), c.real(-2.4999993993e-1)), m, c.real(3.3333331174e-1));
	const tail = w.madd(w.madd(high, cube, middle), cube, low);
	const small = w.madd(w.let(tail), cube, f32x4.mul(e, c.real(LN2_LOW)));
	const sum = w.let(f32x4.add(w.madd(square, c.real(-0.5), small), m));
	return w.let(v128.or(w.madd(e, c.real(LN2_HIGH), sum), f32x4.ne(x, x)));
}
