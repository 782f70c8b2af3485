/**
 * One row of tiles in a thread's scratch, transformed down its columns. That happens while pixels of a plane still lie beside each
 * other; only the results are brought together as vectors of four channels.
 */
import { f32x4, i32, type Local, v128 } from "../assembler.ts";
import {
	groupCount,
	planeBytes,
	type RowRange,
	rowRanges,
	type TilePointers,
	type TileShape,
	transposed,
	VECTOR_BYTES,
} from "./winograd-map.ts";
import { TILE_OUTPUTS, TILE_SPAN, type TransformStep } from "./winograd-transforms.ts";
import { type I32, smaller, type V128, type Writer } from "./writer.ts";

/** Bytes of one column: its six products. */
export const COLUMN_BYTES = TILE_SPAN * VECTOR_BYTES;
/** Columns that are written at a time; the last may be beyond the image's edge. */
const BLOCK_COLUMNS = 4;

/** Bytes of scratch that a row of tiles needs. */
export function stripBytes(channels: number, tileColumns: number): number {
	return Math.ceil(channels / 4) * (TILE_OUTPUTS * tileColumns + 2 + BLOCK_COLUMNS) * COLUMN_BYTES;
}

/** The products of one row of tiles' columns: `[channel group, column, product]` vectors of four channels. */
export class Strip {
	readonly #w: Writer;
	readonly #shape: TileShape;
	readonly #span: number;
	readonly #steps: readonly TransformStep<V128>[];
	readonly #columns: number;
	/** Columns of the image in it. */
	readonly #inside: number;
	readonly #zero: V128;
	readonly address: I32;
	readonly groupBytes: number;

	/** A strip of tiles of `span` pixels a side; what lies to the left and right of the image is cleared once for all. */
	constructor(w: Writer, shape: TileShape, options: { scratch: I32; span: number; steps: readonly TransformStep<V128>[] }) {
		this.#w = w;
		this.#shape = shape;
		this.#span = options.span;
		this.#steps = options.steps;
		this.#columns = TILE_OUTPUTS * shape.tileColumns + options.span - TILE_OUTPUTS;
		this.#inside = Math.min(shape.width, this.#columns - shape.left);
		this.#zero = w.let(f32x4.const(0));
		this.address = w.let(options.scratch);
		this.groupBytes = (this.#columns + BLOCK_COLUMNS) * COLUMN_BYTES;
		w.loop({ from: i32.const(0), to: i32.const(groupCount(shape)) }, (group) => {
			const strip = w.let(i32.add(this.address, i32.mul(group, i32.const(this.groupBytes))));
			this.#clear(strip, 0, shape.left);
			this.#clear(strip, shape.left + this.#inside, this.#columns);
		});
	}

	#clear(strip: I32, from: number, to: number): void {
		for (let vector = from * TILE_SPAN; vector < to * TILE_SPAN; vector++) {
			this.#w.do(v128.store(strip, this.#zero, vector * VECTOR_BYTES));
		}
	}

	/** Brings in row of tiles `unit`, zeros outside the image. */
	fill(at: TilePointers, unit: I32): void {
		const [w, { tileRows, channels }] = [this.#w, this.#shape];
		const image = w.let(i32.divU(unit, i32.const(tileRows)));
		const tileRow = w.let(i32.sub(unit, i32.mul(image, i32.const(tileRows))));
		const planes = w.let(i32.add(at.images, i32.mul(image, i32.const(channels * planeBytes(this.#shape)))));
		const choose = ([range, ...others]: readonly RowRange[]): void => {
			if (others.length === 0) this.#fillRows(planes, tileRow, range);
			else
				w.when(
					i32.ltS(tileRow, i32.const(range.end)),
					() => this.#fillRows(planes, tileRow, range),
					() => choose(others),
				);
		};
		choose(rowRanges(this.#shape, this.#span));
	}

	#fillRows(planes: I32, tileRow: I32, range: RowRange): void {
		const [w, shape] = [this.#w, this.#shape];
		const firstRow = w.let(i32.add(i32.shl(tileRow, i32.const(2)), i32.const(range.from - shape.top)));
		const first = w.let(i32.add(planes, i32.mul(firstRow, i32.const(4 * shape.width))));
		w.loop({ from: i32.const(0), to: i32.const(groupCount(shape)) }, (group) => {
			const lanes = this.#lanes(first, group);
			const strip = i32.add(this.address, i32.mul(group, i32.const(this.groupBytes)));
			const target = w.variable(i32.add(strip, i32.const(shape.left * COLUMN_BYTES)));
			w.loop({ from: i32.const(0), to: i32.const(this.#inside), step: BLOCK_COLUMNS }, () => {
				this.#block(lanes, target.get, range);
				for (const pointer of new Set(lanes.map((lane) => lane.pointer))) w.do(pointer.set(i32.add(pointer.get, i32.const(16))));
				w.do(target.set(i32.add(target.get, i32.const(BLOCK_COLUMNS * COLUMN_BYTES))));
			});
			// What the last block wrote beyond the image's edge is no zero.
			const written = Math.ceil(this.#inside / BLOCK_COLUMNS) * BLOCK_COLUMNS;
			this.#clear(w.let(i32.sub(target.get, i32.const((written - this.#inside) * COLUMN_BYTES))), 0, written - this.#inside);
		});
	}

	/** Where the planes of a group's four channels are: beside each other, or, where channels are missing, the last one again. */
	#lanes(first: I32, group: I32): { pointer: Local<"i32">; offset: number }[] {
		const [w, { channels }] = [this.#w, this.#shape];
		const bytes = planeBytes(this.#shape);
		const plane = (channel: I32): Local<"i32"> => w.variable(i32.add(first, i32.mul(channel, i32.const(bytes))));
		const channel = w.let(i32.shl(group, i32.const(2)));
		if (channels % 4 === 0) {
			const pointer = plane(channel);
			return [0, 1, 2, 3].map((lane) => ({ pointer, offset: lane * bytes }));
		}
		return [0, 1, 2, 3].map((lane) => {
			const index = w.let(i32.add(channel, i32.const(lane)));
			return { pointer: plane(w.let(smaller(index, i32.const(channels - 1)))), offset: 0 };
		});
	}

	/** Four columns of four channels. */
	#block(lanes: readonly { pointer: Local<"i32">; offset: number }[], target: I32, { from, to }: RowRange): void {
		const w = this.#w;
		let done = 0;
		for (const step of this.#steps) {
			const products = lanes.map(({ pointer, offset }) =>
				step((i) => {
					if (i < from || i >= to) return this.#zero;
					return w.let(v128.load(pointer.get, offset + 4 * this.#shape.width * (i - from)));
				}),
			);
			for (let i = 0; i < products[0].length; i++, done++) {
				const columns = transposed(
					w,
					products.map((product) => product[i]),
				);
				w.do(columns.map((column, j) => v128.store(target, column, j * COLUMN_BYTES + done * VECTOR_BYTES)));
			}
		}
	}
}
