/**
 * The normal distribution's quantile for two probabilities at a time, operation by operation as in core/random/elementary.ts,
 * so that it gives the same bits.
 */
import { atanhCoefficients, center, far, middle, type Rational } from "../../../core/random/elementary.ts";
import { type Code, type Expr, type FunctionBuilder, f64x2, i32, i32x4, i64x2, type Local, shuffle32, v128 } from "../assembler.ts";

type I32 = Expr<"i32">;
type V128 = Expr<"v128">;

/** Rows of the table, one coefficient a place. */
const rows = [center, middle, far].flatMap(({ numerator, denominator }) => [numerator, denominator]);
const ATANH_START = rows.flat().length;
/** What the code reads its coefficients from: V8 would rebuild constants of the code at each use. */
export const quantileTable: readonly number[] = [...rows.flat(), ...atanhCoefficients];

const one = f64x2.const(1);
const splatInt64 = (low: number, high: number): V128 => i32x4.constLanes([low, high, low, high]);
const SIGN = splatInt64(0, 0x80000000 | 0);
const MANTISSA = splatInt64(-1, 0xfffff);

/**
 * Code for x = Φ⁻¹ where `lower` lies below x and `upper` above.
 *
 * @param table - address of `quantileTable` as float64
 */
export function quantileVector(f: FunctionBuilder, table: I32): (lower: V128, upper: V128) => { code: Code; value: V128 } {
	const coefficient = (place: number): V128 => v128.load64Splat(table, 8 * place);
	const [argument, square] = vectors(f, 2);
	const polynomial = (x: V128, start: number, length: number): V128 => {
		const pair = (i: number): V128 => f64x2.add(coefficient(start + i), f64x2.mul(coefficient(start + i + 1), x));
		let sum = pair(length - 2);
		for (let i = length - 4; i >= 0; i -= 2) sum = f64x2.add(f64x2.mul(sum, square.get), pair(i));
		return sum;
	};
	/** The quotient at `argument`, to `target`. */
	const ratio = (target: Local<"v128">, which: Rational): Code => {
		const start = rows.indexOf(which.numerator) * 8;
		return [
			square.set(f64x2.mul(argument.get, argument.get)),
			target.set(f64x2.div(polynomial(argument.get, start, 8), polynomial(argument.get, start + 8, 8))),
		];
	};
	const logarithm = logarithmVector(f, square, (x) => polynomial(x, ATANH_START, atanhCoefficients.length));
	const [offset, tail, isTail, depth, farValue, result] = vectors(f, 6);
	const log = logarithm(tail.get);
	const tailCode: Code = [
		log.code,
		depth.set(f64x2.sqrt(f64x2.neg(log.value))),
		argument.set(f64x2.sub(depth.get, f64x2.const(1.6))),
		ratio(tail, middle),
		f.when(v128.anyTrue(f64x2.gt(depth.get, f64x2.const(5))), [
			argument.set(f64x2.sub(depth.get, f64x2.const(5))),
			ratio(farValue, far),
			tail.set(v128.bitselect(farValue.get, tail.get, f64x2.gt(depth.get, f64x2.const(5)))),
		]),
		tail.set(v128.or(tail.get, v128.and(offset.get, SIGN))),
		result.set(v128.bitselect(tail.get, result.get, isTail.get)),
	];
	return (lower, upper) => ({
		code: [
			offset.set(lower),
			tail.set(upper),
			argument.set(f64x2.mul(f64x2.sub(offset.get, tail.get), f64x2.const(0.5))),
			tail.set(f64x2.min(offset.get, tail.get)),
			offset.set(argument.get),
			isTail.set(f64x2.gt(f64x2.abs(offset.get), f64x2.const(0.425))),
			argument.set(f64x2.sub(f64x2.const(0.180625), f64x2.mul(offset.get, offset.get))),
			ratio(result, center),
			result.set(f64x2.mul(offset.get, result.get)),
			f.when(v128.anyTrue(isTail.get), tailCode),
		],
		value: result.get,
	});
}

/** ln x of positive normal numbers; `atanhSeries` wants its argument's square in `square`. */
function logarithmVector(
	f: FunctionBuilder,
	square: Local<"v128">,
	atanhSeries: (x: V128) => V128,
): (x: V128) => { code: Code; value: V128 } {
	const [exponent, mantissa, isLarge, s, z] = vectors(f, 5);
	return (x) => ({
		code: [
			exponent.set(i64x2.shrU(x, i32.const(52))),
			exponent.set(f64x2.sub(f64x2.convertLowI32x4S(shuffle32(exponent.get, exponent.get, [0, 2, 0, 2])), f64x2.const(1023))),
			mantissa.set(v128.or(v128.and(x, MANTISSA), one)),
			isLarge.set(f64x2.gt(mantissa.get, f64x2.const(Math.SQRT2))),
			mantissa.set(v128.bitselect(f64x2.mul(mantissa.get, f64x2.const(0.5)), mantissa.get, isLarge.get)),
			exponent.set(f64x2.add(exponent.get, v128.and(isLarge.get, one))),
			s.set(f64x2.div(f64x2.sub(mantissa.get, one), f64x2.add(mantissa.get, one))),
			z.set(f64x2.mul(s.get, s.get)),
			square.set(f64x2.mul(z.get, z.get)),
		],
		value: f64x2.add(f64x2.mul(exponent.get, f64x2.const(Math.LN2)), f64x2.mul(f64x2.mul(f64x2.const(2), s.get), atanhSeries(z.get))),
	});
}

const vectors = (f: FunctionBuilder, count: number): Local<"v128">[] => Array.from({ length: count }, () => f.local("v128"));
