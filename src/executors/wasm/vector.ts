/** Renders formulas to WASM vector code: four 32-bit lanes at a time. */
import type { DType } from "../../core/dtype.ts";
import { type Formula, inferTypes, type Scalar, type ScalarType, scalarTypeOf } from "../../kernels/formula.ts";
import type { VectorCode, VectorValue } from "../../kernels/vector-code.ts";
import { type Code, type Expr, type FunctionBuilder, f32x4, f64x2, i8x16, i16x8, i32, i32x4, i64x2, shuffle32, v128 } from "./assembler.ts";

type V = Expr<"v128">;

const wide = {
	real: f64x2.const,
	add: f64x2.add,
	sub: f64x2.sub,
	mul: f64x2.mul,
	div: f64x2.div,
	floor: f64x2.floor,
	nearest: f64x2.nearest,
	abs: f64x2.abs,
	lt: f64x2.lt,
	gt: f64x2.gt,
	eq: f64x2.eq,
	shiftLeft64: (a: V, bits: number): V => i64x2.shl(a, i32.const(bits)),
	shiftRightUnsigned64: (a: V, bits: number): V => i64x2.shrU(a, i32.const(bits)),
	add64: i64x2.add,
	fromLow: f64x2.promoteLowF32x4,
	fromHigh: (a: V): V => f64x2.promoteLowF32x4(shuffle32(a, a, [2, 3, 2, 3])),
	join: (low: V, high: V): V => shuffle32(f32x4.demoteF64x2Zero(low), f32x4.demoteF64x2Zero(high), [0, 1, 4, 5]),
	joinInteger: (low: V, high: V): V => shuffle32(i32x4.truncSatF64x2SZero(low), i32x4.truncSatF64x2SZero(high), [0, 1, 4, 5]),
	fromLowInteger: f64x2.convertLowI32x4S,
};

/**
 * Vector code that goes into one function: named values become locals, their definitions are collected in `statements`.
 */
export class VectorEmitter implements VectorCode {
	readonly #f: FunctionBuilder;
	readonly #relaxed: boolean;
	/** Definitions since the last `take`. */
	#statements: Code[] = [];

	constructor(f: FunctionBuilder, relaxedSimd: boolean) {
		this.#f = f;
		this.#relaxed = relaxedSimd;
	}

	/** The definitions so far, to be put before the code that uses them; starts anew. */
	take(): Code[] {
		const statements = this.#statements;
		this.#statements = [];
		return statements;
	}

	let(value: VectorValue): V {
		const local = this.#f.local("v128");
		this.#statements.push(local.set(value as V));
		return local.get;
	}

	real(value: number): V {
		return this.#f.splat32(float32Bits(value));
	}
	integer(value: number): V {
		return this.#f.splat32(value | 0);
	}
	readonly add = f32x4.add as VectorCode["add"];
	readonly sub = f32x4.sub as VectorCode["add"];
	readonly mul = f32x4.mul as VectorCode["add"];
	readonly div = f32x4.div as VectorCode["add"];
	readonly min = f32x4.min as VectorCode["add"];
	readonly max = f32x4.max as VectorCode["add"];
	readonly pmin = f32x4.pmin as VectorCode["add"];
	readonly pmax = f32x4.pmax as VectorCode["add"];
	readonly abs = f32x4.abs as VectorCode["abs"];
	readonly neg = f32x4.neg as VectorCode["abs"];
	readonly sqrt = f32x4.sqrt as VectorCode["abs"];
	readonly floor = f32x4.floor as VectorCode["abs"];
	readonly ceil = f32x4.ceil as VectorCode["abs"];
	readonly trunc = f32x4.trunc as VectorCode["abs"];
	readonly nearest = f32x4.nearest as VectorCode["abs"];
	readonly eq = f32x4.eq as VectorCode["add"];
	readonly ne = f32x4.ne as VectorCode["add"];
	readonly lt = f32x4.lt as VectorCode["add"];
	readonly le = f32x4.le as VectorCode["add"];
	readonly gt = f32x4.gt as VectorCode["add"];
	readonly ge = f32x4.ge as VectorCode["add"];
	readonly and = v128.and as VectorCode["add"];
	readonly or = v128.or as VectorCode["add"];
	readonly xor = v128.xor as VectorCode["add"];
	readonly not = v128.not as VectorCode["abs"];
	readonly addInteger = i32x4.add as VectorCode["add"];
	readonly subInteger = i32x4.sub as VectorCode["add"];
	readonly mulInteger = i32x4.mul as VectorCode["add"];
	readonly minInteger = i32x4.minS as VectorCode["add"];
	readonly maxInteger = i32x4.maxS as VectorCode["add"];
	readonly absInteger = i32x4.abs as VectorCode["abs"];
	readonly negInteger = i32x4.neg as VectorCode["abs"];
	readonly eqInteger = i32x4.eq as VectorCode["add"];
	readonly neInteger = i32x4.ne as VectorCode["add"];
	readonly ltInteger = i32x4.ltS as VectorCode["add"];
	readonly leInteger = i32x4.leS as VectorCode["add"];
	readonly gtInteger = i32x4.gtS as VectorCode["add"];
	readonly geInteger = i32x4.geS as VectorCode["add"];
	readonly toInteger = i32x4.truncSatF32x4S as VectorCode["abs"];
	readonly toReal = f32x4.convertI32x4S as VectorCode["abs"];
	readonly wide = wide as VectorCode["wide"];

	madd(a: VectorValue, b: VectorValue, c: VectorValue): V {
		return this.#relaxed ? f32x4.relaxedMadd(a as V, b as V, c as V) : f32x4.add(f32x4.mul(a as V, b as V), c as V);
	}
	select(mask: VectorValue, a: VectorValue, b: VectorValue): V {
		return v128.bitselect(a as V, b as V, mask as V);
	}
	shiftLeft(a: VectorValue, bits: number): V {
		return i32x4.shl(a as V, i32.const(bits));
	}
	shiftRight(a: VectorValue, bits: number): V {
		return i32x4.shrS(a as V, i32.const(bits));
	}
	shiftRightUnsigned(a: VectorValue, bits: number): V {
		return i32x4.shrU(a as V, i32.const(bits));
	}
}

const bitsView = new DataView(new ArrayBuffer(4));
function float32Bits(value: number): number {
	bitsView.setFloat32(0, value);
	return bitsView.getInt32(0);
}

/** A vector together with the type of its lanes. */
export interface TypedVector {
	readonly value: V;
	readonly type: ScalarType;
}

/** Changes the type of lanes; truths become 1 and 0, numbers become truths by "not 0". */
export function convertVector(from: TypedVector, to: ScalarType): V {
	if (from.type === to) return from.value;
	switch (to) {
		case "real":
			return from.type === "integer" ? f32x4.convertI32x4S(from.value) : v128.and(from.value, f32x4.const(1));
		case "integer":
			return from.type === "truth" ? v128.and(from.value, i32x4.const(1)) : i32x4.truncSatF32x4S(from.value);
		case "truth":
			return from.type === "real" ? f32x4.ne(from.value, f32x4.const(0)) : i32x4.ne(from.value, i32x4.const(0));
		default:
			throw to satisfies never;
	}
}

/**
 * Emits a formula. `inputs` are expressions that are cheap to repeat (locals) or used once.
 *
 * @returns one typed vector per output, valid after the emitter's statements
 */
export function emitFormula(emitter: VectorEmitter, of: Formula, inputs: readonly TypedVector[]): TypedVector[] {
	const types = inferTypes(
		of.outputs,
		inputs.map((input) => input.type),
	);
	const done = new Map<Scalar, TypedVector>();
	const visit = (scalar: Scalar): TypedVector => {
		const known = done.get(scalar);
		if (known !== undefined) return known;
		const made = emitNode(emitter, scalar, types, inputs, visit);
		done.set(scalar, made);
		return made;
	};
	return of.outputs.map(visit);
}

function emitNode(
	emitter: VectorEmitter,
	scalar: Scalar,
	types: ReadonlyMap<Scalar, ScalarType>,
	inputs: readonly TypedVector[],
	visit: (scalar: Scalar) => TypedVector,
): TypedVector {
	const { node } = scalar;
	const type = types.get(scalar) as ScalarType;
	switch (node.kind) {
		case "input":
			return inputs[node.index];
		case "constant":
			return { type, value: type === "integer" ? emitter.integer(node.value) : emitter.real(node.value) };
		case "call": {
			const { primitive } = node;
			const isTruth = (i: number): boolean => primitive.truthArguments?.includes(i) ?? false;
			const plain = node.args.filter((_, i) => !isTruth(i));
			const integers = primitive.integerVector !== undefined && plain.every((arg) => types.get(arg) !== "real");
			const args = node.args.map((arg, i) => argument(emitter, arg, isTruth(i) ? "truth" : integers ? "integer" : "real", visit));
			const spell = integers && primitive.integerVector !== undefined ? primitive.integerVector : primitive.vector;
			return { type, value: emitter.let(spell(emitter, ...args)) };
		}
		default:
			throw node satisfies never;
	}
}

/** An argument in the type the primitive wants; constants are written in that type at once. */
function argument(emitter: VectorEmitter, arg: Scalar, wanted: ScalarType, visit: (scalar: Scalar) => TypedVector): V {
	if (arg.node.kind === "constant" && wanted === "real") return emitter.real(arg.node.value);
	return convertVector(visit(arg), wanted);
}

/** Loads four elements of a type; `offset` in bytes is added to the address. */
export function loadVector(dtype: DType, address: Expr<"i32">, offset: number): TypedVector {
	if (dtype === "float32" || dtype === "int32") {
		return { type: scalarTypeOf(dtype), value: v128.load(address, offset) };
	}
	return widenBytes(dtype, v128.load32Zero(address, offset));
}

/** Loads one element into all lanes. */
export function loadSplat(dtype: DType, address: Expr<"i32">): TypedVector {
	if (dtype === "float32" || dtype === "int32") return { type: scalarTypeOf(dtype), value: v128.load32Splat(address) };
	const integer = i32x4.splat(i32.load8U(address));
	return dtype === "bool" ? { type: "truth", value: i32x4.ne(integer, i32x4.const(0)) } : { type: "integer", value: integer };
}

function widenBytes(dtype: DType, bytes: V): TypedVector {
	const integers = i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes));
	return dtype === "bool" ? { type: "truth", value: i32x4.ne(integers, i32x4.const(0)) } : { type: "integer", value: integers };
}

/** A vector ready to be stored: in the element type's lanes, bytes packed into the lowest four. */
export function packFor(dtype: DType, vector: TypedVector): V {
	if (dtype === "uint8") return packBytes(v128.and(convertVector(vector, "integer"), i32x4.const(255)));
	const converted = convertVector(vector, scalarTypeOf(dtype));
	return dtype === "bool" ? packBytes(v128.and(converted, i32x4.const(1))) : converted;
}

function packBytes(integers: V): V {
	const zero = i32x4.const(0);
	return i8x16.narrowI16x8U(i16x8.narrowI32x4U(integers, zero), zero);
}

/** Stores a packed vector of four elements. */
export function storeVector(dtype: DType, address: Expr<"i32">, packed: V, offset: number): Code {
	return dtype === "float32" || dtype === "int32" ? v128.store(address, packed, offset) : v128.store32Lane(address, packed, 0, offset);
}

/** Stores one lane of a packed vector at `address` + lane elements. */
export function storeLane(dtype: DType, address: Expr<"i32">, packed: V, lane: number): Code {
	return dtype === "float32" || dtype === "int32"
		? v128.store32Lane(address, packed, lane, 4 * lane)
		: v128.store8Lane(address, packed, lane, lane);
}
