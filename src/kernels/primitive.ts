/** What a scalar primitive is: one row with its value, its spelling per target and its derivative. */
import type { Scalar, ScalarType } from "./formula.ts";
import type { VectorCode, VectorValue } from "./vector-code.ts";

/** A row of the table of scalar primitives. */
export interface Primitive {
	readonly name: string;
	readonly arity: number;
	/** Positions of arguments that are truths; none if absent. */
	readonly truthArguments?: readonly number[];
	/** The type of the result from those of the arguments; arguments are converted to the widest type that `vector` has. */
	type(args: readonly ScalarType[]): ScalarType;
	/** The value in double precision; `integer` arguments are int32, truths are 0 or 1. */
	value(...args: number[]): number;
	/** The value where the result is an integer, if wrapping `value` at 32 bits would lose bits. */
	integerValue?(...args: number[]): number;
	/** JavaScript text of the value. Arguments are names or literals, so that they may be repeated. */
	js(...args: string[]): string;
	/** Functions that the JavaScript text calls by name. */
	readonly jsHelpers?: Readonly<Record<string, (...args: number[]) => number>>;
	/** Four lanes of WASM code. The arguments have type `real` unless `integerVector` exists and all of them are integers. */
	vector(code: VectorCode, ...args: VectorValue[]): VectorValue;
	/** The same over int32 lanes. */
	integerVector?(code: VectorCode, ...args: VectorValue[]): VectorValue;
	/** WGSL text of the value. Arguments are names, so that they may be repeated. */
	wgsl(...args: string[]): string;
	/** WGSL declarations that the text needs. */
	readonly wgslPrelude?: string;
	/** What each argument receives when `grad` arrives at the result `out`; null where the derivative is 0 everywhere. */
	gradient(grad: Scalar, args: readonly Scalar[], out: Scalar): readonly (Scalar | null)[];
}
