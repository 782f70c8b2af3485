/**
 * Writes the body of one kernel function, statement after statement, in the order in which the machine runs them.
 * Values are named by `let`; control flow takes functions that write the inner statements.
 */
import type { DType } from "../../../core/dtype.ts";
import type { Formula } from "../../../kernels/formula.ts";
import type { Primitive } from "../../../kernels/primitive.ts";
import {
	type Code,
	type Expr,
	type FunctionBuilder,
	f32,
	f32x4,
	i32,
	i32x4,
	type Local,
	type ModuleBuilder,
	type ValueType,
	v128,
} from "../assembler.ts";
import { emitFormula, storeLane, type TypedVector, VectorEmitter } from "../vector.ts";

export type I32 = Expr<"i32">;
export type F64 = Expr<"f64">;
export type V128 = Expr<"v128">;

/** Vector code whose constants are made once, at the start of the function: engines do not lift them out of loops. */
class ConstantLiftingEmitter extends VectorEmitter {
	readonly #f: FunctionBuilder;
	readonly #lifted = new Map<string, V128>();
	readonly prologue: Code[] = [];

	constructor(f: FunctionBuilder, relaxedSimd: boolean) {
		super(f, relaxedSimd);
		this.#f = f;
	}
	override readonly real = (value: number): V128 => this.lift(f32x4.const(value));
	override readonly integer = (value: number): V128 => this.lift(i32x4.const(value));

	/** A constant vector, made at the start. */
	lift(constant: V128): V128 {
		const key = constant.code.join();
		const known = this.#lifted.get(key);
		if (known !== undefined) return known;
		const local = this.#f.local("v128");
		this.prologue.push(local.set(constant));
		this.#lifted.set(key, local.get);
		return local.get;
	}
}

/** Collects statements. */
export class Writer {
	readonly f: FunctionBuilder;
	readonly emitter: ConstantLiftingEmitter;
	#statements: Code[] = [];

	constructor(f: FunctionBuilder, relaxedSimd: boolean) {
		this.f = f;
		this.emitter = new ConstantLiftingEmitter(f, relaxedSimd);
	}

	/** What was written so far. */
	get code(): Code {
		return [this.emitter.prologue, this.#statements];
	}

	/** Adds statements. */
	do(...code: Code[]): void {
		this.#statements.push(...code);
	}

	/** Computes a value here, once. */
	let<T extends ValueType>(value: Expr<T>): Expr<T> {
		return this.variable(value).get;
	}

	/** A variable with its first value. */
	variable<T extends ValueType>(value: Expr<T>): Local<T> {
		const local = this.f.local(value.type);
		this.do(local.set(value));
		return local;
	}

	/** `for (i = from; i < to; i += step)` */
	loop(bounds: { from: I32; to: I32; step?: number | I32 }, body: (i: I32) => void): void {
		this.advance(this.variable(bounds.from), bounds, body);
	}

	/** The same from a variable's present value on; the variable stays at the first value not below `to`. */
	advance(counter: Local<"i32">, bounds: { to: I32; step?: number | I32 }, body: (i: I32) => void): void {
		const to = this.let(bounds.to);
		const step = typeof bounds.step === "object" ? bounds.step : i32.const(bounds.step ?? 1);
		this.do(this.f.loop(counter, { to, step }, (i) => [this.#nested(() => body(i))]));
	}

	/** `if (condition) then else otherwise` */
	when(condition: I32, then: () => void, otherwise?: () => void): void {
		const first = this.#nested(then);
		this.do(this.f.when(condition, first, otherwise === undefined ? undefined : this.#nested(otherwise)));
	}

	/** `do … while (condition)`; the body returns the condition. */
	repeat(body: () => I32): void {
		this.do(
			this.f.repeat(() => {
				let again = i32.const(0);
				const code = this.#nested(() => {
					again = body();
				});
				return { body: [code], again };
			}),
		);
	}

	/** A formula's results. */
	formula(of: Formula, inputs: readonly TypedVector[]): TypedVector[] {
		const results = emitFormula(this.emitter, of, inputs);
		this.do(this.emitter.take());
		return results;
	}

	/** A primitive of real lanes. */
	real(primitive: Primitive, ...args: V128[]): V128 {
		const result = primitive.vector(this.emitter, ...args) as V128;
		this.do(this.emitter.take());
		return this.let(result);
	}

	/** a · b + c over four lanes, in one rounding where allowed. */
	madd(a: V128, b: V128, c: V128): V128 {
		return this.emitter.madd(a, b, c);
	}

	/** Stores the first `count` (1 to 3) of four 32-bit lanes; `vector` is a variable's value. */
	storeSome(address: I32, vector: V128, count: I32): void {
		this.when(
			i32.geS(count, i32.const(2)),
			() => {
				this.do(v128.store64Lane(address, vector, 0));
				this.when(i32.eq(count, i32.const(3)), () => this.do(v128.store32Lane(address, vector, 2, 8)));
			},
			() => this.do(v128.store32Lane(address, vector, 0)),
		);
	}

	/** Stores four 32-bit lanes, or the first `count` if that is less. */
	storeUpTo(address: I32, vector: V128, count: I32): void {
		const value = this.let(vector);
		const many = this.let(count);
		const whole = (): void => this.do(v128.store(address, value));
		this.when(i32.geS(many, i32.const(4)), whole, () => this.storeSome(address, value, many));
	}

	/** Sets `count` 32-bit elements to 0. */
	clear(address: I32, count: I32): void {
		this.fill(address, count, zeros);
	}

	/** Sets `count` 32-bit elements to the lanes of a vector. */
	fill(address: I32, count: I32, vector: V128): void {
		const base = this.let(address);
		const all = this.let(i32.shl(count, i32.const(2)));
		// Counted from 0: addresses may have their highest bit set, and loops compare with sign.
		const at = this.variable(i32.const(0));
		for (const bytes of [64, 16]) {
			this.advance(at, { to: i32.sub(all, i32.const(bytes - 1)), step: bytes }, (offset) => {
				const pointer = this.let(i32.add(base, offset));
				for (let more = 0; more < bytes; more += 16) this.do(v128.store(pointer, vector, more));
			});
		}
		this.advance(at, { to: all, step: 4 }, (offset) => this.do(v128.store32Lane(i32.add(base, offset), vector, 0)));
	}

	/** Stores `count` (1 to 4) packed elements of a type; `packed` is a variable's value. */
	storePacked(dtype: DType, address: I32, packed: V128, count: I32): void {
		for (let lane = 0; lane < 4; lane++) {
			this.when(i32.gtS(count, i32.const(lane)), () => this.do(storeLane(dtype, address, packed, lane)));
		}
	}

	#nested(body: () => void): Code {
		const outside = this.#statements;
		this.#statements = [];
		body();
		const inside = this.#statements;
		this.#statements = outside;
		return inside;
	}
}

/** The units of a call and its arguments. */
export interface Call {
	readonly start: I32;
	readonly end: I32;
	/** Where the argument block begins. */
	readonly address: I32;
	/** Word `j` of the argument block. */
	word(j: number): I32;
	/** The same as a float32. */
	real(j: number): Expr<"f32">;
}

/** Adds the function `run(start, end, args)` to a module. */
export function writeKernel(module: ModuleBuilder, relaxedSimd: boolean, write: (w: Writer, call: Call) => void): void {
	module.func({ exportName: "run", parameters: ["i32", "i32", "i32"] }, (f, start, end, args) => {
		const at = args.get as I32;
		const w = new Writer(f, relaxedSimd);
		write(w, {
			start: start.get as I32,
			end: end.get as I32,
			address: at,
			word: (j) => w.let(i32.load(at, 4 * j)),
			real: (j) => w.let(f32.load(at, 4 * j)),
		});
		return w.code;
	});
}

/** Address of a 32-bit element. */
export function wordAt(base: I32, index: I32): I32 {
	return i32.add(base, i32.shl(index, i32.const(2)));
}

/** Lanes 0 … count − 1 all ones, the others 0. */
export function laneMask(count: I32): V128 {
	return i32x4.gtS(i32x4.splat(count), i32x4.constLanes([0, 1, 2, 3]));
}

/** The smaller of two int32. */
export function smaller(a: I32, b: I32): I32 {
	return i32.select(i32.ltS(a, b), a, b);
}

/** A float32 in all lanes, from memory. */
export function splatAt(address: I32, offset = 0): V128 {
	return v128.load32Splat(address, offset);
}

/** 0 in all lanes. */
export const zeros: V128 = f32x4.const(0);
