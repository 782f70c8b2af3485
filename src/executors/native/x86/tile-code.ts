/**
 * Machine code of the image transforms of Winograd's convolution, with as many channels at a time as a vector has lanes. Pixels lie in
 * planes; squares of channels × pixels are transposed between them and a strip in the scratch: one row of tiles, vectors of channels.
 */
import type { TileShape } from "../../wasm/kernels/winograd-map.ts";
import { TILE_OUTPUTS, TILE_PRODUCTS, TILE_SPAN, WinogradTransforms } from "../../wasm/kernels/winograd-transforms.ts";
import { X86Assembler } from "./assembler.ts";
import type { Lanes, Memory, Place } from "./encoder.ts";
import { type Value, VectorProgram } from "./vector-program.ts";

/** The code's arguments, 64-bit words in memory. */
const ARGUMENTS = ["images", "products", "bias"] as const;
/** What the code keeps at the start of its scratch. */
const LOCALS = ["units", "image", "tileRow", "products", "bias", "groupBias"] as const;
/** Scratch before what a tile needs between the passes of its transform. */
export const LOCAL_BYTES = 64;

/** Bytes of scratch that the code needs for a row of tiles. Between images and products the strip is longest where it holds columns of pixels. */
export function tileScratchBytes({ tileColumns }: TileShape, lanes: Lanes): number {
	const columns = TILE_OUTPUTS * tileColumns + TILE_SPAN - TILE_OUTPUTS;
	return LOCAL_BYTES + (TILE_PRODUCTS + TILE_SPAN * columns) * 4 * lanes;
}

/** Walks rows of tiles and, in each, groups of channels. */
export abstract class TileCode {
	readonly asm: X86Assembler;
	readonly shape: TileShape;
	readonly program: VectorProgram;
	readonly transforms: WinogradTransforms<Value>;

	constructor(shape: TileShape, lanes: Lanes) {
		this.asm = new X86Assembler(lanes);
		this.shape = shape;
		this.program = new VectorProgram(this.asm);
		this.transforms = new WinogradTransforms(this.program);
	}

	get vectorBytes(): number {
		return this.asm.vectorBytes;
	}

	get rowBytes(): number {
		return 4 * this.shape.width;
	}

	get planeBytes(): number {
		return this.shape.height * this.rowBytes;
	}

	/** Rows of an image that lie beside each other as one vector, or 1. */
	joined(columns: number): number {
		const { width } = this.shape;
		const { lanes } = this.asm;
		return columns === width && width < lanes && lanes % width === 0 ? lanes / width : 1;
	}

	/** What happens once, before all rows. */
	abstract prepare(): void;

	/** One group of channels of a row of tiles: rdx: its products, r8: its first plane at the row's first output. Keeps rdx, r8, rsi and rcx. */
	abstract group(): void;

	write(): Uint8Array<ArrayBuffer> {
		const { asm } = this;
		const { channels, tileRows, tileColumns } = this.shape;
		asm.push("rbx");
		this.#begin();
		this.prepare();
		asm.repeat(local("units"), () => {
			asm.load("r8", local("tileRow"));
			asm.scale("r8", "r8", TILE_OUTPUTS * this.rowBytes);
			asm.addFrom("r8", local("image"));
			asm.load("rdx", local("products"));
			asm.load("rax", local("bias"));
			asm.store(local("groupBias"), "rax");
			asm.times("rcx", channels / asm.lanes, () => {
				this.group();
				asm.add("rdx", this.vectorBytes);
				asm.add("r8", asm.lanes * this.planeBytes);
				asm.add(local("groupBias"), this.vectorBytes);
			});
			asm.add(local("products"), 4 * tileColumns * channels);
			asm.add(local("tileRow"), 1);
			asm.compare(local("tileRow"), tileRows);
			const sameImage = asm.label();
			asm.jump(sameImage, "unequal");
			asm.set(local("tileRow"), 0);
			asm.add(local("image"), channels * this.planeBytes);
			asm.place(sameImage);
		});
		asm.zeroUpper();
		asm.pop("rbx");
		asm.ret();
		return asm.finish();
	}

	/** Finds the first row's place. Calls bring start, end, arguments and scratch in rdi, rsi, rdx and rcx. */
	#begin(): void {
		const { asm } = this;
		const { channels, tileRows, tileColumns } = this.shape;
		const given = (name: (typeof ARGUMENTS)[number]): Memory => ({ base: "r8", offset: 8 * ARGUMENTS.indexOf(name) });
		asm.copy("r8", "rdx");
		asm.subtract("rsi", "rdi");
		asm.copy("r9", "rsi");
		asm.copy("rsi", "rcx");
		asm.store(local("units"), "r9");
		asm.copy("rax", "rdi");
		asm.set("r11", tileRows);
		asm.divide("r11");
		asm.store(local("tileRow"), "rdx");
		asm.scale("rax", "rax", channels * this.planeBytes);
		asm.addFrom("rax", given("images"));
		asm.store(local("image"), "rax");
		asm.scale("rax", "rdi", 4 * tileColumns * channels);
		asm.addFrom("rax", given("products"));
		asm.store(local("products"), "rax");
		asm.load("rax", given("bias"));
		asm.store(local("bias"), "rax");
	}

	/** Where a column of the strip stands, in bytes from the scratch. */
	stripAt(offset: number): Place {
		return { base: "rsi", offset: LOCAL_BYTES + TILE_PRODUCTS * this.vectorBytes + offset };
	}

	/** rbx ← the strip's address plus an offset. */
	pointAtStrip(offset: number): void {
		this.asm.copy("rbx", "rsi");
		this.asm.add("rbx", this.stripAt(offset).offset);
	}
}

/** A place at the start of the scratch. */
export function local(name: (typeof LOCALS)[number]): Place {
	return { base: "rsi", offset: 8 * LOCALS.indexOf(name) };
}
