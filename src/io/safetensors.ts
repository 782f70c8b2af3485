/**
 * The safetensors format (github.com/huggingface/safetensors): 8 bytes header length, little-endian; a JSON header that gives each tensor's
 * type, shape and place; the tensors' bytes. Nothing in a file is trusted, and nothing is allocated by its word alone.
 */
import type { DType, TypedArray } from "../core/dtype.ts";
import { refuseDamaged, short } from "./errors.ts";
import { fromBfloat16, fromFloat16 } from "./half.ts";
import { repeatedKey } from "./json-keys.ts";

/** A tensor as it lies in a file. */
export interface StoredTensor {
	readonly dtype: DType;
	readonly shape: readonly number[];
	/** Row-major. */
	readonly data: TypedArray;
}

/** What a safetensors file holds. */
export interface Safetensors {
	/** In the order in which they lie. */
	readonly tensors: ReadonlyMap<string, StoredTensor>;
	/** The header's `__metadata__`. */
	readonly metadata: ReadonlyMap<string, string>;
}

/** The format's own limit for the header. */
const MAX_HEADER_BYTES = 100_000_000;

const METADATA = "__metadata__";

interface Reading {
	readonly bytes: number;
	readonly dtype: DType;
	read(bytes: Uint8Array): TypedArray;
}

/** Types that are read; copies are aligned whatever the file's alignment. Bytes are taken as they are: no JavaScript engine is big-endian. */
const readings: Readonly<Record<string, Reading>> = {
	F64: { bytes: 8, dtype: "float64", read: (bytes) => new Float64Array(copied(bytes).buffer) },
	F32: { bytes: 4, dtype: "float32", read: (bytes) => new Float32Array(copied(bytes).buffer) },
	I32: { bytes: 4, dtype: "int32", read: (bytes) => new Int32Array(copied(bytes).buffer) },
	F16: { bytes: 2, dtype: "float32", read: fromFloat16 },
	BF16: { bytes: 2, dtype: "float32", read: fromBfloat16 },
	U8: { bytes: 1, dtype: "uint8", read: copied },
	BOOL: { bytes: 1, dtype: "bool", read: copied },
};

/** Not `slice`, which in Node's Buffer copies nothing. */
function copied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(bytes);
}

const names = { float64: "F64", float32: "F32", int32: "I32", uint8: "U8", bool: "BOOL" } as const satisfies Record<DType, string>;

/**
 * The bytes of a file with these tensors. Types of more bytes lie first, so that each tensor is aligned to its type.
 *
 * @param tensors - by name; `__metadata__` is taken
 * @param metadata - texts
 * @throws FileError if a shape and its data do not agree
 */
export function writeSafetensors(
	tensors: Readonly<Record<string, StoredTensor>>,
	metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
	const sorted = Object.entries(tensors).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
	let end = 0;
	const entries = sorted.map(([name, { dtype, shape, data }]) => {
		if (name === METADATA || sizeOf(shape) !== data.length || readings[names[dtype]].bytes !== data.BYTES_PER_ELEMENT) {
			refuseDamaged(`tensor "${name}"`, `${sizeOf(shape)} elements of ${dtype}`, `${data.length} of ${data.BYTES_PER_ELEMENT} bytes`);
		}
		const start = end;
		end += data.byteLength;
		return [name, { dtype: names[dtype], shape, data_offsets: [start, end] }] as const;
	});
	const header = encodeHeader(Object.keys(metadata).length > 0 ? [[METADATA, metadata], ...entries] : entries);
	const file = new Uint8Array(8 + header.length + end);
	new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
	file.set(header, 8);
	let at = 8 + header.length;
	for (const [, { data }] of sorted) {
		file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
		at += data.byteLength;
	}
	return file;
}

/** Padded with spaces to whole eights, so that the data is aligned. */
function encodeHeader(entries: readonly (readonly [string, unknown])[]): Uint8Array {
	const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
	const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
	padded.set(text);
	return padded;
}

/**
 * Reads a file's bytes.
 *
 * @param where - begins the message of an error, such as the file's name
 * @throws FileError if it is none, damaged, or has tensors that overlap or leave gaps
 */
export function readSafetensors(bytes: Uint8Array, where = "safetensors"): Safetensors {
	const { header, start } = readHeader(bytes, where);
	const metadata = new Map<string, string>();
	const found: Placed[] = [];
	for (const [name, entry] of Object.entries(header)) {
		if (name === METADATA) {
			for (const [key, value] of Object.entries(asObject(entry, `${where}: ${METADATA}`))) {
				metadata.set(key, typeof value === "string" ? value : refuseDamaged(`${where}: ${METADATA}.${short(key)}`, "a text", short(value)));
			}
		} else found.push(readEntry(name, entry, where));
	}
	found.sort((a, b) => a.begin - b.begin || a.end - b.end);
	let covered = 0;
	for (const { name, begin, end } of found) {
		if (begin !== covered)
			refuseDamaged(`${where}: tensor ${short(name)}`, `to begin at byte ${covered}, without overlap or gap`, String(begin));
		covered = end;
	}
	if (covered !== bytes.length - start) refuseDamaged(where, `${covered} bytes of tensors`, String(bytes.length - start));
	const tensors = found.map(({ name, shape, reading, begin, end }) => {
		const own = bytes.subarray(start + begin, start + end);
		return [name, { dtype: reading.dtype, shape, data: reading.read(own) }] as const;
	});
	return { tensors: new Map(tensors), metadata };
}

interface Placed {
	readonly name: string;
	readonly shape: readonly number[];
	readonly reading: Reading;
	readonly begin: number;
	readonly end: number;
}

function readHeader(bytes: Uint8Array, where: string): { header: Record<string, unknown>; start: number } {
	if (bytes.length < 8) refuseDamaged(where, "a safetensors file of at least 8 bytes", `${bytes.length} bytes`);
	const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
	if (length > BigInt(Math.min(MAX_HEADER_BYTES, bytes.length - 8))) {
		refuseDamaged(where, `a header of at most ${Math.min(MAX_HEADER_BYTES, bytes.length - 8)} bytes`, `one of ${length} bytes`);
	}
	const start = 8 + Number(length);
	let header: unknown;
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start));
		if (!text.startsWith("{")) throw new SyntaxError("it does not begin with {");
		header = JSON.parse(text);
		const repeated = repeatedKey(text);
		if (repeated !== null) refuseDamaged(`${where}: header`, "names that all differ", `${short(repeated)} twice`);
	} catch (error) {
		// A text nested too deeply overflows the parser's stack, which is a RangeError.
		if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) throw error;
		refuseDamaged(`${where}: header`, "a JSON object in UTF-8", short(error.message));
	}
	return { header: asObject(header, `${where}: header`), start };
}

function readEntry(name: string, value: unknown, where: string): Placed {
	const place = `${where}: tensor ${short(name)}`;
	const entry = asObject(value, place);
	for (const key of Object.keys(entry)) {
		if (!["dtype", "shape", "data_offsets"].includes(key)) refuseDamaged(place, "dtype, shape and data_offsets", `also ${short(key)}`);
	}
	const own = (key: string): unknown => (Object.hasOwn(entry, key) ? entry[key] : undefined);
	const [type, shape, offsets] = [own("dtype"), own("shape"), own("data_offsets")];
	if (typeof type !== "string" || !Object.hasOwn(readings, type)) {
		return refuseDamaged(place, `a dtype of ${Object.keys(readings).join(", ")}`, short(type));
	}
	const reading = readings[type];
	if (!isSizes(shape)) return refuseDamaged(place, "a shape of whole numbers", short(shape));
	if (!(isSizes(offsets) && offsets.length === 2 && offsets[0] <= offsets[1])) {
		return refuseDamaged(place, "data_offsets [begin, end]", short(offsets));
	}
	const [begin, end] = offsets;
	if (sizeOf(shape) * reading.bytes !== end - begin) {
		return refuseDamaged(place, `${sizeOf(shape) * reading.bytes} bytes for ${type} [${short(shape.join(", "))}]`, String(end - begin));
	}
	return { name, shape, reading, begin, end };
}

function asObject(value: unknown, where: string): Record<string, unknown> {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	return refuseDamaged(where, "an object", short(value));
}

function isSizes(value: unknown): value is readonly number[] {
	return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Infinite beyond what numbers hold, which then fits no file. */
function sizeOf(shape: readonly number[]): number {
	return shape.includes(0) ? 0 : shape.reduce((size, length) => size * length, 1);
}
