/** The header of a .npy file: magic, version, and a Python dict with the type, the order and the shape. */
import type { Shape } from "../../core/shape.ts";
import type { DataPlace } from "../errors.ts";
import type { ElementType } from "./element-type.ts";
import { refuseNpy } from "./npy-error.ts";
import { type PythonLiteral, parsePythonLiteral } from "./python-literal.ts";
import { describeStart } from "./signature.ts";

/** What a header says. */
export interface NpyHeader {
	readonly dtype: ElementType;
	readonly littleEndian: boolean;
	/** Whether the first axis varies fastest. */
	readonly fortranOrder: boolean;
	readonly shape: Shape;
	/** Where the elements begin. */
	readonly start: number;
}

/** First bytes of every file: 0x93 and "NUMPY". */
export const npyMagic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Magic, version and the length of the header. */
const MIN_BYTES = 10;
/** NumPy's own bound (`max_header_size`); headers of plain arrays take 128 bytes. */
const MAX_HEADER_BYTES = 10_000;
/** Most axes NumPy has. */
const MAX_RANK = 64;

/** NumPy's kind and size in bytes; `?` is an old spelling of b1. */
const typeNames: Readonly<Record<string, ElementType>> = {
	b1: "bool",
	"?": "bool",
	u1: "uint8",
	i1: "int8",
	u2: "uint16",
	i2: "int16",
	u4: "uint32",
	i4: "int32",
	u8: "uint64",
	i8: "int64",
	f2: "float16",
	f4: "float32",
	f8: "float64",
};

/** Why a kind of type is not read, and what to do in Python. */
const refusedKinds: Readonly<Record<string, readonly [what: string, advice: string]>> = {
	O: ["Python objects (pickle), which can run code when loaded", "save numbers: array.astype(np.float32), or one array for each part."],
	U: ["text", "save numbers; np.unique(names, return_inverse=True) gives class indices."],
	S: ["text (bytes)", "save numbers; np.unique(names, return_inverse=True) gives class indices."],
	c: ["complex numbers", "save array.real and array.imag."],
	f: ["floats of another width", "save array.astype(np.float64)."],
	M: ["dates", 'save array.astype("datetime64[s]").astype(np.int64).'],
	m: ["durations", 'save array.astype("timedelta64[s]").astype(np.int64).'],
	V: ["records (a structured array)", "save each field as an array of its own, together with np.savez."],
};

/** Reads the header. @throws NpyError if it is none, or of an array that cannot be read */
export function readNpyHeader(bytes: Uint8Array, place: DataPlace): NpyHeader {
	const { text, start } = headerText(bytes, place);
	let dict: PythonLiteral;
	try {
		dict = parsePythonLiteral(text);
	} catch (error) {
		return refuseNpy(`the header is no literal dict (${(error as Error).message})`, "save the array again with numpy.save.", place);
	}
	const field = (name: string): PythonLiteral | undefined => (dict instanceof Map ? dict.get(name) : undefined);
	const fortranOrder = field("fortran_order");
	if (typeof fortranOrder !== "boolean") {
		refuseNpy("the header has no fortran_order of True or False", "save the array again with numpy.save.", place);
	}
	return { ...readType(field("descr"), place), fortranOrder, shape: readShape(field("shape"), place), start };
}

function headerText(bytes: Uint8Array, place: DataPlace): { text: string; start: number } {
	if (npyMagic.some((byte, i) => bytes[i] !== byte)) {
		refuseNpy(
			`expected a .npy file, which starts with 93 and "NUMPY", received ${describeStart(bytes)}`,
			"numpy.save writes one; readNpz reads .npz.",
			place,
		);
	}
	if (bytes.length < MIN_BYTES)
		refuseNpy(`expected at least ${MIN_BYTES} bytes, received ${bytes.length}`, "fetch the file again; it is cut off.", place);
	const [major, minor] = [bytes[6], bytes[7]];
	if (!(major >= 1 && major <= 3 && minor === 0)) {
		refuseNpy(`expected format version 1.0, 2.0 or 3.0, received ${major}.${minor}`, "save the array again with numpy.save.", place);
	}
	const lengthBytes = major === 1 ? 2 : 4;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const textStart = 8 + lengthBytes;
	const length = bytes.length < textStart ? 0 : major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
	if (length > MAX_HEADER_BYTES) {
		refuseNpy(`expected a header of at most ${MAX_HEADER_BYTES} bytes, received ${length}`, "save the array again with numpy.save.", place);
	}
	const start = textStart + length;
	if (bytes.length < start || length === 0) {
		refuseNpy(
			`expected a header of ${length} bytes, received ${Math.max(0, bytes.length - textStart)}`,
			"fetch the file again; it is cut off.",
			place,
		);
	}
	return { text: new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.subarray(textStart, start)), start };
}

function readType(descr: PythonLiteral | undefined, place: DataPlace): { dtype: ElementType; littleEndian: boolean } {
	if (Array.isArray(descr)) refuseType("V", place);
	const match = typeof descr === "string" ? /^([<>|=]?)([a-zA-Z?])(\d*)/.exec(descr) : null;
	if (match === null)
		refuseNpy(`the header names no type (descr ${JSON.stringify(descr)})`, "save the array again with numpy.save.", place);
	const [whole, order, kind, size] = match;
	const dtype = Object.hasOwn(typeNames, kind + size) && whole === descr ? typeNames[kind + size] : undefined;
	if (dtype === undefined) refuseType(kind, place, String(descr));
	return { dtype, littleEndian: order !== ">" };
}

function refuseType(kind: string, place: DataPlace, descr?: string): never {
	const [what, advice] = Object.hasOwn(refusedKinds, kind) ? refusedKinds[kind] : ["an unknown type", "save array.astype(np.float32)."];
	const name = descr === undefined ? "" : ` (type ${JSON.stringify(descr)})`;
	refuseNpy(`expected numbers or truths, received ${what}${name}`, `in Python, ${advice}`, place);
}

function readShape(value: PythonLiteral | undefined, place: DataPlace): Shape {
	const isShape = Array.isArray(value) && value.length <= MAX_RANK && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
	if (isShape) return value as readonly number[];
	return refuseNpy(
		`the header's shape is no tuple of at most ${MAX_RANK} whole numbers from 0 to 2⁵³ − 1`,
		"save the array again with numpy.save.",
		place,
	);
}
