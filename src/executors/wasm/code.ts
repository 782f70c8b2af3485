/** Pieces of WebAssembly code: bytes, typed expressions, and numbers in the binary format. */

/** The value types of WebAssembly that kernels use. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** Bytes of code; nested so that pieces are joined without copying. */
export type Code = readonly (number | Code)[] | Uint8Array;

/** Code that leaves one value of type `T` on the stack. */
export interface Expr<T extends ValueType = ValueType> {
	readonly type: T;
	readonly code: Code;
}

/** The types' bytes in the binary format. */
export const typeByte: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

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
export function signed(value: number): number[] {
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

/** Signed LEB128 of an int64. */
export function signedBig(value: bigint): number[] {
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

/** Eight bytes in which numbers are taken apart. */
export const scratchView = new DataView(new ArrayBuffer(8));
/** Little-endian bytes of a float32. */
export function float32Bytes(value: number): number[] {
	scratchView.setFloat32(0, value, true);
	return Array.from(new Uint8Array(scratchView.buffer, 0, 4));
}
/** Little-endian bytes of a float64. */
export function float64Bytes(value: number): number[] {
	scratchView.setFloat64(0, value, true);
	return Array.from(new Uint8Array(scratchView.buffer, 0, 8));
}

/** Code with the type of the value that it leaves. */
export const expr = <T extends ValueType>(type: T, ...code: readonly (number | Code)[]): Expr<T> => ({ type, code });
/** An instruction of the vector set. */
export const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
