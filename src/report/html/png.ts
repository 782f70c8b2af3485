/** Small images as PNG in data URIs, without compression: a few kilobytes each, and no dependency. */

/** Bytes of an image. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
	/** 1 (grey) or 3 (red, green, blue). */
	readonly channels: 1 | 3;
	/** Row-major `[height, width, channels]`, 0 to 255. */
	readonly bytes: Uint8Array;
}

/** The image as `data:image/png;base64,…`. @see PNG specification, W3C 2003; stored blocks of RFC 1951 */
export function pngDataUri(pixels: Pixels): string {
	let text = "";
	for (const byte of encodePng(pixels)) text += String.fromCharCode(byte);
	return `data:image/png;base64,${btoa(text)}`;
}

/** The image as a PNG file of 8 bits a channel. */
export function encodePng({ width, height, channels, bytes }: Pixels): Uint8Array {
	const lineLength = width * channels;
	const lines = new Uint8Array(height * (lineLength + 1));
	// Each line begins with the number of its filter: 0, none.
	for (let y = 0; y < height; y++) lines.set(bytes.subarray(y * lineLength, (y + 1) * lineLength), y * (lineLength + 1) + 1);
	const colorType = channels === 1 ? 0 : 2;
	return joined([
		Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
		chunk("IHDR", joined([bigEndian(width), bigEndian(height), Uint8Array.of(8, colorType, 0, 0, 0)])),
		chunk("IDAT", stored(lines)),
		chunk("IEND", new Uint8Array(0)),
	]);
}

/** Longest stored block of deflate. */
const LONGEST_BLOCK = 0xffff;

/** A zlib stream of stored blocks. */
function stored(data: Uint8Array): Uint8Array {
	const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
	for (let start = 0; start === 0 || start < data.length; start += LONGEST_BLOCK) {
		const block = data.subarray(start, start + LONGEST_BLOCK);
		const isLast = start + LONGEST_BLOCK >= data.length ? 1 : 0;
		const [low, high] = [block.length & 0xff, block.length >> 8];
		parts.push(Uint8Array.of(isLast, low, high, ~low & 0xff, ~high & 0xff), block);
	}
	return joined([...parts, bigEndian(adler32(data))]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
	const typed = joined([Uint8Array.from(type, (letter) => letter.charCodeAt(0)), data]);
	return joined([bigEndian(data.length), typed, bigEndian(crc32(typed))]);
}

function bigEndian(value: number): Uint8Array {
	return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

function crc32(data: Uint8Array): number {
	let crc = 0xffffffff;
	for (const byte of data) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}

function adler32(data: Uint8Array): number {
	let [a, b] = [1, 0];
	for (const byte of data) {
		a = (a + byte) % 65521;
		b = (b + a) % 65521;
	}
	return ((b << 16) | a) >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
