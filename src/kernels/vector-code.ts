/**
 * Code over four 32-bit lanes, as primitives see it: an executor's compiler implements it, so a primitive is spelled once for all
 * machines with 128-bit vectors. Lanes hold float32, int32 or masks (all bits 0 or all 1); `wide` values hold two float64.
 */

/** An opaque piece of code that yields a vector. Using it twice computes it twice: `let` it first. */
export interface VectorValue {
	readonly type: "v128";
	readonly code: unknown;
}

type Unary = (a: VectorValue) => VectorValue;
type Binary = (a: VectorValue, b: VectorValue) => VectorValue;

/** The instructions. */
export interface VectorCode {
	/** Computes a value once and names it. */
	let(value: VectorValue): VectorValue;
	/** A float32 in all lanes. */
	real(value: number): VectorValue;
	/** An int32 in all lanes. */
	integer(value: number): VectorValue;
	readonly add: Binary;
	readonly sub: Binary;
	readonly mul: Binary;
	readonly div: Binary;
	/** a × b + c; one rounding where the machine has it and determinism does not forbid it. */
	madd(a: VectorValue, b: VectorValue, c: VectorValue): VectorValue;
	/** IEEE minimum: NaN if either is NaN, −0 < +0. */
	readonly min: Binary;
	readonly max: Binary;
	/** b < a ? b : a, one instruction on most machines: a NaN in `a` passes. */
	readonly pmin: Binary;
	/** a < b ? b : a, likewise. */
	readonly pmax: Binary;
	readonly abs: Unary;
	readonly neg: Unary;
	readonly sqrt: Unary;
	readonly floor: Unary;
	readonly ceil: Unary;
	readonly trunc: Unary;
	/** Ties to even. */
	readonly nearest: Unary;
	readonly eq: Binary;
	readonly ne: Binary;
	readonly lt: Binary;
	readonly le: Binary;
	readonly gt: Binary;
	readonly ge: Binary;
	readonly and: Binary;
	readonly or: Binary;
	readonly xor: Binary;
	readonly not: Unary;
	/** a where the mask is 1, b where it is 0. */
	select(mask: VectorValue, a: VectorValue, b: VectorValue): VectorValue;
	readonly addInteger: Binary;
	readonly subInteger: Binary;
	readonly mulInteger: Binary;
	readonly minInteger: Binary;
	readonly maxInteger: Binary;
	readonly absInteger: Unary;
	readonly negInteger: Unary;
	readonly eqInteger: Binary;
	readonly neInteger: Binary;
	readonly ltInteger: Binary;
	readonly leInteger: Binary;
	readonly gtInteger: Binary;
	readonly geInteger: Binary;
	shiftLeft(a: VectorValue, bits: number): VectorValue;
	/** Copies the sign. */
	shiftRight(a: VectorValue, bits: number): VectorValue;
	shiftRightUnsigned(a: VectorValue, bits: number): VectorValue;
	/** int32 of the truncated value; saturates, NaN gives 0. */
	readonly toInteger: Unary;
	readonly toReal: Unary;
	/** Two-lane double precision, for functions that need its room. */
	readonly wide: {
		real(value: number): VectorValue;
		readonly add: Binary;
		readonly sub: Binary;
		readonly mul: Binary;
		readonly div: Binary;
		readonly floor: Unary;
		readonly nearest: Unary;
		readonly abs: Unary;
		readonly lt: Binary;
		readonly gt: Binary;
		readonly eq: Binary;
		shiftLeft64(a: VectorValue, bits: number): VectorValue;
		shiftRightUnsigned64(a: VectorValue, bits: number): VectorValue;
		readonly add64: Binary;
		/** The lower two float32 lanes as float64. */
		readonly fromLow: Unary;
		/** The upper two. */
		readonly fromHigh: Unary;
		/** Two pairs of float64 rounded to four float32. */
		readonly join: Binary;
		/** Two pairs of float64 truncated to four int32 (saturating), as a vector of int32 lanes. */
		readonly joinInteger: Binary;
		/** The lower two int32 lanes as float64. */
		readonly fromLowInteger: Unary;
	};
}
