/** A CSV file of any size whose class depends on its columns, with chance: how well it can be predicted at best is known. */
import { closeSync, openSync } from "node:fs";
import { RandomStream } from "../../src/core/random/index.ts";
import { DRAWS, type Draw, type MadeColumn, madeColumns } from "./columns.ts";
import { TextBuffer } from "./text-buffer.ts";

/** What to make. */
export interface MakeTableOptions {
	/** The file ends with the first line that brings it to this size. */
	readonly bytes: number;
	/** The target among them. Default 20. */
	readonly columnCount?: number;
	/** Default 1. */
	readonly seed?: number;
}

/** What was made. */
export interface MadeTable {
	readonly bytes: number;
	readonly rowCount: number;
	readonly columnCount: number;
	/** Name of the column to predict. */
	readonly target: string;
	/** What knowing the true probabilities would give, as a mean over all rows; cross-entropy in nats. */
	readonly best: { readonly accuracy: number; readonly crossEntropy: number };
}

const classNames = ["low", "middle", "high"].map((name) => new TextEncoder().encode(name));

const TARGET = "outcome";

const COMMA = 44;

/** Writes the table. The same options give the same bytes. */
export function makeTable(path: string, { bytes, columnCount = 20, seed = 1 }: MakeTableOptions): MadeTable {
	const columns = madeColumns(columnCount - 1, classNames.length, new RandomStream(seed));
	const draw = drawFrom(seed);
	const file = openSync(path, "w");
	try {
		const into = new TextBuffer(file);
		const header = [...columns.map((_, i) => `c${i + 1}`), TARGET].join();
		into.text(new TextEncoder().encode(header));
		into.endLine();
		let [rowCount, right, entropy] = [0, 0, 0];
		const shares = new Float64Array(classNames.length);
		for (; into.byteCount < bytes; rowCount++) {
			writeRow(columns, draw, into, shares);
			right += largest(shares);
			for (const share of shares) if (share > 0) entropy -= share * Math.log(share);
		}
		into.flush();
		const best = { accuracy: right / rowCount, crossEntropy: entropy / rowCount };
		return { bytes: into.byteCount, rowCount, columnCount, target: TARGET, best };
	} finally {
		closeSync(file);
	}
}

/** Writes a row; leaves the probabilities of its classes in `shares`. */
function writeRow(columns: readonly MadeColumn[], draw: Draw, into: TextBuffer, shares: Float64Array): void {
	shares.fill(0);
	for (const column of columns) {
		column.write(draw, into, shares);
		into.byte(COMMA);
	}
	softmax(shares);
	let [left, chosen] = [draw() / DRAWS, 0];
	while (chosen < shares.length - 1 && (left -= shares[chosen]) >= 0) chosen++;
	into.text(classNames[chosen]);
	into.endLine();
}

function softmax(scores: Float64Array): void {
	const most = largest(scores);
	let sum = 0;
	for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp(scores[k] - most);
	for (let k = 0; k < scores.length; k++) scores[k] /= sum;
}

function largest(values: Float64Array): number {
	let most = values[0];
	for (let k = 1; k < values.length; k++) if (values[k] > most) most = values[k];
	return most;
}

/** Billions of cells need a quicker generator than `RandomStream`: the 32-bit mixer of SplitMix (Steele et al. 2014) over a counter. */
function drawFrom(seed: number): Draw {
	let state = Math.imul(seed, 0x9e3779b9);
	return () => {
		state = (state + 0x9e3779b9) | 0;
		let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
		mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
		return (mixed ^ (mixed >>> 15)) >>> 1;
	};
}
