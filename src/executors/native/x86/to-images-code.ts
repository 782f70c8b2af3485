/** Machine code of products to images. */
import type { TileShape } from "../../wasm/kernels/winograd-map.ts";
import { TILE_OUTPUTS, TILE_SPAN } from "../../wasm/kernels/winograd-transforms.ts";
import type { Lanes, Memory } from "./encoder.ts";
import { LOCAL_BYTES, local, TileCode } from "./tile-code.ts";
import { transpose } from "./transpose-code.ts";

/** The code, a function `(start, end, arguments, scratch)` of rows of tiles. */
export function toImagesCode(shape: TileShape, lanes: Lanes, options: { bias: boolean }): Uint8Array<ArrayBuffer> {
	return new ToImages(shape, lanes, options.bias).write();
}

/** The strip holds rows of outputs, each with the vectors of its columns. */
class ToImages extends TileCode {
	readonly #bias: boolean;

	constructor(shape: TileShape, lanes: Lanes, bias: boolean) {
		super(shape, lanes);
		this.#bias = bias;
	}

	get #pitch(): number {
		return TILE_OUTPUTS * this.shape.tileColumns * this.vectorBytes;
	}

	prepare(): void {}

	group(): void {
		const { asm } = this;
		const { tileColumns, channels, tileRows, height } = this.shape;
		this.pointAtStrip(0);
		asm.copy("rdi", "rdx");
		if (this.#bias) asm.load("r11", local("groupBias"));
		asm.times("r9", tileColumns, () => {
			this.#tile();
			asm.add("rbx", TILE_OUTPUTS * this.vectorBytes);
			asm.add("rdi", 4 * channels);
		});
		const lastRows = height - TILE_OUTPUTS * (tileRows - 1);
		const [short, done] = [asm.label(), asm.label()];
		if (lastRows < TILE_OUTPUTS) {
			asm.compare(local("tileRow"), tileRows - 1);
			asm.jump(short, "equal");
		}
		this.#writeRows(TILE_OUTPUTS);
		if (lastRows < TILE_OUTPUTS) {
			asm.jump(done);
			asm.place(short);
			this.#writeRows(lastRows);
		}
		asm.place(done);
	}

	/** A tile's products at rdi to the strip at rbx. */
	#tile(): void {
		const { program, vectorBytes } = this;
		const { productStep } = this.shape;
		const between = (row: number, j: number): Memory => ({ base: "rsi", offset: LOCAL_BYTES + (row * TILE_SPAN + j) * vectorBytes });
		for (let j = 0; j < TILE_SPAN; j++) {
			const products = Array.from({ length: TILE_SPAN }, (_, i) =>
				program.load({ base: "rdi", offset: (TILE_SPAN * i + j) * productStep }),
			);
			this.transforms.outputs(products).forEach((result, row) => {
				program.store(between(row, j), result);
			});
			program.write();
		}
		for (let row = 0; row < TILE_OUTPUTS; row++) {
			const results = Array.from({ length: TILE_SPAN }, (_, j) => program.load(between(row, j)));
			this.transforms.outputs(results).forEach((pixel, column) => {
				const value = this.#bias ? program.addMemory(pixel, { base: "r11", offset: 0 }) : pixel;
				program.store({ base: "rbx", offset: row * this.#pitch + column * vectorBytes }, value);
			});
			program.write();
		}
	}

	/** The strip's first rows to the planes at r8. */
	#writeRows(count: number): void {
		const { asm } = this;
		const rows = this.joined(TILE_OUTPUTS * this.shape.tileColumns);
		asm.copy("rdi", "r8");
		this.pointAtStrip(0);
		asm.times("r9", Math.floor(count / rows), () => {
			this.#writeBlocks(rows);
			asm.add("rdi", rows * this.rowBytes);
			asm.add("rbx", rows * this.#pitch);
		});
		if (count % rows > 0) this.#writeBlocks(count % rows);
	}

	#writeBlocks(rows: number): void {
		const { asm } = this;
		const { lanes } = asm;
		const { width } = this.shape;
		const whole = rows === 1 ? Math.floor(width / lanes) : 0;
		asm.times("r10", whole, () => {
			this.#writeBlocksFrom(0, lanes);
			asm.add("rdi", this.vectorBytes);
			asm.add("rbx", lanes * this.vectorBytes);
		});
		if (whole > 0) {
			asm.add("rdi", -whole * this.vectorBytes);
			asm.add("rbx", -whole * lanes * this.vectorBytes);
		}
		this.#writeBlocksFrom(whole * lanes, rows * width);
	}

	/** Pixels `from … end − 1` of the strip's rows, straight on. */
	#writeBlocksFrom(from: number, end: number): void {
		const { asm } = this;
		const { lanes } = asm;
		for (let first = from; first < end; first += lanes) {
			const count = Math.min(lanes, end - first);
			// Lanes of nothing are transposed too, and not stored.
			for (let lane = 0; lane < count; lane++) asm.loadVector(lane, { base: "rbx", offset: (first + lane) * this.vectorBytes });
			const planes = transpose(asm);
			if (count < lanes) asm.setPart(count, 0);
			planes.forEach((register, channel) => {
				asm.storeVector({ base: "rdi", offset: channel * this.planeBytes + 4 * first }, register, { part: count < lanes });
			});
		}
	}
}
