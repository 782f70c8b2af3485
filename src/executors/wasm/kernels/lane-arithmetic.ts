/** Linear arithmetic on vectors, lane by lane, apart from what writes it: WebAssembly here, machine code elsewhere. */
import { f32x4 } from "../assembler.ts";
import { multiplyAdd } from "./gemm-micro.ts";
import type { V128, Writer } from "./writer.ts";

/** Writes operations on values of type `V`; products that enter a sum are fused with it where that is possible. */
export interface LaneArithmetic<V> {
	add(a: V, b: V): V;
	subtract(a: V, b: V): V;
	/** factor · x */
	times(factor: number, x: V): V;
	/** sum + factor · x */
	addTimes(sum: V, factor: number, x: V): V;
	/** sum − factor · x */
	subtractTimes(sum: V, factor: number, x: V): V;
}

/** Writes WebAssembly. The constants are loaded where this is made: outside of loops. */
export class WasmArithmetic implements LaneArithmetic<V128> {
	readonly #w: Writer;
	readonly #fused: boolean;
	readonly #constants = new Map<number, V128>();

	constructor(w: Writer, fused: boolean, constants: readonly number[]) {
		this.#w = w;
		this.#fused = fused;
		for (const value of constants) this.#constants.set(value, w.let(f32x4.const(value)));
	}

	add(a: V128, b: V128): V128 {
		return this.#w.let(f32x4.add(a, b));
	}

	subtract(a: V128, b: V128): V128 {
		return this.#w.let(f32x4.sub(a, b));
	}

	times(factor: number, x: V128): V128 {
		return this.#w.let(f32x4.mul(this.#constant(factor), x));
	}

	addTimes(sum: V128, factor: number, x: V128): V128 {
		return this.#w.let(multiplyAdd(this.#fused, this.#constant(factor), x, sum));
	}

	subtractTimes(sum: V128, factor: number, x: V128): V128 {
		const constant = this.#constant(factor);
		return this.#w.let(this.#fused ? f32x4.relaxedNmadd(constant, x, sum) : f32x4.sub(sum, f32x4.mul(constant, x)));
	}

	#constant(value: number): V128 {
		const known = this.#constants.get(value);
		if (known === undefined) throw new Error(`The constant ${value} was not declared.`);
		return known;
	}
}
