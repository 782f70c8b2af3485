/** The checksum of zip archives: CRC-32 of ISO 3309, reflected, polynomial 0xEDB88320. */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
	let rest = byte;
	for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
	return rest;
});

/** CRC-32 of all bytes, as a uint32. */
export function crc32(bytes: Uint8Array): number {
	let rest = 0xffffffff;
	for (let i = 0; i < bytes.length; i++) rest = (rest >>> 8) ^ table[(rest ^ bytes[i]) & 0xff];
	return ~rest >>> 0;
}
