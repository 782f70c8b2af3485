/** Helpers for vector code in double precision: two lanes of float64 at a time, the upper and the lower half of a vector. */
import type { VectorCode, VectorValue } from "../vector-code.ts";

/** Computes four float32 lanes as two pairs of float64; the results are rounded once. */
export function throughWide(c: VectorCode, args: readonly VectorValue[], compute: (...halves: VectorValue[]) => VectorValue): VectorValue {
	const named = args.map((arg) => c.let(arg));
	const low = compute(...named.map((arg) => c.let(c.wide.fromLow(arg))));
	const high = compute(...named.map((arg) => c.let(c.wide.fromHigh(arg))));
	return c.let(c.wide.join(low, high));
}

/** Horner's scheme in float64, highest coefficient first. */
export function widePolynomial(c: VectorCode, x: VectorValue, coefficients: readonly number[]): VectorValue {
	const { add, mul, real } = c.wide;
	return coefficients.slice(1).reduce((sum, k) => add(mul(sum, x), real(k)), real(coefficients[0]));
}

/** The float64 whose bits are these. */
export function fromBits(bits: bigint): number {
	return new Float64Array(new BigUint64Array([bits]).buffer)[0];
}
