/** The inputs of a formula as a kernel walks over them: pointers that advance, or one element for all lanes. */
import type { DType } from "../../../core/dtype.ts";
import type { Operand } from "../../../kernels/contracts.ts";
import type { Formula, ScalarType } from "../../../kernels/formula.ts";
import { i32, type Local } from "../assembler.ts";
import { bytesOf } from "../block.ts";
import { convertVector, loadSplat, loadVector, type TypedVector } from "../vector.ts";
import type { I32, V128, Writer } from "./writer.ts";

/** How an input is read: element after element, or one element for all. */
export type Step = 0 | 1;

/** Small numbers for element types, to find compiled code without making text. */
export const typeCode: Readonly<Record<DType, number>> = { float32: 0, int32: 1, bool: 2, uint8: 3, float64: 4 };

/** What a kernel's code depends on of a formula's inputs. */
export interface InputVariant {
	readonly formula: Formula;
	readonly dtypes: readonly DType[];
	readonly steps: readonly Step[];
}

/** How an operand can be read in row-major order of its shape; null if it cannot without a copy. */
export function stepOf(input: Operand): Step | null {
	if (input.contiguous) return 1;
	for (let i = 0; i < input.strides.length; i++) if (input.strides[i] !== 0) return null;
	return 0;
}

/** Pointers of a formula's inputs. */
export class InputPointers {
	readonly #w: Writer;
	readonly #variant: InputVariant;
	readonly #bases: readonly I32[];
	readonly #pointers: readonly Local<"i32">[];
	readonly #splats: readonly (TypedVector | null)[];

	/** `bases` are the inputs' addresses. */
	constructor(w: Writer, variant: InputVariant, bases: readonly I32[]) {
		this.#w = w;
		this.#variant = variant;
		this.#bases = bases;
		this.#pointers = bases.map(() => w.f.local("i32"));
		this.#splats = bases.map((base, i) => {
			if (variant.steps[i] === 1) return null;
			const { type, value } = loadSplat(variant.dtypes[i], base);
			return { type, value: w.let(value) };
		});
	}

	/** Points at an element. */
	moveTo(element: I32): void {
		this.#each((pointer, i, bytes) => pointer.set(i32.add(this.#bases[i], scaled(element, bytes))));
	}

	/** Goes on by a number of elements. */
	advance(elements: number): void {
		this.#each((pointer, _, bytes) => pointer.set(i32.add(pointer.get, i32.const(elements * bytes))));
	}

	/** Goes on by as many elements. */
	advanceBy(elements: I32): void {
		this.#each((pointer, _, bytes) => pointer.set(i32.add(pointer.get, scaled(elements, bytes))));
	}

	/** The formula at four elements from `offset` elements on, in lanes of `type`. */
	valueAt(offset: number, type: ScalarType): V128 {
		const inputs = this.#splats.map((splat, i) => {
			if (splat !== null) return splat;
			const dtype = this.#variant.dtypes[i];
			const { type: laneType, value } = loadVector(dtype, this.#pointers[i].get, offset * bytesOf(dtype));
			return { type: laneType, value: this.#w.let(value) };
		});
		const [result] = this.#w.formula(this.#variant.formula, inputs);
		return this.#w.let(convertVector(result, type));
	}

	#each(code: (pointer: Local<"i32">, i: number, bytes: number) => ReturnType<Local<"i32">["set"]>): void {
		this.#pointers.forEach((pointer, i) => {
			if (this.#variant.steps[i] === 1) this.#w.do(code(pointer, i, bytesOf(this.#variant.dtypes[i])));
		});
	}
}

function scaled(element: I32, bytes: number): I32 {
	return bytes === 4 ? i32.shl(element, i32.const(2)) : element;
}
