/** The element types of tensors and what follows from each. */

/** Element type. `float64` lives on the reference executor only. */
export type DType = "float32" | "float64" | "int32" | "uint8" | "bool";

/** The typed arrays in which elements travel to and from JavaScript; bool is 0 or 1 in a byte. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

interface DTypeFacts {
	readonly bytes: number;
	readonly array: { new (length: number): TypedArray; from(source: ArrayLike<number>): TypedArray };
	/** Where it stands when two types meet: the higher one wins. */
	readonly rank: number;
	/** Takes part in differentiation. */
	readonly floating: boolean;
}

/** One row a type. */
export const dtypes: Readonly<Record<DType, DTypeFacts>> = {
	bool: { bytes: 1, array: Uint8Array, rank: 0, floating: false },
	uint8: { bytes: 1, array: Uint8Array, rank: 1, floating: false },
	int32: { bytes: 4, array: Int32Array, rank: 2, floating: false },
	float32: { bytes: 4, array: Float32Array, rank: 3, floating: true },
	float64: { bytes: 8, array: Float64Array, rank: 4, floating: true },
};

/** The type of a result that mixes `a` and `b`. */
export function promote(a: DType, b: DType): DType {
	return dtypes[a].rank >= dtypes[b].rank ? a : b;
}

/** Whether values of this type have derivatives. */
export function isFloating(dtype: DType): boolean {
	return dtypes[dtype].floating;
}
