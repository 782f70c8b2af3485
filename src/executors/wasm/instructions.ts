/** The WebAssembly instructions that kernels use, by type; each takes typed expressions and gives one. */
import {
	type Code,
	type Expr,
	expr,
	float32Bytes,
	float64Bytes,
	scratchView,
	signed,
	signedBig,
	simd,
	unsigned,
	type ValueType,
} from "./code.ts";

type I32 = Expr<"i32">;
type I64 = Expr<"i64">;
type F32 = Expr<"f32">;
type F64 = Expr<"f64">;
type V128 = Expr<"v128">;

const unary =
	<A extends ValueType, R extends ValueType>(result: R, opcode: readonly number[]) =>
	(a: Expr<A>): Expr<R> =>
		expr(result, a.code, opcode);
const binary =
	<A extends ValueType, B extends ValueType, R extends ValueType>(result: R, opcode: readonly number[]) =>
	(a: Expr<A>, b: Expr<B>): Expr<R> =>
		expr(result, a.code, b.code, opcode);

const i32Binary = (opcode: number) => binary<"i32", "i32", "i32">("i32", [opcode]);
const i64Binary = (opcode: number) => binary<"i64", "i64", "i64">("i64", [opcode]);
const f32Binary = (opcode: number) => binary<"f32", "f32", "f32">("f32", [opcode]);
const f64Binary = (opcode: number) => binary<"f64", "f64", "f64">("f64", [opcode]);
const v128Unary = (opcode: number) => unary<"v128", "v128">("v128", simd(opcode));
const v128Binary = (opcode: number) => binary<"v128", "v128", "v128">("v128", simd(opcode));
const v128Ternary =
	(opcode: number) =>
	(a: V128, b: V128, c: V128): V128 =>
		expr("v128", a.code, b.code, c.code, simd(opcode));
const v128Shift =
	(opcode: number) =>
	(a: V128, count: I32): V128 =>
		expr("v128", a.code, count.code, simd(opcode));

const loadOp =
	<R extends ValueType>(type: R, opcode: readonly number[], align: number) =>
	(pointer: I32, offset = 0): Expr<R> =>
		expr(type, pointer.code, opcode, align, unsigned(offset));
const storeOp =
	<R extends ValueType>(opcode: readonly number[], align: number) =>
	(pointer: I32, value: Expr<R>, offset = 0): Code => [pointer.code, value.code, opcode, align, unsigned(offset)];
const loadLane =
	(opcode: number, align: number) =>
	(pointer: I32, vector: V128, lane: number, offset = 0): V128 =>
		expr("v128", pointer.code, vector.code, simd(opcode), align, unsigned(offset), lane);
const storeLane =
	(opcode: number, align: number) =>
	(pointer: I32, vector: V128, lane: number, offset = 0): Code => [pointer.code, vector.code, simd(opcode), align, unsigned(offset), lane];

/** 32-bit integers; also addresses and truth values. */
export const i32 = {
	const: (value: number): I32 => expr("i32", 0x41, signed(value)),
	load: loadOp("i32", [0x28], 2),
	load8U: loadOp("i32", [0x2d], 0),
	store: storeOp<"i32">([0x36], 2),
	store8: storeOp<"i32">([0x3a], 0),
	eqz: unary<"i32", "i32">("i32", [0x45]),
	eq: i32Binary(0x46),
	ne: i32Binary(0x47),
	ltS: i32Binary(0x48),
	ltU: i32Binary(0x49),
	gtS: i32Binary(0x4a),
	gtU: i32Binary(0x4b),
	leS: i32Binary(0x4c),
	leU: i32Binary(0x4d),
	geS: i32Binary(0x4e),
	geU: i32Binary(0x4f),
	add: i32Binary(0x6a),
	sub: i32Binary(0x6b),
	mul: i32Binary(0x6c),
	divS: i32Binary(0x6d),
	divU: i32Binary(0x6e),
	remS: i32Binary(0x6f),
	remU: i32Binary(0x70),
	and: i32Binary(0x71),
	or: i32Binary(0x72),
	xor: i32Binary(0x73),
	shl: i32Binary(0x74),
	shrS: i32Binary(0x75),
	shrU: i32Binary(0x76),
	truncF32S: unary<"f32", "i32">("i32", [0xfc, 0x00]),
	truncF64S: unary<"f64", "i32">("i32", [0xfc, 0x02]),
	wrapI64: unary<"i64", "i32">("i32", [0xa7]),
	reinterpretF32: unary<"f32", "i32">("i32", [0xbc]),
	extractLane: (a: V128, lane: number): I32 => expr("i32", a.code, simd(0x1b), lane),
	select: (condition: I32, a: I32, b: I32): I32 => expr("i32", a.code, b.code, condition.code, 0x1b),
};

/** 64-bit integers. */
export const i64 = {
	const: (value: bigint): I64 => expr("i64", 0x42, signedBig(value)),
	load: loadOp("i64", [0x29], 3),
	store: storeOp<"i64">([0x37], 3),
	add: i64Binary(0x7c),
	mul: i64Binary(0x7e),
	xor: i64Binary(0x85),
	shrU: i64Binary(0x88),
	extendI32U: unary<"i32", "i64">("i64", [0xad]),
	extendI32S: unary<"i32", "i64">("i64", [0xac]),
};

/** Single precision. */
export const f32 = {
	const: (value: number): F32 => expr("f32", 0x43, float32Bytes(value)),
	load: loadOp("f32", [0x2a], 2),
	store: storeOp<"f32">([0x38], 2),
	eq: binary<"f32", "f32", "i32">("i32", [0x5b]),
	ne: binary<"f32", "f32", "i32">("i32", [0x5c]),
	lt: binary<"f32", "f32", "i32">("i32", [0x5d]),
	gt: binary<"f32", "f32", "i32">("i32", [0x5e]),
	le: binary<"f32", "f32", "i32">("i32", [0x5f]),
	ge: binary<"f32", "f32", "i32">("i32", [0x60]),
	abs: unary<"f32", "f32">("f32", [0x8b]),
	neg: unary<"f32", "f32">("f32", [0x8c]),
	sqrt: unary<"f32", "f32">("f32", [0x91]),
	add: f32Binary(0x92),
	sub: f32Binary(0x93),
	mul: f32Binary(0x94),
	div: f32Binary(0x95),
	min: f32Binary(0x96),
	max: f32Binary(0x97),
	convertI32S: unary<"i32", "f32">("f32", [0xb2]),
	convertI32U: unary<"i32", "f32">("f32", [0xb3]),
	demoteF64: unary<"f64", "f32">("f32", [0xb6]),
	reinterpretI32: unary<"i32", "f32">("f32", [0xbe]),
	extractLane: (a: V128, lane: number): F32 => expr("f32", a.code, simd(0x1f), lane),
	select: (condition: I32, a: F32, b: F32): F32 => expr("f32", a.code, b.code, condition.code, 0x1b),
};

/** Double precision, for long accumulations. */
export const f64 = {
	const: (value: number): F64 => expr("f64", 0x44, float64Bytes(value)),
	load: loadOp("f64", [0x2b], 3),
	store: storeOp<"f64">([0x39], 3),
	eq: binary<"f64", "f64", "i32">("i32", [0x61]),
	lt: binary<"f64", "f64", "i32">("i32", [0x63]),
	sqrt: unary<"f64", "f64">("f64", [0x9f]),
	add: f64Binary(0xa0),
	sub: f64Binary(0xa1),
	mul: f64Binary(0xa2),
	div: f64Binary(0xa3),
	convertI32S: unary<"i32", "f64">("f64", [0xb7]),
	promoteF32: unary<"f32", "f64">("f64", [0xbb]),
	extractLane: (a: V128, lane: number): F64 => expr("f64", a.code, simd(0x21), lane),
};

/** Whole vectors: bits, loads, stores, shuffles. */
export const v128 = {
	const: (bytes: readonly number[]): V128 => expr("v128", simd(0x0c), bytes),
	load: loadOp("v128", simd(0x00), 0),
	load32Splat: loadOp("v128", simd(0x09), 0),
	load64Splat: loadOp("v128", simd(0x0a), 0),
	load32Zero: loadOp("v128", simd(0x5c), 0),
	load64Zero: loadOp("v128", simd(0x5d), 0),
	load32Lane: loadLane(0x56, 0),
	load64Lane: loadLane(0x57, 0),
	store: storeOp<"v128">(simd(0x0b), 0),
	store8Lane: storeLane(0x58, 0),
	store32Lane: storeLane(0x5a, 0),
	store64Lane: storeLane(0x5b, 0),
	not: v128Unary(0x4d),
	and: v128Binary(0x4e),
	andnot: v128Binary(0x4f),
	or: v128Binary(0x50),
	xor: v128Binary(0x51),
	/** Bits of `a` where `mask` is 1, of `b` where it is 0. */
	bitselect: (a: V128, b: V128, mask: V128): V128 => expr("v128", a.code, b.code, mask.code, simd(0x52)),
	anyTrue: unary<"v128", "i32">("i32", simd(0x53)),
	/** Bytes picked from `a` (0–15) and `b` (16–31). */
	shuffle: (a: V128, b: V128, lanes: readonly number[]): V128 => expr("v128", a.code, b.code, simd(0x0d), lanes),
	select: (condition: I32, a: V128, b: V128): V128 => expr("v128", a.code, b.code, condition.code, 0x1b),
};

/** Picks four 32-bit lanes, 0–3 from `a` and 4–7 from `b`. */
export function shuffle32(a: V128, b: V128, lanes: readonly [number, number, number, number]): V128 {
	return v128.shuffle(
		a,
		b,
		lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
	);
}

/** Four single-precision lanes. */
export const f32x4 = {
	const: (value: number): V128 => {
		const bytes = float32Bytes(value);
		return v128.const([...bytes, ...bytes, ...bytes, ...bytes]);
	},
	splat: unary<"f32", "v128">("v128", simd(0x13)),
	replaceLane: (a: V128, lane: number, value: F32): V128 => expr("v128", a.code, value.code, simd(0x20), lane),
	eq: v128Binary(0x41),
	ne: v128Binary(0x42),
	lt: v128Binary(0x43),
	gt: v128Binary(0x44),
	le: v128Binary(0x45),
	ge: v128Binary(0x46),
	ceil: v128Unary(0x67),
	floor: v128Unary(0x68),
	trunc: v128Unary(0x69),
	nearest: v128Unary(0x6a),
	abs: v128Unary(0xe0),
	neg: v128Unary(0xe1),
	sqrt: v128Unary(0xe3),
	add: v128Binary(0xe4),
	sub: v128Binary(0xe5),
	mul: v128Binary(0xe6),
	div: v128Binary(0xe7),
	min: v128Binary(0xe8),
	max: v128Binary(0xe9),
	/** b < a ? b : a, one instruction on x86. */
	pmin: v128Binary(0xea),
	/** a < b ? b : a, one instruction on x86. */
	pmax: v128Binary(0xeb),
	convertI32x4S: v128Unary(0xfa),
	convertI32x4U: v128Unary(0xfb),
	demoteF64x2Zero: v128Unary(0x5e),
	/** a × b + c in one rounding or two, as the machine has it. */
	relaxedMadd: v128Ternary(0x105),
	/** −(a × b) + c, likewise. */
	relaxedNmadd: v128Ternary(0x106),
};

/** Two double-precision lanes. */
export const f64x2 = {
	const: (value: number): V128 => {
		const bytes = float64Bytes(value);
		return v128.const([...bytes, ...bytes]);
	},
	splat: unary<"f64", "v128">("v128", simd(0x14)),
	eq: v128Binary(0x47),
	ne: v128Binary(0x48),
	lt: v128Binary(0x49),
	gt: v128Binary(0x4a),
	le: v128Binary(0x4b),
	ge: v128Binary(0x4c),
	abs: v128Unary(0xec),
	neg: v128Unary(0xed),
	sqrt: v128Unary(0xef),
	add: v128Binary(0xf0),
	sub: v128Binary(0xf1),
	mul: v128Binary(0xf2),
	div: v128Binary(0xf3),
	min: v128Binary(0xf4),
	max: v128Binary(0xf5),
	floor: v128Unary(0x75),
	nearest: v128Unary(0x94),
	promoteLowF32x4: v128Unary(0x5f),
	convertLowI32x4S: v128Unary(0xfe),
};

/** Four 32-bit integer lanes. */
export const i32x4 = {
	const: (value: number): V128 => {
		scratchView.setInt32(0, value, true);
		const bytes = Array.from(new Uint8Array(scratchView.buffer, 0, 4));
		return v128.const([...bytes, ...bytes, ...bytes, ...bytes]);
	},
	constLanes: (lanes: readonly [number, number, number, number]): V128 =>
		v128.const(
			lanes.flatMap((lane) => {
				scratchView.setInt32(0, lane, true);
				return Array.from(new Uint8Array(scratchView.buffer, 0, 4));
			}),
		),
	splat: unary<"i32", "v128">("v128", simd(0x11)),
	replaceLane: (a: V128, lane: number, value: I32): V128 => expr("v128", a.code, value.code, simd(0x1c), lane),
	eq: v128Binary(0x37),
	ne: v128Binary(0x38),
	ltS: v128Binary(0x39),
	ltU: v128Binary(0x3a),
	gtS: v128Binary(0x3b),
	gtU: v128Binary(0x3c),
	leS: v128Binary(0x3d),
	geS: v128Binary(0x3f),
	abs: v128Unary(0xa0),
	neg: v128Unary(0xa1),
	allTrue: unary<"v128", "i32">("i32", simd(0xa3)),
	bitmask: unary<"v128", "i32">("i32", simd(0xa4)),
	extendLowI16x8U: v128Unary(0xa9),
	shl: v128Shift(0xab),
	shrS: v128Shift(0xac),
	shrU: v128Shift(0xad),
	add: v128Binary(0xae),
	sub: v128Binary(0xb1),
	mul: v128Binary(0xb5),
	minS: v128Binary(0xb6),
	maxS: v128Binary(0xb8),
	truncSatF32x4S: v128Unary(0xf8),
	truncSatF64x2SZero: v128Unary(0xfc),
};

/** Eight 16-bit lanes, only to widen bytes. */
export const i16x8 = {
	extendLowI8x16U: v128Unary(0x89),
	narrowI32x4U: v128Binary(0x86),
};

/** Sixteen bytes, only to narrow and swizzle. */
export const i8x16 = {
	narrowI16x8U: v128Binary(0x66),
};

/** Two 64-bit integer lanes: widening multiplication for the random kernels. */
export const i64x2 = {
	splat: unary<"i64", "v128">("v128", simd(0x12)),
	add: v128Binary(0xce),
	shl: v128Shift(0xcb),
	shrS: v128Shift(0xcc),
	shrU: v128Shift(0xcd),
	extmulLowI32x4U: v128Binary(0xde),
	extmulHighI32x4U: v128Binary(0xdf),
};
