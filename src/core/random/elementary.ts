/**
 * Logarithm, exponential and the normal distribution's integral and quantile in float64, from +, −, ×, ÷ and √ alone.
 * IEEE 754 rounds these five in one way only, so the results have the same bits in every JavaScript engine; those of `Math.log`
 * and `Math.exp` need not.
 */

/** ln 2 in two parts: the first has 21 zero bits at its end, so its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const bits = new DataView(new ArrayBuffer(8));

/**
 * Σ cᵢ xⁱ for an even number of coefficients: Horner's rule in x² over pairs, which waits half as long for results as in x.
 * Executors that compute it themselves must keep this order of operations.
 */
function polynomial(x: number, c: readonly number[]): number {
	const square = x * x;
	let sum = c[c.length - 2] + c[c.length - 1] * x;
	for (let i = c.length - 4; i >= 0; i -= 2) sum = sum * square + (c[i] + c[i + 1] * x);
	return sum;
}

/** The same for eight coefficients, written out because the quantile is computed for every normal value. */
function polynomial7(x: number, c: readonly number[]): number {
	const square = x * x;
	const upper = (c[6] + c[7] * x) * square + (c[4] + c[5] * x);
	return (upper * square + (c[2] + c[3] * x)) * square + (c[0] + c[1] * x);
}

/** 1 / (2i + 1): atanh(s) = s · Σ s²ⁱ / (2i + 1); the next term is below 3e-17 for s up to 0.172. */
export const atanhCoefficients: readonly number[] = Array.from({ length: 10 }, (_, i) => 1 / (2 * i + 1));

/** Natural logarithm of a positive normal number, within 1e-15 of its size. */
export function exactLog(x: number): number {
	bits.setFloat64(0, x);
	const head = bits.getUint32(0);
	let exponent = (head >>> 20) - 1023;
	bits.setUint32(0, (head & 0xfffff) | 0x3ff00000);
	let mantissa = bits.getFloat64(0);
	if (mantissa > Math.SQRT2) {
		mantissa /= 2;
		exponent++;
	}
	const s = (mantissa - 1) / (mantissa + 1);
	return exponent * Math.LN2 + 2 * s * polynomial(s * s, atanhCoefficients);
}

const exponentialCoefficients = [1];
for (let i = 1; i < 16; i++) exponentialCoefficients.push(exponentialCoefficients[i - 1] / i);

/** e to the power of x, for −700 ≤ x ≤ 0. */
export function exactExp(x: number): number {
	const exponent = Math.floor(0.5 - x / Math.LN2);
	const rest = x + exponent * LN2_HIGH + exponent * LN2_LOW;
	let value = polynomial(rest, exponentialCoefficients);
	for (let i = 0; i < exponent; i++) value *= 0.5;
	return value;
}

/** Where the tail goes from the series to the continued fraction. */
const SERIES_LIMIT = 3;
const SERIES_TERMS = 60;
const FRACTION_TERMS = 100;
/** Beyond this the tail is below the smallest positive number. */
const TAIL_END = 37;

/** Probability that a standard normal variable exceeds x, accurate relative to its own size up to x = 37, then 0. */
export function normalTail(x: number): number {
	if (x < 0) return 1 - normalTail(-x);
	if (x > TAIL_END) return 0;
	const density = exactExp((-x * x) / 2) * 0.3989422804014327;
	if (x > SERIES_LIMIT) {
		// Laplace: Q(x) = φ(x) / (x + 1 / (x + 2 / (x + 3 / …))), from the inside out.
		let fraction = x;
		for (let i = FRACTION_TERMS; i > 0; i--) fraction = x + i / fraction;
		return density / fraction;
	}
	// Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/15 + …), Marsaglia 2004.
	let term = x;
	let sum = x;
	for (let i = 1; i < SERIES_TERMS; i++) sum += term *= (x * x) / (2 * i + 1);
	return 0.5 - density * sum;
}

/** A quotient of two polynomials of degree 7, constant terms first. */
export interface Rational {
	readonly numerator: readonly number[];
	readonly denominator: readonly number[];
}

/** The quantile over its offset from 1/2, in 0.425² − offset², for offsets up to 0.425. */
export const center: Rational = {
	numerator: [
		3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
		2509.0809287301227,
	],
	denominator: [
		1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
		5226.495278852854,
	],
};
/** The quantile's size in depth − 1.6, depth = √−ln(tail), for depths up to 5. */
export const middle: Rational = {
	numerator: [
		1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
		0.022723844989269184, 0.0007745450142783414,
	],
	denominator: [
		1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
		1.0507500716444169e-9,
	],
};
/** The same in depth − 5, beyond. */
export const far: Rational = {
	numerator: [
		6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
		2.7115555687434876e-5, 2.0103343992922881e-7,
	],
	denominator: [
		1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7,
		2.0442631033899397e-15,
	],
};

const ratio = (x: number, { numerator, denominator }: Rational): number => polynomial7(x, numerator) / polynomial7(x, denominator);

/**
 * The x with probability `lower` below it and `upper` above it in a standard normal distribution. Both are asked for because
 * neither can be had from the other without losing digits where it is small.
 *
 * @see Wichura 1988, algorithm AS 241 (PPND16), accurate to about 1e-16
 */
export function normalQuantile(lower: number, upper: number): number {
	const offset = (lower - upper) * 0.5;
	if (offset >= -0.425 && offset <= 0.425) return offset * ratio(0.180625 - offset * offset, center);
	const tail = offset < 0 ? lower : upper;
	const depth = Math.sqrt(-exactLog(tail));
	const x = depth <= 5 ? ratio(depth - 1.6, middle) : ratio(depth - 5, far);
	return offset < 0 ? -x : x;
}
