/**
 * Cuts separated text into records as RFC 4180 has it: cells in quotes may hold delimiters, line ends and doubled quotes. Also accepted, as
 * DuckDB does: spaces around a quoted cell, quotes inside an unquoted one, LF, CR LF and CR, a byte order mark, empty lines.
 */
import type { DataError } from "../errors.ts";
import { dataError } from "./refuse.ts";

/** Cells of one row. */
export interface CsvRecord {
	readonly cells: readonly string[];
	/** Line on which the record begins, from 1. */
	readonly line: number;
}

/** A quoted cell may not be longer while text arrives in pieces: else one stray quote would swallow a file of gigabytes. */
const MAX_RECORD_LENGTH = 4_000_000;

const [LF, CR, SPACE, QUOTE] = [10, 13, 32, 34];

/** Takes text in pieces and gives whole records. */
export class CsvReader {
	readonly #delimiter: number;
	readonly #file: string | undefined;
	#rest = "";
	#line = 1;
	#started = false;
	/** Place of the character after the cell that was read last. */
	#at = 0;

	constructor(options: { readonly delimiter: string; readonly file?: string }) {
		this.#delimiter = options.delimiter.charCodeAt(0);
		this.#file = options.file;
	}

	/**
	 * The records that the text completes.
	 *
	 * @throws DataError if a quote is not closed, or something stands between a closing quote and the delimiter
	 */
	*push(text: string): Generator<CsvRecord> {
		yield* this.#records(text, false);
		if (this.#rest.length > MAX_RECORD_LENGTH) throw this.#unclosed(this.#line);
	}

	/**
	 * The last record, if the text does not end with a line end.
	 *
	 * @throws DataError as `push` does
	 */
	*end(): Generator<CsvRecord> {
		yield* this.#records("", true);
	}

	*#records(piece: string, isLast: boolean): Generator<CsvRecord> {
		let text = this.#rest + piece;
		if (!this.#started && text.length > 0) {
			this.#started = true;
			if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
		}
		let start = 0;
		while (start < text.length) {
			const line = this.#line;
			const cells = this.#record(text, start, isLast);
			if (cells === null) {
				this.#line = line;
				break;
			}
			start = this.#at;
			yield { cells, line };
		}
		this.#rest = text.slice(start);
	}

	/** The cells from `start` to the line end; null if the text stops before. */
	#record(text: string, start: number, isLast: boolean): string[] | null {
		const cells: string[] = [];
		this.#at = start;
		for (;;) {
			const cell = this.#cell(text, isLast);
			if (cell === null) return null;
			cells.push(cell);
			const next = text.charCodeAt(this.#at);
			if (next === this.#delimiter) {
				this.#at++;
				continue;
			}
			// A CR at the end of a piece may be half of a CR LF.
			if (!isLast && (this.#at >= text.length || (next === CR && this.#at + 1 >= text.length))) return null;
			this.#at += next === CR && text.charCodeAt(this.#at + 1) === LF ? 2 : 1;
			this.#line++;
			return cells;
		}
	}

	#cell(text: string, isLast: boolean): string | null {
		const start = this.#at;
		const open = this.#skipSpaces(text, start);
		if (text.charCodeAt(open) === QUOTE) return this.#quotedCell(text, open + 1, isLast);
		let at = start;
		for (; at < text.length; at++) {
			const unit = text.charCodeAt(at);
			if (unit === this.#delimiter || unit === LF || unit === CR) break;
		}
		this.#at = at;
		return text.slice(start, at);
	}

	#quotedCell(text: string, start: number, isLast: boolean): string | null {
		let close = text.indexOf('"', start);
		let isDoubled = false;
		while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) {
			isDoubled = true;
			close = text.indexOf('"', close + 2);
		}
		const after = close < 0 ? text.length : this.#skipSpaces(text, close + 1);
		if (after >= text.length && !isLast) return null;
		if (close < 0) throw this.#unclosed(this.#line);
		const cell = text.slice(start, close);
		const next = text.charCodeAt(after);
		if (after < text.length && next !== this.#delimiter && next !== LF && next !== CR) throw this.#stray(this.#line);
		this.#line += lineEnds(cell);
		this.#at = after;
		return isDoubled ? cell.replaceAll('""', '"') : cell;
	}

	#skipSpaces(text: string, start: number): number {
		let at = start;
		while (text.charCodeAt(at) === SPACE) at++;
		return at;
	}

	#unclosed(row: number): DataError {
		return dataError({
			file: this.#file,
			row,
			fault: "a quote opens a cell and is never closed",
			expected: 'a closing "',
			received: "none",
			attempt: 'close it, or write a quote that belongs to the text as ""',
		});
	}

	#stray(row: number): DataError {
		return dataError({
			file: this.#file,
			row,
			fault: "a quoted cell goes on after its closing quote",
			expected: "the delimiter or the end of the line",
			received: "more text",
			attempt: 'write quotes inside a quoted cell twice, as ""',
		});
	}
}

function lineEnds(cell: string): number {
	let count = 0;
	for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) count++;
	return count;
}
