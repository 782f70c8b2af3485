/**
 * Machine code of matrix products made for one shape: C[batch] (+)= A[batch] · B[batch]. C is computed in bands of columns; elements of A are
 * spread over all lanes, and a tile of C stays in registers while k runs. Each element is summed in the order of k.
 */
import { X86Assembler } from "./assembler.ts";
import { type Lanes, type Memory, type Place, VECTOR_REGISTERS } from "./encoder.ts";
import { type Band, copyBand } from "./right-code.ts";

/** What the code is made for. Distances in elements. */
export interface ProductShape {
	readonly m: number;
	readonly n: number;
	readonly k: number;
	readonly aRow: number;
	readonly aColumn: number;
	/** One of B's distances is 1. */
	readonly bRow: number;
	readonly bColumn: number;
	readonly cRow: number;
	/** What is added to the sum: nothing, +0 (which makes it of a −0), what C holds, or a row for all rows of C. */
	readonly adds: "nothing" | "zero" | "itself" | "bias";
	/** Copies each band of B, row after row, before it is used; always so if B's rows are not adjacent elements. */
	readonly copiesRight: boolean;
	/** A was copied by `leftCode`, with tiles of `tileRows`. */
	readonly hasLeftCopy: boolean;
}

/** The code's arguments, 64-bit words in memory: addresses and distances in bytes. */
const ARGUMENTS = ["a", "b", "c", "bias", "aBatch", "bBatch", "cBatch"] as const;
type Argument = (typeof ARGUMENTS)[number];

/** What the code keeps at the start of its scratch: its batch's addresses, the distances, and where it is. */
const LOCALS = [...ARGUMENTS, "bandBias", "bandIndex"] as const;
/** Scratch before the copy of a band; a whole number of cache lines. */
const LOCAL_BYTES = 128;

/** Steps along k that are written out, and the longest k that is written out whole. */
const STEPS = 2;
const LONGEST_WRITTEN_OUT = 16;
/** Vectors of a band: two, so that an element of A serves twice and a tile is about as high as wide. */
const BAND_VECTORS = 2;

/** Bytes of scratch that the code needs for k steps. */
export function scratchBytes(k: number, lanes: Lanes): number {
	return LOCAL_BYTES + (k + lanes) * BAND_VECTORS * 4 * lanes;
}

/** Units of the code's work: bands of columns, of all batches. */
export function bandCount(n: number, lanes: Lanes): number {
	return Math.ceil(n / (BAND_VECTORS * lanes));
}

/** The code, a function `(start, end, arguments, scratch)`: bands `start … end − 1`, addresses of arguments and of scratch at a cache line. */
export function productCode(shape: ProductShape, lanes: Lanes): Uint8Array<ArrayBuffer> {
	const code = new ProductCode(shape, lanes);
	code.write();
	return code.asm.finish();
}

interface Tile extends Band {
	readonly rows: number;
}

class ProductCode {
	readonly asm: X86Assembler;
	readonly #shape: ProductShape;

	constructor(shape: ProductShape, lanes: Lanes) {
		this.asm = new X86Assembler(lanes);
		this.#shape = shape;
	}

	/**
	 * rsi: scratch; rdx, r10: B and C at the band; rcx: bands left; rax, r8: A and C at the tile's row; r9: tiles left; rdi, rbx: A and B (or its
	 * copy) at the tile's step; r11: turns of steps left.
	 */
	write(): void {
		const { asm } = this;
		const bandColumns = BAND_VECTORS * asm.lanes;
		const { n, bColumn } = this.#shape;
		asm.push("rbx");
		this.#begin();
		asm.repeat("rcx", () => {
			this.#anyBand();
			asm.add("rdx", 4 * bandColumns * bColumn);
			asm.add("r10", 4 * bandColumns);
			asm.add(local("bandBias"), 4 * bandColumns);
			asm.add(local("bandIndex"), 1);
			asm.compare(local("bandIndex"), bandCount(n, asm.lanes));
			const sameBatch = asm.label();
			asm.jump(sameBatch, "unequal");
			this.#nextBatch();
			asm.place(sameBatch);
		});
		asm.zeroUpper();
		asm.pop("rbx");
		asm.ret();
	}

	/** Finds the first band's place. Calls bring start, end, arguments and scratch in rdi, rsi, rdx and rcx. */
	#begin(): void {
		const { asm } = this;
		const { n, bColumn } = this.#shape;
		const given = (name: Argument): Memory => ({ base: "r8", offset: 8 * ARGUMENTS.indexOf(name) });
		asm.copy("r8", "rdx");
		asm.copy("r9", "rsi");
		asm.copy("rsi", "rcx");
		asm.copy("rcx", "r9");
		asm.subtract("rcx", "rdi");
		asm.copy("rax", "rdi");
		asm.set("r11", bandCount(n, asm.lanes));
		asm.divide("r11");
		asm.store(local("bandIndex"), "rdx");
		for (const name of ["a", "b", "c"] as const) {
			asm.load("r11", given(`${name}Batch`));
			asm.store(local(`${name}Batch`), "r11");
			asm.multiplyBy("r11", "rax");
			asm.addFrom("r11", given(name));
			asm.store(local(name), "r11");
		}
		asm.load("r11", given("bias"));
		asm.store(local("bias"), "r11");
		const bandBytes = 4 * BAND_VECTORS * asm.lanes;
		asm.scale("rax", "rdx", bandBytes);
		asm.store(local("bandBias"), "r11");
		asm.addTo(local("bandBias"), "rax");
		asm.copy("r10", "rax");
		asm.addFrom("r10", local("c"));
		asm.scale("rdx", "rdx", bandBytes * bColumn);
		asm.addFrom("rdx", local("b"));
	}

	#nextBatch(): void {
		const { asm } = this;
		for (const name of ["a", "b", "c"] as const) {
			asm.load("rax", local(`${name}Batch`));
			asm.addTo(local(name), "rax");
		}
		asm.load("rdx", local("b"));
		asm.load("r10", local("c"));
		asm.load("rax", local("bias"));
		asm.store(local("bandBias"), "rax");
		asm.set(local("bandIndex"), 0);
	}

	/** The band at hand, which may be the narrower last one. */
	#anyBand(): void {
		const { asm } = this;
		const bandColumns = BAND_VECTORS * asm.lanes;
		const { n } = this.#shape;
		const [whole, rest] = [Math.floor(n / bandColumns), n % bandColumns];
		const [narrow, done] = [asm.label(), asm.label()];
		if (whole > 0 && rest > 0) {
			asm.compare(local("bandIndex"), whole);
			asm.jump(narrow, "equal");
		}
		if (whole > 0) this.#band({ vectors: BAND_VECTORS, lastLanes: asm.lanes });
		if (whole > 0 && rest > 0) asm.jump(done);
		asm.place(narrow);
		if (rest > 0) this.#band({ vectors: Math.ceil(rest / asm.lanes), lastLanes: ((rest - 1) % asm.lanes) + 1 });
		asm.place(done);
	}

	#band(band: Band): void {
		const { asm } = this;
		const { m, k, aRow, cRow, hasLeftCopy } = this.#shape;
		if (this.#shape.copiesRight) {
			asm.copy("rdi", "rdx");
			this.#pointAtCopy();
			copyBand(asm, this.#shape, band);
		}
		if (band.lastLanes < asm.lanes) asm.setPart(band.lastLanes);
		asm.load("rax", local("a"));
		asm.copy("r8", "r10");
		const rows = hasLeftCopy ? tileRows(m, asm.lanes) : evenRows(m, mostRows(asm.lanes, band.vectors));
		asm.times("r9", Math.floor(m / rows), () => {
			this.#tile({ ...band, rows });
			asm.add("rax", 4 * rows * (hasLeftCopy ? k : aRow));
			asm.add("r8", 4 * rows * cRow);
		});
		if (m % rows > 0) this.#tile({ ...band, rows: m % rows });
	}

	/** rbx ← the copy of the band at hand */
	#pointAtCopy(): void {
		this.asm.copy("rbx", "rsi");
		this.asm.add("rbx", LOCAL_BYTES);
	}

	/** Distances between A's elements where tiles read them. */
	get #left(): { row: number; column: number } {
		const { hasLeftCopy, m, aRow, aColumn } = this.#shape;
		return hasLeftCopy ? { row: 1, column: tileRows(m, this.asm.lanes) } : { row: aRow, column: aColumn };
	}

	/** Distance between B's rows where tiles read them, in bytes. */
	#rightRow({ vectors }: Band): number {
		return this.#shape.copiesRight ? vectors * this.asm.vectorBytes : 4 * this.#shape.bRow;
	}

	#tile(tile: Tile): void {
		const [asm, { k, cRow, adds }] = [this.asm, this.#shape];
		const { column: aColumn } = this.#left;
		const { rows, vectors, lastLanes } = tile;
		eachOf(rows, vectors, (row, vector) => asm.clear(row * vectors + vector));
		asm.copy("rdi", "rax");
		if (this.#shape.copiesRight) this.#pointAtCopy();
		else asm.copy("rbx", "rdx");
		const written = k <= LONGEST_WRITTEN_OUT ? k : STEPS;
		const steps = (count: number): void => {
			for (let step = 0; step < count; step++) this.#step(tile, step);
		};
		asm.times("r11", Math.floor(k / written), () => {
			steps(written);
			if (written < k) {
				asm.add("rdi", 4 * written * aColumn);
				asm.add("rbx", written * this.#rightRow(tile));
			}
		});
		steps(k % written);
		if (adds === "bias") asm.load("rdi", local("bandBias"));
		if (adds === "zero") asm.clear(rows * vectors);
		eachOf(rows, vectors, (row, vector) => {
			const place = { base: "r8", offset: 4 * row * cRow + vector * asm.vectorBytes } as const;
			const part = vector === vectors - 1 && lastLanes < asm.lanes;
			const [sum, before] = [row * vectors + vector, rows * vectors];
			if (adds === "itself") asm.loadVector(before, place, { part });
			if (adds === "bias") asm.loadVector(before, { base: "rdi", offset: vector * asm.vectorBytes }, { part });
			if (adds !== "nothing") asm.addVector(sum, sum, before);
			asm.storeVector(place, sum, { part });
		});
	}

	/** sums += A's column × B's row, `step` beyond the pointers. */
	#step(tile: Tile, step: number): void {
		const { asm } = this;
		const { row: aRow, column: aColumn } = this.#left;
		const { rows, vectors } = tile;
		const right = Array.from({ length: vectors }, (_, vector) => rows * vectors + vector);
		right.forEach((register, vector) => {
			const part = !this.#shape.copiesRight && vector === vectors - 1 && tile.lastLanes < asm.lanes;
			asm.loadVector(register, { base: "rbx", offset: step * this.#rightRow(tile) + vector * asm.vectorBytes }, { part });
		});
		const left = (rows + 1) * vectors;
		for (let row = 0; row < rows; row++) {
			const element: Memory = { base: "rdi", offset: 4 * (row * aRow + step * aColumn) };
			if (vectors === 1 && asm.lanes === 16) asm.multiplyAddSplat(row, right[0], element);
			else {
				asm.splat(left, element);
				right.forEach((register, vector) => {
					asm.multiplyAdd(row * vectors + vector, left, register);
				});
			}
		}
	}
}

/** Rows of tiles of a band as wide as they get: all tiles are as high as each other, but the last. */
export function tileRows(m: number, lanes: Lanes): number {
	return evenRows(m, mostRows(lanes, BAND_VECTORS));
}

function evenRows(m: number, most: number): number {
	return Math.ceil(m / Math.ceil(m / most));
}

/** Rows of the highest tile that leaves registers for B's vectors, an element of A and a mask. */
function mostRows(lanes: Lanes, vectors: number): number {
	return Math.floor((VECTOR_REGISTERS[lanes] - 2 - vectors) / vectors);
}

function eachOf(rows: number, vectors: number, visit: (row: number, vector: number) => void): void {
	for (let row = 0; row < rows; row++) {
		for (let vector = 0; vector < vectors; vector++) visit(row, vector);
	}
}

function local(name: (typeof LOCALS)[number]): Place {
	return { base: "rsi", offset: 8 * LOCALS.indexOf(name) };
}
