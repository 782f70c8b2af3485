/** Unpacks gzip and deflate with the platform's `DecompressionStream`, in Node and in browsers, up to a limit of memory. */
import { DataError, type DataPlace } from "../errors.ts";

/** Compressed data that are damaged, cut off, or larger than allowed. */
export class CompressionError extends DataError {
	override name = "CompressionError";
}

/** How far `gunzip` and `inflate` go. */
export interface UnpackOptions {
	/** Name in messages. */
	readonly file?: string;
	/** Most bytes that may come out, 2³¹ − 1 if not given: a small hostile file can unpack to a thousand times its size. */
	readonly limitBytes?: number;
}

/** Largest result if nothing else is asked for; typed arrays of this size work in every engine. */
const DEFAULT_LIMIT_BYTES = 2 ** 31 - 1;

/** Whether bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
	return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file of one member; other bytes are returned as they are.
 *
 * @throws CompressionError if the file is damaged, cut off, followed by other bytes, or unpacks to more than the limit
 */
export async function gunzip(bytes: Uint8Array, options: UnpackOptions = {}): Promise<Uint8Array> {
	return isGzip(bytes) ? unpack(bytes, "gzip", options) : bytes;
}

/**
 * Unpacks raw deflate data, as zip archives hold them.
 *
 * @throws CompressionError if they are damaged, cut off, or unpack to more than the limit
 */
export async function inflate(bytes: Uint8Array, options: UnpackOptions = {}): Promise<Uint8Array> {
	return unpack(bytes, "deflate-raw", options);
}

async function unpack(bytes: Uint8Array, format: CompressionFormat, options: UnpackOptions): Promise<Uint8Array> {
	const { file, limitBytes = DEFAULT_LIMIT_BYTES } = options;
	const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format));
	const parts: Uint8Array[] = [];
	let length = 0;
	const reader = stream.getReader();
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) {
			length += part.value.length;
			if (length > limitBytes) throw tooLarge(limitBytes, { file });
			parts.push(part.value);
		}
	} catch (error) {
		await reader.cancel().catch(() => {});
		if (error instanceof CompressionError) throw error;
		throw damaged(bytes.length, format, { file });
	}
	return join(parts, length);
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
	if (parts.length === 1) return parts[0];
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

function tooLarge(limitBytes: number, place: DataPlace): CompressionError {
	return new CompressionError(
		`${place.file ?? "compressed data"}: unpacks to more than ${limitBytes} bytes.\n  Expected at most that; a file so large is broken or hostile.`,
		place,
	);
}

/** The platforms' own reasons differ, and are often empty. */
function damaged(byteCount: number, format: CompressionFormat, place: DataPlace): CompressionError {
	const kind = format === "gzip" ? "gzip" : "deflate";
	return new CompressionError(
		`${place.file ?? "compressed data"}: the ${byteCount} bytes of ${kind} cannot be unpacked.\n` +
			"  Expected one whole file; it is damaged, cut off, or something follows it.\n" +
			"  Try: fetch the file again.",
		place,
	);
}
