/** Machine code that copies A for a product: tile after tile, and in each the elements of one step beside each other. */
import { X86Assembler } from "./assembler.ts";
import type { Lanes, Memory } from "./encoder.ts";
import { transpose } from "./transpose-code.ts";

/** What the code is made for. Distances in elements; one of them is 1. */
export interface LeftShape {
	readonly m: number;
	readonly k: number;
	readonly aRow: number;
	readonly aColumn: number;
	/** Rows of a tile: at most as many as there are lanes. */
	readonly tileRows: number;
}

/** The code's arguments, 64-bit words in memory: where A is, and where its copy goes. */
const ARGUMENTS = ["a", "copy"] as const;
/** Steps that are written out, where rows are adjacent. */
const UNROLL = 4;

/** The code, a function `(start, end, arguments)`: tiles `start … end − 1`. The copy of a tile takes k × `tileRows` elements. */
export function leftCode(shape: LeftShape, lanes: Lanes): Uint8Array<ArrayBuffer> {
	const asm = new X86Assembler(lanes);
	const { m, k, aRow, tileRows } = shape;
	const whole = Math.floor(m / tileRows);
	asm.push("rbx");
	asm.copy("r9", "rsi");
	asm.subtract("r9", "rdi");
	asm.scale("r8", "rdi", 4 * tileRows * aRow);
	asm.addFrom("r8", { base: "rdx", offset: 8 * ARGUMENTS.indexOf("a") });
	asm.scale("r10", "rdi", 4 * tileRows * k);
	asm.addFrom("r10", { base: "rdx", offset: 8 * ARGUMENTS.indexOf("copy") });
	asm.repeat("r9", () => {
		const [narrow, done] = [asm.label(), asm.label()];
		if (m % tileRows > 0) {
			asm.compare("rdi", whole);
			asm.jump(narrow, "equal");
		}
		if (whole > 0) copyTile(asm, shape, tileRows);
		if (m % tileRows > 0) {
			asm.jump(done);
			asm.place(narrow);
			copyTile(asm, shape, m % tileRows);
			asm.place(done);
		}
		asm.add("r8", 4 * tileRows * aRow);
		asm.add("r10", 4 * tileRows * k);
		asm.add("rdi", 1);
	});
	asm.zeroUpper();
	asm.pop("rbx");
	asm.ret();
	return asm.finish();
}

/** rcx: A at the step; rbx: its copy. */
function copyTile(asm: X86Assembler, { k, aRow, aColumn, tileRows }: LeftShape, rows: number): void {
	const { lanes } = asm;
	const stepBytes = 4 * tileRows;
	const copied = (step: number): Memory => ({ base: "rbx", offset: step * stepBytes });
	asm.copy("rcx", "r8");
	asm.copy("rbx", "r10");
	if (aRow === 1) {
		asm.setPart(rows);
		const steps = (count: number): void => {
			for (let step = 0; step < count; step++) asm.loadVector(step, { base: "rcx", offset: 4 * step * aColumn }, { part: true });
			for (let step = 0; step < count; step++) asm.storeVector(copied(step), step, { part: true });
			asm.add("rcx", 4 * count * aColumn);
			asm.add("rbx", count * stepBytes);
		};
		asm.times("r11", Math.floor(k / UNROLL), () => steps(UNROLL));
		if (k % UNROLL > 0) steps(k % UNROLL);
		return;
	}
	const square = (count: number): void => {
		if (count < lanes) asm.setPart(count);
		for (let row = 0; row < lanes; row++) {
			if (row < rows) asm.loadVector(row, { base: "rcx", offset: 4 * row * aRow }, { part: count < lanes });
			else asm.clear(row);
		}
		const columns = transpose(asm);
		asm.setPart(rows, 0);
		columns.slice(0, count).forEach((register, step) => {
			asm.storeVector(copied(step), register, { part: true });
		});
		asm.add("rcx", 4 * count);
		asm.add("rbx", count * stepBytes);
	};
	asm.times("r11", Math.floor(k / lanes), () => square(lanes));
	if (k % lanes > 0) square(k % lanes);
}
