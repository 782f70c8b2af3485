/** Says what a file looks like from its first bytes, for messages about files that are not what they should be. */

/** What formats begin with; hexadecimal as a regular expression. */
const signatures: readonly (readonly [start: string, name: string])[] = [
	["1f8b", "gzip"],
	["504b0304", "a zip archive"],
	["504b0506", "an empty zip archive"],
	["89504e470d0a1a0a", "a PNG image"],
	["ffd8ff", "a JPEG image"],
	["47494638", "a GIF image"],
	["52494646........57454250", "a WebP image"],
	["49492a00", "a TIFF image"],
	["4d4d002a", "a TIFF image"],
	["424d", "a BMP image"],
	["25504446", "a PDF document"],
	["934e554d5059", "a NumPy array (.npy)"],
	["50415231", "a Parquet file"],
	["28b52ffd", "Zstandard"],
	["fd377a585a00", "xz"],
	["425a68", "bzip2"],
	["894844460d0a1a0a", "an HDF5 file"],
	["8002", "a Python pickle"],
	["8003", "a Python pickle"],
	["8004", "a Python pickle"],
	["8005", "a Python pickle"],
	["0000080[1-4]", "IDX, the format of MNIST"],
];

/** Bytes that are looked at. */
const HEAD_LENGTH = 64;

/** Name of the format that bytes begin like, or undefined. */
export function formatOf(bytes: Uint8Array): string | undefined {
	if (bytes.length === 0) return "an empty file";
	const head = hex(bytes.subarray(0, 16));
	const known = signatures.find(([start]) => head.length >= start.length && new RegExp(`^${start}`).test(head));
	if (known !== undefined) return known[1];
	return textKind(bytes.subarray(0, HEAD_LENGTH));
}

/** The first bytes and what they look like: `bytes 1f 8b 08 00, which looks like gzip`. */
export function describeStart(bytes: Uint8Array): string {
	if (bytes.length === 0) return "an empty file";
	const shown = (hex(bytes.subarray(0, 8)).match(/../g) ?? []).join(" ");
	const format = formatOf(bytes);
	return `bytes ${shown}${format === undefined ? "" : `, which looks like ${format}`}`;
}

function textKind(head: Uint8Array): string | undefined {
	const text = new TextDecoder().decode(head);
	if (/^\s*(<!doctype html|<html)/i.test(text)) return "a web page (HTML)";
	if (text.startsWith("version https://git-lfs")) return "a Git LFS pointer, not the file itself";
	return head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13)) ? "text" : undefined;
}

function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
