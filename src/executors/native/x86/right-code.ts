/** Machine code that copies a band of B's columns for a product: row after row, its vectors beside each other. */
import type { X86Assembler } from "./assembler.ts";
import type { Memory } from "./encoder.ts";
import { transpose } from "./transpose-code.ts";

/** A band of columns: vectors, the last of them in part or whole. */
export interface Band {
	readonly vectors: number;
	/** Lanes of the last vector. */
	readonly lastLanes: number;
}

/** What of a product's shape matters here. */
interface RightShape {
	readonly k: number;
	readonly bRow: number;
	readonly bColumn: number;
}

/** Rows that are written out, where they lie as rows. */
const UNROLL = 4;

/** Copies the band at rdi to rbx, k rows and up to a vector's lanes more; lanes beyond the last column become 0. Changes rax and r11 too. */
export function copyBand(asm: X86Assembler, shape: RightShape, band: Band): void {
	if (shape.bColumn === 1) copyRows(asm, shape, band);
	else copyColumns(asm, shape, band);
}

function copyRows(asm: X86Assembler, { k, bRow }: RightShape, { vectors, lastLanes }: Band): void {
	const { lanes, vectorBytes } = asm;
	if (lastLanes < lanes) asm.setPart(lastLanes);
	const rows = (count: number): void => {
		for (let i = 0; i < count * vectors; i++) {
			const [row, vector] = [Math.floor(i / vectors), i % vectors];
			const part = vector === vectors - 1 && lastLanes < lanes;
			asm.loadVector(i, { base: "rdi", offset: 4 * row * bRow + vector * vectorBytes }, { part });
		}
		for (let i = 0; i < count * vectors; i++) asm.storeVector({ base: "rbx", offset: i * vectorBytes }, i);
		asm.add("rdi", 4 * count * bRow);
		asm.add("rbx", count * vectors * vectorBytes);
	};
	asm.times("r11", Math.floor(k / UNROLL), () => rows(UNROLL));
	if (k % UNROLL > 0) rows(k % UNROLL);
}

/** Columns that lie as rows: squares of lanes × lanes are transposed. The last one may have too few steps to read, but writes all. */
function copyColumns(asm: X86Assembler, { k, bColumn }: RightShape, { vectors, lastLanes }: Band): void {
	const { lanes, vectorBytes } = asm;
	const rest = k % lanes;
	asm.times("r11", Math.ceil(k / lanes), () => {
		for (let vector = 0; vector < vectors; vector++) {
			const columns = vector === vectors - 1 ? lastLanes : lanes;
			// Anew for each vector: AVX2 keeps it in a register that `transpose` changes.
			if (rest > 0) setStepsRead(asm, k);
			for (let lane = 0; lane < lanes; lane++) {
				const column: Memory = { base: "rdi", offset: 4 * (vector * lanes + lane) * bColumn };
				if (lane < columns) asm.loadVector(lane, column, { part: rest > 0 });
				else asm.clear(lane);
			}
			transpose(asm).forEach((register, step) => {
				asm.storeVector({ base: "rbx", offset: (step * vectors + vector) * vectorBytes }, register);
			});
		}
		asm.add("rdi", 4 * lanes);
		asm.add("rbx", lanes * vectors * vectorBytes);
	});
}

/** Parts are all of a vector, but in the last of r11's turns only what is left of k. */
function setStepsRead(asm: X86Assembler, k: number): void {
	const rest = k % asm.lanes;
	if (k < asm.lanes) {
		asm.setPart(rest);
		return;
	}
	const [last, done] = [asm.label(), asm.label()];
	asm.compare("r11", 1);
	asm.jump(last, "equal");
	asm.setPart(asm.lanes);
	asm.jump(done);
	asm.place(last);
	asm.setPart(rest);
	asm.place(done);
}
