/** Blocks of a WASM heap and the addresses of operands in it. */
import { type DType, dtypes } from "../../core/dtype.ts";
import type { Block, Operand } from "../../kernels/contracts.ts";

/** A block of the heap. */
export interface WasmBlock extends Block {
	/** Byte address of its first element. */
	readonly address: number;
}

/** Byte address of an operand's element 0. */
export function addressOf(operand: Operand): number {
	return (operand.block as WasmBlock).address + operand.offset * bytesOf(operand.dtype);
}

/** Bytes of one element. */
export function bytesOf(dtype: DType): number {
	return dtypes[dtype].bytes;
}
