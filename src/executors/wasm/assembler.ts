/**
 * A small WebAssembly assembler: typed expressions become bytes, bytes become a module.
 * It knows the instructions that the kernels use and no more; it does not optimise (the engine does).
 */

/** The value types of WebAssembly that kernels use. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** Bytes of code; nested so that pieces are joined without copying. */
export type Code = readonly (number | Code)[] | Uint8Array;

/** Code that leaves one value of type `T` on the stack. */
export interface Expr<T extends ValueType = ValueType> {
	readonly type: T;
	readonly code: Code;
}

const typeByte: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
	const bytes: number[] = [];
	let rest = value >>> 0;
	do {
		const low = rest & 0x7f;
		rest >>>= 7;
		bytes.push(rest === 0 ? low : low | 0x80);
	} while (rest !== 0);
	return bytes;
}

/** Signed LEB128 of an int32. */
function signed(value: number): number[] {
	const bytes: number[] = [];
	let rest = value | 0;
	for (;;) {
		const low = rest & 0x7f;
		rest >>= 7;
		if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
			bytes.push(low);
			return bytes;
		}
		bytes.push(low | 0x80);
	}
}

function signedBig(value: bigint): number[] {
	const bytes: number[] = [];
	let rest = BigInt.asIntN(64, value);
	for (;;) {
		const low = Number(rest & 0x7fn);
		rest >>= 7n;
		if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
			bytes.push(low);
			return bytes;
		}
		bytes.push(low | 0x80);
	}
}

const scratchView = new DataView(new ArrayBuffer(8));
function float32Bytes(value: number): number[] {
	scratchView.setFloat32(0, value, true);
	return Array.from(new Uint8Array(scratchView.buffer, 0, 4));
}
function float64Bytes(value: number): number[] {
	scratchView.setFloat64(0, value, true);
	return Array.from(new Uint8Array(scratchView.buffer, 0, 8));
}

const expr = <T extends ValueType>(type: T, ...code: readonly (number | Code)[]): Expr<T> => ({ type, code });
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

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

/** A function's parameter or local variable. */
export interface Local<T extends ValueType = ValueType> {
	readonly type: T;
	readonly index: number;
	/** Reads it. */
	readonly get: Expr<T>;
	/** Writes it. */
	set(value: Expr<T>): Code;
	/** Writes it and leaves the value. */
	tee(value: Expr<T>): Expr<T>;
}

/** Collects the locals and the body of one function. */
export class FunctionBuilder {
	readonly #types: ValueType[] = [];
	readonly #parameterCount: number;
	readonly parameters: Local[];
	readonly #pool: ConstantPool;

	constructor(parameters: readonly ValueType[], pool: ConstantPool) {
		this.#pool = pool;
		this.#parameterCount = parameters.length;
		this.parameters = parameters.map((type) => this.local(type));
	}

	/** A new local, 0 at the start. */
	local<T extends ValueType>(type: T): Local<T> {
		const index = this.#types.push(type) - 1;
		return {
			type,
			index,
			get: expr(type, 0x20, unsigned(index)),
			set: (value) => [value.code, 0x21, unsigned(index)],
			tee: (value) => expr(type, value.code, 0x22, unsigned(index)),
		};
	}

	/** A 32-bit pattern in all four lanes, cheaper in loops than `v128.const`: engines build those anew with every use. */
	splat32(bits: number): Expr<"v128"> {
		return this.#pool.splat(bits);
	}

	/**
	 * `for (counter = from; counter < to; counter += step) body`, signed comparison.
	 * `from` may be omitted to go on from the counter's present value.
	 */
	loop(counter: Local<"i32">, bounds: { from?: I32; to: I32; step?: I32 }, body: (counter: I32) => readonly Code[]): Code {
		const step = bounds.step ?? i32.const(1);
		return [
			bounds.from === undefined ? [] : counter.set(bounds.from),
			this.when(
				i32.ltS(counter.get, bounds.to),
				this.repeat(() => ({
					body: [...body(counter.get), counter.set(i32.add(counter.get, step))],
					again: i32.ltS(counter.get, bounds.to),
				})),
			),
		];
	}

	/** `do body while (again)`. */
	repeat(build: () => { body: readonly Code[]; again: I32 }): Code {
		const { body, again } = build();
		return [0x03, 0x40, body, again.code, 0x0d, 0x00, 0x0b];
	}

	/** `if (condition) then else otherwise`. */
	when(condition: I32, then: Code, otherwise?: Code): Code {
		return [condition.code, 0x04, 0x40, then, otherwise === undefined ? [] : [0x05, otherwise], 0x0b];
	}

	/** Local declarations in the binary format, the parameters left out. */
	declarations(): number[] {
		const groups: [number, ValueType][] = [];
		for (const type of this.#types.slice(this.#parameterCount)) {
			const last = groups.at(-1);
			if (last !== undefined && last[1] === type) last[0]++;
			else groups.push([1, type]);
		}
		return [...unsigned(groups.length), ...groups.flatMap(([count, type]) => [...unsigned(count), typeByte[type]])];
	}
}

/** Where the constants of all modules lie in the heap: byte address and most bytes. Each module writes those it uses. */
export const constantArea = { address: 64, bytes: 16384 } as const;

/** Slots of the constants, the same in every module and heap. Only ever grows; a full area makes constants literal again. */
const constantSlots = new Map<number, number>();

/** The constants that one module reads from memory. */
class ConstantPool {
	readonly #used = new Map<number, number>();

	splat(bits: number): Expr<"v128"> {
		// Engines make these two without a load.
		if (bits === 0 || bits === -1) return i32x4.const(bits);
		let slot = constantSlots.get(bits);
		if (slot === undefined) {
			if (constantSlots.size * 4 >= constantArea.bytes) return i32x4.const(bits);
			slot = constantSlots.size;
			constantSlots.set(bits, slot);
		}
		const address = constantArea.address + 4 * slot;
		this.#used.set(address, bits);
		return v128.load32Splat(i32.const(0), address);
	}

	/** Active data segments. */
	segments(): number[][] {
		return [...this.#used].map(([address, bits]) => [
			...[0x00, 0x41, ...signed(address), 0x0b, 0x04],
			...[bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24],
		]);
	}
}

/** A function of the module under construction, to be called from another. */
export interface FunctionRef {
	readonly index: number;
	readonly result: ValueType | null;
}

interface FunctionEntry {
	parameters: readonly ValueType[];
	result: ValueType | null;
	exportName: string | null;
	builder: FunctionBuilder;
	body: Code;
}

/** What a module imports: the heap, and one immutable global per instance. */
export interface ModuleImports {
	/** Whether the imported memory is shared between threads. */
	readonly sharedMemory: boolean;
}

/**
 * Builds one module that imports `env.memory` and the immutable i32 global `env.scratch`
 * (the address of this thread's scratch area).
 */
export class ModuleBuilder {
	readonly #functions: FunctionEntry[] = [];
	readonly #pool = new ConstantPool();

	/** The address of the scratch area of the thread that runs the code. */
	readonly scratch: Expr<"i32"> = expr("i32", 0x23, 0x00);

	/** Adds a function; `build` returns its statements and, last, its result expression if it has one. */
	func(
		options: { exportName?: string; parameters: readonly ValueType[]; result?: ValueType },
		build: (f: FunctionBuilder, ...parameters: Local[]) => Code,
	): FunctionRef {
		const builder = new FunctionBuilder(options.parameters, this.#pool);
		const body = build(builder, ...builder.parameters);
		const result = options.result ?? null;
		this.#functions.push({
			parameters: options.parameters,
			result,
			exportName: options.exportName ?? null,
			builder,
			body,
		});
		return { index: this.#functions.length - 1, result };
	}

	/** Calls a function without result. */
	call(target: FunctionRef, ...args: Expr[]): Code {
		return [args.map((arg) => arg.code), 0x10, unsigned(target.index)];
	}

	/** Calls a function for its result. */
	callFor<T extends ValueType>(type: T, target: FunctionRef, ...args: Expr[]): Expr<T> {
		return { type, code: this.call(target, ...args) };
	}

	/** The module in the binary format. */
	bytes(imports: ModuleImports): Uint8Array<ArrayBuffer> {
		const types = this.#functions.map(
			({ parameters, result }): Code => [
				0x60,
				vector(parameters.map((type) => [typeByte[type]])),
				result === null ? [0] : [1, typeByte[result]],
			],
		);
		const maximumPages = unsigned(65536);
		const memory = imports.sharedMemory ? [0x02, 0x03, 0x00, ...maximumPages] : [0x02, 0x01, 0x00, ...maximumPages];
		const exported = this.#functions.flatMap(({ exportName }, index): Code[] =>
			exportName === null ? [] : [[text(exportName), 0x00, unsigned(index)]],
		);
		const bodies = this.#functions.map(({ builder, body }): Code => {
			const code = flatten([builder.declarations(), body, 0x0b]);
			return [unsigned(code.length), code];
		});
		return flatten([
			[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
			section(1, vector(types)),
			section(
				2,
				vector([
					[text("env"), text("memory"), memory],
					[text("env"), text("scratch"), 0x03, 0x7f, 0x00],
				]),
			),
			section(3, vector(this.#functions.map((_, index) => unsigned(index)))),
			section(7, vector(exported)),
			section(10, vector(bodies)),
			section(11, vector(this.#pool.segments())),
		]);
	}
}

const encoder = new TextEncoder();
const text = (value: string): Code => {
	const bytes = encoder.encode(value);
	return [unsigned(bytes.length), bytes];
};
const section = (id: number, content: Code): Code => {
	const bytes = flatten(content);
	return [id, unsigned(bytes.length), bytes];
};
const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];

/** Joins nested code. Written for speed: a program's first step waits for it. */
function flatten(code: Code): Uint8Array<ArrayBuffer> {
	let out = new Uint8Array(4096);
	let length = 0;
	const reserve = (count: number): void => {
		if (length + count <= out.length) return;
		const larger = new Uint8Array(2 * (length + count));
		larger.set(out);
		out = larger;
	};
	const visit = (part: Exclude<Code, Uint8Array>): void => {
		reserve(part.length);
		for (let i = 0; i < part.length; i++) {
			const item = part[i];
			if (typeof item === "number") {
				if (length === out.length) reserve(1);
				out[length++] = item;
			} else if (item instanceof Uint8Array) {
				reserve(item.length);
				out.set(item, length);
				length += item.length;
			} else visit(item);
		}
	};
	if (code instanceof Uint8Array) return code as Uint8Array<ArrayBuffer>;
	visit(code);
	return out.slice(0, length);
}
