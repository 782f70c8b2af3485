/** States of a fold in variables of a function, and how they are stored. */
import type { DType } from "../../../core/dtype.ts";
import { i32, type Local, v128 } from "../assembler.ts";
import { bytesOf } from "../block.ts";
import { packFor } from "../vector.ts";
import type { Fold } from "./fold.ts";
import type { InputVariant } from "./inputs.ts";
import type { I32, V128, Writer } from "./writer.ts";

/** What a reduction's code depends on. */
export interface ReduceVariant extends InputVariant {
	readonly fold: Fold;
	readonly out: DType;
	/** Whether the reduced axis is cut into chunks: then totals are written instead of results. */
	readonly chunked: boolean;
	readonly relaxedSimd: boolean;
}

/** A fast state or a total in variables. */
export class FoldState {
	readonly #w: Writer;
	readonly #vectors: readonly Local<"v128">[];

	constructor(w: Writer, initial: readonly V128[]) {
		this.#w = w;
		this.#vectors = initial.map((vector) => w.variable(vector));
	}
	get get(): V128[] {
		return this.#vectors.map((vector) => vector.get);
	}
	set(values: readonly V128[]): void {
		values.forEach((value, i) => {
			this.#w.do(this.#vectors[i].set(value));
		});
	}
	/** Writes the vectors as they are. */
	store(address: I32, offset = 0): void {
		this.get.forEach((vector, i) => {
			this.#w.do(v128.store(address, vector, offset + 16 * i));
		});
	}
}

/** Several states with the same start. */
export function makeStates(w: Writer, count: number, initial: readonly V128[]): FoldState[] {
	return Array.from({ length: count }, () => new FoldState(w, initial));
}

/** Stores the first `count` lanes of a result in the output's type. */
export function storeResult(w: Writer, variant: { out: DType; fold: Fold }, address: I32, lanes: V128, count: I32): void {
	const packed = w.let(packFor(variant.out, { type: variant.fold.type, value: w.let(lanes) }));
	w.storePacked(variant.out, address, packed, count);
}

/** Address of an element of an array. */
export function elementAt(dtype: DType, base: I32, index: I32): I32 {
	return i32.add(base, i32.mul(index, i32.const(bytesOf(dtype))));
}
