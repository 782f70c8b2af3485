/** The pixels of one row of tiles, brought together in a thread's scratch with four channels beside each other. */
import { f32x4, i32, type Local, v128 } from "../assembler.ts";
import { type TileWords, transposed, VECTOR_BYTES } from "./winograd-map.ts";
import { TILE_OUTPUTS, TILE_SPAN } from "./winograd-transforms.ts";
import { type I32, smaller, type Writer } from "./writer.ts";

/** Bytes of scratch that a row of tiles needs. */
export function stripBytes(channels: number, tileColumns: number): number {
	return Math.ceil(channels / 4) * TILE_SPAN * (TILE_OUTPUTS * tileColumns + 4) * VECTOR_BYTES;
}

/** The pixels of one row of tiles in scratch: `[channel group, row, column]` vectors of four channels. */
export class Strip {
	readonly #w: Writer;
	readonly #words: TileWords;
	readonly #span: number;
	readonly address: I32;
	readonly groups: I32;
	readonly columns: I32;
	readonly rowBytes: I32;
	readonly groupBytes: I32;
	readonly #left: I32;
	readonly #inside: I32;
	readonly #planeBytes: I32;

	constructor(w: Writer, words: TileWords, options: { scratch: I32; span: number }) {
		this.#w = w;
		this.#words = words;
		this.#span = options.span;
		this.address = w.let(options.scratch);
		this.groups = w.let(i32.shrU(i32.add(words.channels, i32.const(3)), i32.const(2)));
		const overlap = options.span - TILE_OUTPUTS;
		this.columns = w.let(i32.add(i32.shl(words.tileColumns, i32.const(2)), i32.const(overlap)));
		this.rowBytes = w.let(i32.shl(this.columns, i32.const(4)));
		this.groupBytes = w.let(i32.mul(this.rowBytes, i32.const(TILE_SPAN)));
		this.#left = w.let(smaller(words.left, this.columns));
		const room = w.let(i32.sub(this.columns, this.#left));
		this.#inside = w.let(smaller(words.width, room));
		this.#planeBytes = w.let(i32.shl(i32.mul(words.height, words.width), i32.const(2)));
	}

	/** Address of a group's first vector. */
	at(group: I32): I32 {
		return i32.add(this.address, i32.mul(group, this.groupBytes));
	}

	/** The addresses below `first` in each of the six rows. */
	rowPointers(first: I32): I32[] {
		const rows = [first];
		while (rows.length < TILE_SPAN) rows.push(this.#w.let(i32.add(rows[rows.length - 1], this.rowBytes)));
		return rows;
	}

	/** Brings in the pixels of row of tiles `unit`, zeros outside the image. */
	fill(unit: I32): void {
		const [w, words] = [this.#w, this.#words];
		const image = w.let(i32.divU(unit, words.tileRows));
		const tileRow = w.let(i32.sub(unit, i32.mul(image, words.tileRows)));
		const firstRow = w.let(i32.sub(i32.shl(tileRow, i32.const(2)), words.top));
		const planes = w.let(i32.add(words.images, i32.mul(i32.mul(image, words.channels), this.#planeBytes)));
		w.loop({ from: i32.const(0), to: this.groups }, (group) => {
			const channel = w.let(i32.shl(group, i32.const(2)));
			const last = w.let(i32.sub(words.channels, i32.const(1)));
			const target = w.variable(this.at(group));
			w.loop({ from: i32.const(0), to: i32.const(this.#span) }, (i) => {
				const y = w.let(i32.add(firstRow, i));
				const end = w.let(i32.add(target.get, this.rowBytes));
				w.when(i32.ltU(y, words.height), () => {
					const offset = w.let(i32.add(planes, i32.shl(i32.mul(y, words.width), i32.const(2))));
					const sources = [0, 1, 2, 3].map((lane) => {
						const index = w.let(i32.add(channel, i32.const(lane)));
						return w.variable(i32.add(offset, i32.mul(smaller(index, last), this.#planeBytes)));
					});
					this.#clear(target, w.let(i32.add(target.get, i32.shl(this.#left, i32.const(4)))));
					this.#interleave(target, sources);
				});
				this.#clear(target, end);
			});
		});
	}

	#clear(target: Local<"i32">, end: I32): void {
		this.#w.when(i32.ltU(target.get, end), () =>
			this.#w.repeat(() => {
				this.#w.do(v128.store(target.get, f32x4.const(0)));
				this.#w.do(target.set(i32.add(target.get, i32.const(VECTOR_BYTES))));
				return i32.ltU(target.get, end);
			}),
		);
	}

	/** Pixels of four channels, one after another in four planes, become vectors of four channels. */
	#interleave(target: Local<"i32">, sources: readonly Local<"i32">[]): void {
		const w = this.#w;
		const x = w.variable(i32.const(0));
		const advance = (count: number): void => {
			for (const source of sources) w.do(source.set(i32.add(source.get, i32.const(4 * count))));
			w.do(target.set(i32.add(target.get, i32.const(VECTOR_BYTES * count))));
		};
		w.advance(x, { to: i32.and(this.#inside, i32.const(-4)), step: 4 }, () => {
			const columns = transposed(
				w,
				sources.map((source) => w.let(v128.load(source.get))),
			);
			w.do(columns.map((vector, j) => v128.store(target.get, vector, j * VECTOR_BYTES)));
			advance(4);
		});
		w.advance(x, { to: this.#inside }, () => {
			let vector = w.let(v128.load32Zero(sources[0].get));
			for (const lane of [1, 2, 3]) vector = w.let(v128.load32Lane(sources[lane].get, vector, lane));
			w.do(v128.store(target.get, vector));
			advance(1);
		});
	}
}
