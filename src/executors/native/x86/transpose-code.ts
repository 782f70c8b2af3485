/** Machine code that transposes a square of numbers in registers. */
import type { X86Assembler } from "./assembler.ts";

/**
 * Transposes the rows in registers 0 … lanes − 1: pairs of rows, then pairs of pairs are interleaved within 128 bits, and the pieces of
 * 128 bits are brought together. Changes twice as many registers.
 *
 * @returns the registers of the columns
 */
export function transpose(asm: X86Assembler): readonly number[] {
	const { lanes } = asm;
	const other = (index: number): number => lanes + index;
	for (let row = 0; row < lanes; row += 4) {
		asm.interleave(other(row), row, row + 1, { half: "low" });
		asm.interleave(other(row + 1), row, row + 1, { half: "high" });
		asm.interleave(other(row + 2), row + 2, row + 3, { half: "low" });
		asm.interleave(other(row + 3), row + 2, row + 3, { half: "high" });
	}
	for (let row = 0; row < lanes; row += 4) {
		for (const pair of [0, 1]) {
			asm.interleavePairs(row + 2 * pair, other(row + pair), other(row + pair + 2), { half: "low" });
			asm.interleavePairs(row + 2 * pair + 1, other(row + pair), other(row + pair + 2), { half: "high" });
		}
	}
	// Register 4 g + j holds, in its piece p, elements 4 p + j of rows 4 g … 4 g + 3.
	const columns: number[] = [];
	for (let j = 0; j < 4; j++) {
		if (lanes === 8) {
			asm.joinPieces(other(j), j, 4 + j, { pieces: "even" });
			asm.joinPieces(other(4 + j), j, 4 + j, { pieces: "odd" });
			[columns[j], columns[4 + j]] = [other(j), other(4 + j)];
			continue;
		}
		const [even, odd] = [
			[other(j), other(4 + j)],
			[other(8 + j), other(12 + j)],
		];
		for (const half of [0, 1]) {
			asm.joinPieces(even[half], 8 * half + j, 8 * half + 4 + j, { pieces: "even" });
			asm.joinPieces(odd[half], 8 * half + j, 8 * half + 4 + j, { pieces: "odd" });
		}
		asm.joinPieces(j, even[0], even[1], { pieces: "even" });
		asm.joinPieces(4 + j, odd[0], odd[1], { pieces: "even" });
		asm.joinPieces(8 + j, even[0], even[1], { pieces: "odd" });
		asm.joinPieces(12 + j, odd[0], odd[1], { pieces: "odd" });
		for (let piece = 0; piece < 4; piece++) columns[4 * piece + j] = 4 * piece + j;
	}
	return columns;
}
