/** Element types that array files hold, which are more than tensors take, and how their bytes become arrays. */
import { type Shape, sizeOf } from "../../core/shape.ts";
import { DataError } from "../errors.ts";

/** The arrays that file elements are read into. */
export type FileElements =
	| Uint8Array
	| Int8Array
	| Uint16Array
	| Int16Array
	| Uint32Array
	| Int32Array
	| BigUint64Array
	| BigInt64Array
	| Float32Array
	| Float64Array;

interface ElementTypeFacts {
	readonly bytes: number;
	readonly array: new (buffer: ArrayBuffer) => FileElements;
}

/** One row a type. `bool` is 0 or 1 in a byte; `float16` is widened to float32, which holds each of its values. */
export const elementTypes = {
	bool: { bytes: 1, array: Uint8Array },
	uint8: { bytes: 1, array: Uint8Array },
	int8: { bytes: 1, array: Int8Array },
	uint16: { bytes: 2, array: Uint16Array },
	int16: { bytes: 2, array: Int16Array },
	uint32: { bytes: 4, array: Uint32Array },
	int32: { bytes: 4, array: Int32Array },
	uint64: { bytes: 8, array: BigUint64Array },
	int64: { bytes: 8, array: BigInt64Array },
	float16: { bytes: 2, array: Uint16Array },
	float32: { bytes: 4, array: Float32Array },
	float64: { bytes: 8, array: Float64Array },
} as const satisfies Record<string, ElementTypeFacts>;

/** Element type of an array file. */
export type ElementType = keyof typeof elementTypes;

/** An array as a file holds it, row-major whatever order the file had. */
export interface FileArray {
	readonly dtype: ElementType;
	readonly shape: Shape;
	/** Memory of its own, not a view of the file's bytes. int64 and uint64 come as bigint arrays; see `toFloat32` and `toInt32`. */
	readonly data: FileElements;
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Copies the bytes of elements into an array in the machine's byte order. */
export function decodeElements(bytes: Uint8Array, dtype: ElementType, { littleEndian }: { littleEndian: boolean }): FileElements {
	// Not slice, which for Node's Buffer is a view.
	const copy = new Uint8Array(bytes);
	const { bytes: width, array } = elementTypes[dtype];
	if (littleEndian !== hostIsLittleEndian && width > 1) reverseEach(copy, width);
	const elements = new array(copy.buffer);
	return dtype === "float16" ? Float32Array.from(elements as Uint16Array, float16ToNumber) : elements;
}

function reverseEach(bytes: Uint8Array, width: number): void {
	for (let start = 0; start < bytes.length; start += width) bytes.subarray(start, start + width).reverse();
}

/** IEEE 754 binary16: a sign bit, 5 bits of exponent with bias 15, 10 of mantissa. */
function float16ToNumber(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 0x1f;
	const mantissa = bits & 0x3ff;
	if (exponent === 0) return sign * mantissa * 2 ** -24;
	if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
	return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/**
 * The elements as float32, rounded where they have more digits.
 *
 * @example
 * const { shape } = readNpy(bytes); // [150, 4] of float64
 * const x = toFloat32(readNpy(bytes));
 */
export function toFloat32(array: FileArray): Float32Array {
	if (array.data instanceof Float32Array) return array.data;
	return Float32Array.from(array.data as ArrayLike<number | bigint>, Number);
}

/**
 * The elements as int32, for class labels, which NumPy writes as int64.
 *
 * @param name - what the message calls the array
 * @throws DataError if an element is not an integer from −2³¹ to 2³¹ − 1
 */
export function toInt32(array: FileArray, name = "array"): Int32Array {
	if (array.data instanceof Int32Array) return array.data;
	const out = new Int32Array(sizeOf(array.shape));
	for (let i = 0; i < out.length; i++) {
		out[i] = Number(array.data[i]);
		if (out[i] === Number(array.data[i])) continue;
		throw new DataError(
			`${name}: element ${i} is ${array.data[i]}.\n  Expected integers from −2147483648 to 2147483647, as class labels are.`,
			{ row: i },
		);
	}
	return out;
}
