/** Machine code of images to products. */
import { rowRanges, type TileShape, type TileSource } from "../../wasm/kernels/winograd-map.ts";
import { TILE_OUTPUTS, TILE_SPAN, type Transform } from "../../wasm/kernels/winograd-transforms.ts";
import type { Lanes, Memory } from "./encoder.ts";
import { local, TileCode } from "./tile-code.ts";
import { transpose } from "./transpose-code.ts";
import type { Value } from "./vector-program.ts";

/** The code, a function `(start, end, arguments, scratch)` of rows of tiles. */
export function toProductsCode(source: TileSource, shape: TileShape, lanes: Lanes): Uint8Array<ArrayBuffer> {
	return new ToProducts(source, shape, lanes).write();
}

/** The strip holds columns, each with the vectors of its rows, or of its products once they are made. */
class ToProducts extends TileCode {
	readonly #span: number;
	readonly #transform: Transform<Value>;
	/** Columns of the strip, and those of them that are in the image. */
	readonly #columns: number;
	readonly #inside: number;

	constructor(source: TileSource, shape: TileShape, lanes: Lanes) {
		super(shape, lanes);
		const isImage = source === "image";
		this.#span = isImage ? TILE_SPAN : TILE_OUTPUTS;
		this.#transform = isImage ? this.transforms.image : this.transforms.gradient;
		this.#columns = TILE_OUTPUTS * shape.tileColumns + this.#span - TILE_OUTPUTS;
		this.#inside = Math.min(shape.width, this.#columns - shape.left);
	}

	get #columnBytes(): number {
		return TILE_SPAN * this.vectorBytes;
	}

	/** What lies to the left and right of the image stays zero: so do its products. */
	prepare(): void {
		const { asm } = this;
		asm.clear(0);
		for (let column = 0; column < this.#columns; column++) {
			if (column >= this.shape.left && column < this.shape.left + this.#inside) continue;
			for (let i = 0; i < TILE_SPAN; i++) asm.storeVector(this.stripAt(column * this.#columnBytes + i * this.vectorBytes), 0);
		}
	}

	group(): void {
		this.#fill();
		this.#downColumns();
		this.#alongRows();
	}

	/** Pixels to the strip, by which of a tile's rows lie in the image. */
	#fill(): void {
		const { asm } = this;
		const ranges = rowRanges(this.shape, this.#span);
		const done = asm.label();
		ranges.forEach((range, index) => {
			const next = asm.label();
			const isLast = index === ranges.length - 1;
			if (!isLast) {
				asm.compare(local("tileRow"), range.end);
				asm.jump(next, "notLess");
			}
			this.#fillRows(range);
			if (!isLast) asm.jump(done);
			asm.place(next);
		});
		asm.place(done);
	}

	#fillRows({ from, to }: { from: number; to: number }): void {
		const { asm, vectorBytes } = this;
		const { left, top } = this.shape;
		this.#clearRows([...Array(this.#span).keys()].filter((row) => row < from || row >= to));
		if (to === from) return;
		asm.copy("rdi", "r8");
		asm.add("rdi", (from - top) * this.rowBytes);
		this.pointAtStrip(left * this.#columnBytes + from * vectorBytes);
		const rows = this.joined(this.shape.width);
		asm.times("r9", Math.floor((to - from) / rows), () => {
			this.#fillBlocks(rows);
			asm.add("rdi", rows * this.rowBytes);
			asm.add("rbx", rows * vectorBytes);
		});
		if ((to - from) % rows > 0) this.#fillBlocks((to - from) % rows);
	}

	#clearRows(rows: readonly number[]): void {
		const { asm } = this;
		if (rows.length === 0) return;
		asm.clear(0);
		this.pointAtStrip(this.shape.left * this.#columnBytes);
		asm.times("r9", this.#inside, () => {
			for (const row of rows) asm.storeVector({ base: "rbx", offset: row * this.vectorBytes }, 0);
			asm.add("rbx", this.#columnBytes);
		});
	}

	/** A few rows that lie beside each other, a square at a time; rdi: the first pixel, rbx: its place in the strip. */
	#fillBlocks(rows: number): void {
		const { asm } = this;
		const { lanes } = asm;
		const { width } = this.shape;
		const whole = rows === 1 ? Math.floor(this.#inside / lanes) : 0;
		asm.times("r10", whole, () => {
			this.#fillBlocksFrom(0, lanes);
			asm.add("rdi", this.vectorBytes);
			asm.add("rbx", lanes * this.#columnBytes);
		});
		if (whole > 0) {
			asm.add("rdi", -whole * this.vectorBytes);
			asm.add("rbx", -whole * lanes * this.#columnBytes);
		}
		this.#fillBlocksFrom(whole * lanes, rows * width);
	}

	/** Pixels `from … end − 1` behind rdi, straight on. */
	#fillBlocksFrom(from: number, end: number): void {
		const { asm } = this;
		const { lanes } = asm;
		const { width } = this.shape;
		for (let first = from; first < end; first += lanes) {
			const count = Math.min(lanes, end - first);
			if (count < lanes) asm.setPart(count);
			for (let channel = 0; channel < lanes; channel++) {
				asm.loadVector(channel, { base: "rdi", offset: channel * this.planeBytes + 4 * first }, { part: count < lanes });
			}
			transpose(asm).forEach((register, lane) => {
				const [row, column] = [Math.floor((first + lane) / width), (first + lane) % width];
				if (lane >= count || column >= this.#inside) return;
				asm.storeVector({ base: "rbx", offset: column * this.#columnBytes + row * this.vectorBytes }, register);
			});
		}
	}

	#downColumns(): void {
		const { asm, program, vectorBytes } = this;
		this.pointAtStrip(this.shape.left * this.#columnBytes);
		asm.times("r9", this.#inside, () => {
			const at = (row: number): Memory => ({ base: "rbx", offset: row * vectorBytes });
			const pixels = Array.from({ length: this.#span }, (_, row) => program.load(at(row)));
			this.#transform(pixels).forEach((product, row) => {
				program.store(at(row), product);
			});
			program.write();
			asm.add("rbx", this.#columnBytes);
		});
	}

	#alongRows(): void {
		const { asm, program, vectorBytes } = this;
		const { tileColumns, channels, productStep } = this.shape;
		this.pointAtStrip(0);
		asm.copy("rdi", "rdx");
		asm.times("r9", tileColumns, () => {
			for (let i = 0; i < TILE_SPAN; i++) {
				const pixels = Array.from({ length: this.#span }, (_, j) =>
					program.load({ base: "rbx", offset: j * this.#columnBytes + i * vectorBytes }),
				);
				this.#transform(pixels).forEach((product, j) => {
					program.store({ base: "rdi", offset: (TILE_SPAN * i + j) * productStep }, product);
				});
				program.write();
			}
			asm.add("rbx", TILE_OUTPUTS * this.#columnBytes);
			asm.add("rdi", 4 * channels);
		});
	}
}
