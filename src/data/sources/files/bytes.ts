/** A text file's bytes and lines as streams, unpacked where it is packed. Node only. */
import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { DataError } from "../../errors.ts";
import { CompressionError } from "../../files/gzip.ts";
import { dataError, quoted } from "../refuse.ts";
import type { OpenOptions } from "../source.ts";
import type { TableFile } from "./locate.ts";

/** Encodings that text files may have. */
export type Encoding = NonNullable<OpenOptions["encoding"]>;

const [LF, CR] = [10, 13];

/**
 * The unpacked bytes of a file.
 *
 * @throws CompressionError if it is packed and damaged or cut off
 */
export async function* fileBytes({ path, isGzip }: TableFile): AsyncGenerator<Buffer> {
	const file = createReadStream(path, { highWaterMark: 1 << 18 });
	if (!isGzip) {
		yield* file as AsyncIterable<Buffer>;
		return;
	}
	const unpacked = createGunzip({ chunkSize: 1 << 18 });
	file.on("error", (error) => unpacked.destroy(error)).pipe(unpacked);
	try {
		yield* unpacked as AsyncIterable<Buffer>;
	} catch {
		throw damagedGzip(path);
	} finally {
		file.destroy();
		unpacked.destroy();
	}
}

/** Reads a packed file to its end. DuckDB takes a packed file that was cut off for a shorter one. @throws CompressionError if it is damaged or cut off */
export async function checkGzip(file: TableFile): Promise<void> {
	if (!file.isGzip) return;
	for await (const _ of fileBytes(file));
}

/**
 * The file's text in pieces that end with a line end, the last aside.
 *
 * @throws DataError with the line, if bytes are not of the encoding
 */
export async function* fileText(file: TableFile, encoding: Encoding): AsyncGenerator<string> {
	let rest: Buffer[] = [];
	let line = 1;
	const decode = (bytes: Buffer): string => {
		if (encoding === "latin-1") return bytes.toString("latin1");
		if (!isUtf8(bytes)) throw wrongEncoding(file.path, bytes, line);
		line += lineCount(bytes);
		return bytes.toString("utf8");
	};
	for await (const piece of fileBytes(file)) {
		const end = Math.max(piece.lastIndexOf(LF), piece.lastIndexOf(CR)) + 1;
		if (end > 0) {
			yield decode(Buffer.concat([...rest, piece.subarray(0, end)]));
			rest = [];
		}
		rest.push(piece.subarray(end));
	}
	const last = Buffer.concat(rest);
	if (last.length > 0) yield decode(last);
}

function lineCount(bytes: Buffer): number {
	let count = 0;
	for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
	return count;
}

function wrongEncoding(file: string, bytes: Buffer, line: number): DataError {
	if (bytes.length > 1 && line === 1 && (bytes.readUInt16LE() === 0xfeff || bytes.readUInt16BE() === 0xfeff)) return utf16(file);
	let [start, row] = [0, line];
	for (;;) {
		const end = bytes.indexOf(LF, start);
		const text = bytes.subarray(start, end < 0 ? bytes.length : end);
		if (!isUtf8(text) || end < 0) return notUtf8(file, row, text);
		[start, row] = [end + 1, row + 1];
	}
}

function notUtf8(file: string, row: number, bytes: Buffer): DataError {
	return dataError({
		file,
		row,
		fault: "the text is not UTF-8",
		expected: "UTF-8",
		received: `bytes that as Latin-1 read ${quoted(bytes.toString("latin1").trimEnd())}`,
		attempt: 'encoding: "latin-1" if that reads well; otherwise convert the file to UTF-8',
	});
}

function utf16(file: string): DataError {
	return dataError({
		file,
		fault: "the text is UTF-16",
		expected: "UTF-8",
		received: "the mark with which UTF-16 begins",
		attempt: `iconv -f UTF-16 -t UTF-8 ${quoted(file)} > utf8.csv; spreadsheets offer "CSV UTF-8"`,
	});
}

function damagedGzip(file: string): CompressionError {
	const message = `${file}: the file is packed with gzip, and damaged or cut off.\n  Expected one whole gzip file.\n  Try: fetch the file again.`;
	return new CompressionError(message, { file });
}
