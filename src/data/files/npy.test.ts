import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../core/errors.ts";
import { DataError } from "../errors.ts";
import { type ElementType, elementTypes, type FileArray, toFloat32, toInt32 } from "./element-type.ts";
import { readNpy } from "./npy.ts";
import { NpyError } from "./npy-error.ts";
import { writeNpy } from "./npy-write.ts";

interface Fixture {
	readonly arrays: readonly { name: string; file: string; dtype: ElementType; shape: number[]; values: string[] }[];
	readonly refused: Readonly<Record<string, string>>;
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("../../../test/oracle/fixtures/npy.json", import.meta.url), "utf8"));
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

const spelled: Readonly<Record<string, number>> = { True: 1, False: 0, nan: Number.NaN, inf: Infinity, "-inf": -Infinity };
/** What Python printed, as the type of `data`. */
function parsed(text: string, data: FileArray["data"]): number | bigint {
	if (data instanceof BigInt64Array || data instanceof BigUint64Array) return BigInt(text);
	const value = spelled[text] ?? Number(text);
	return data instanceof Float32Array ? Math.fround(value) : value;
}

/** A .npy file with a header of our own making. */
function withHeader(header: string, data: ArrayLike<number> = [], major = 1): Uint8Array {
	const text = new TextEncoder().encode(header);
	const length = major === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, (text.length >> 8) & 255, 0, 0];
	return Uint8Array.from([0x93, ...Buffer.from("NUMPY"), major, 0, ...length, ...text, ...Array.from(data)]);
}

describe("readNpy", () => {
	it.each(fixture.arrays.map((one) => [one.name, one] as const))("reads what NumPy wrote: %s", (_name, one) => {
		const array = readNpy(fromBase64(one.file));
		expect(array.dtype).toBe(one.dtype);
		expect(array.shape).toEqual(one.shape);
		expect(Array.from<number | bigint>(array.data)).toEqual(one.values.map((text) => parsed(text, array.data)));
	});

	it("covers every element type", () => {
		expect(new Set(fixture.arrays.map(({ dtype }) => dtype))).toEqual(new Set(Object.keys(elementTypes)));
	});

	it.each([
		["objects", /received Python objects \(pickle\), which can run code when loaded \(type "\|O"\)\.\n {2}Try: in Python, save numbers/],
		["text", /received text \(type "<U5"\).*\n {2}Try: .*return_inverse/],
		["bytes", /received text \(bytes\)/],
		["complex", /received complex numbers .*\n {2}Try: in Python, save array\.real and array\.imag/],
		["dates", /received dates/],
		["durations", /received durations/],
		["records", /received records/],
		["longdouble", /received floats of another width/],
	])("refuses %s and says what to save instead", (name, message) => {
		const read = () => readNpy(fromBase64(fixture.refused[name]), { file: "x.npy" });
		expect(read).toThrow(NpyError);
		expect(read).toThrow(message);
		expect(read).toThrow(/^x\.npy: /);
	});

	const whole = writeNpy(Float32Array.of(1, 2, 3));
	const dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
	it.each([
		["another format", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), /received bytes 89 50 4e 47 .*a PNG image/],
		["a zip archive", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0), /a zip archive\.\n {2}Try: .*readNpz/],
		["an empty file", new Uint8Array(0), /received an empty file/],
		["a file of the magic alone", whole.subarray(0, 8), /expected at least 10 bytes, received 8/],
		["an unknown version", whole.with(6, 9), /expected format version 1\.0, 2\.0 or 3\.0, received 9\.0/],
		["a header that is cut off", whole.subarray(0, 40), /expected a header of 118 bytes, received 30/],
		["a huge header", Uint8Array.of(...whole.subarray(0, 6), 2, 0, 255, 255, 255, 255), /at most 10000 bytes, received 4294967295/],
		["data that are cut off", whole.subarray(0, whole.length - 5), /expected 12 bytes of data for \[3\] float32, received 7/],
		["trailing bytes", Uint8Array.of(...whole, 9), /received 13\.\n {2}Try: check where the 1 bytes behind/],
		["a header without a type", withHeader("{'fortran_order': False, 'shape': (1,)}"), /names no type/],
		["a header without an order", withHeader("{'descr': '<f4', 'shape': (1,)}"), /no fortran_order/],
		["a header that is a list", withHeader("[1, 2]"), /no fortran_order/],
		["an unknown type", withHeader("{'descr': '<x4', 'fortran_order': False, 'shape': ()}"), /an unknown type \(type "<x4"\)/],
		["a type with a prototype's name", withHeader("{'descr': 'constructor', 'fortran_order': False, 'shape': ()}"), /expected numbers/],
		["a negative length", withHeader(dict.replace("2,", "-2,")), /shape is no tuple/],
		["a length beyond 2⁵³", withHeader(dict.replace("2,", "99999999999999999999,")), /shape is no tuple/],
		["huge lengths", withHeader(dict.replace("2,", "4503599627370496, 4503599627370496")), /expected \S+ bytes of data .*, received 0/],
		["too many axes", withHeader(dict.replace("2,", "1,".repeat(65))), /at most 64/],
		["Python code", withHeader(dict.replace("(2,)", "__import__('os').system('true')")), /no literal dict \(no literal at character/],
		["an expression", withHeader(dict.replace("(2,)", "(1 + 1,)")), /no literal dict/],
		["deep nesting", withHeader("(".repeat(5000)), /more than 16 levels/],
		["a dict that never ends", withHeader("{'descr': '<f4',"), /no literal dict/],
		["a key given twice", withHeader("{'descr': '<f4', 'descr': '<f4'}"), /no literal dict/],
	])("refuses %s", (_name, bytes, message) => {
		expect(() => readNpy(bytes)).toThrow(NpyError);
		expect(() => readNpy(bytes)).toThrow(message);
	});

	it("reads headers as Python 2 wrote them", () => {
		const header = "{'descr': u'|u1', 'fortran_order': False, 'shape': (2L, 1L)}\n";
		expect(readNpy(withHeader(header, [7, 8]))).toEqual({ dtype: "uint8", shape: [2, 1], data: Uint8Array.of(7, 8) });
	});

	it("throws nothing but DataError on damaged files", () => {
		const files = fixture.arrays.map(({ file }) => fromBase64(file));
		const change = fc.tuple(fc.nat(300), fc.nat(255));
		const damage = fc.tuple(fc.constantFrom(...files), fc.array(change, { maxLength: 4 }), fc.nat(300));
		fc.assert(
			fc.property(damage, ([file, changes, cut]) => {
				const bytes = file.slice(0, cut < 150 ? file.length : cut);
				for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
				try {
					expect(readNpy(bytes).data.byteLength).toBeLessThanOrEqual(2 * bytes.length);
				} catch (error) {
					expect(error).toBeInstanceOf(DataError);
				}
			}),
			{ numRuns: 3000 },
		);
	});

	it("throws nothing but DataError on random headers", () => {
		const piece = fc.constantFrom(
			"{",
			"}",
			"(",
			")",
			",",
			":",
			"'descr'",
			"'<f4'",
			"'fortran_order'",
			"True",
			"'shape'",
			"3",
			"-1",
			'"',
			"\\",
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
				try {
					readNpy(withHeader(pieces.join("")));
				} catch (error) {
					expect(error).toBeInstanceOf(NpyError);
				}
			}),
			{ numRuns: 3000 },
		);
	});
});

describe("writeNpy", () => {
	it.each([
		["float32", Float32Array.of(1.5, -2, 3, 4, 5, 6)],
		["float64", Float64Array.of(0.1, -2, 3, 4, 5, 6)],
		["int32", Int32Array.of(1, -2, 3, 4, 5, 6)],
		["uint8", Uint8Array.of(1, 2, 3, 4, 5, 255)],
	])("writes %s as NumPy does, byte for byte", (dtype, data) => {
		const description = { float32: "<f4", float64: "<f8", int32: "<i4", uint8: "|u1" }[dtype];
		const header = `{'descr': '${description}', 'fortran_order': False, 'shape': (2, 3), }`;
		const expected = withHeader(`${header.padEnd(117)}\n`, new Uint8Array(data.buffer));
		expect(writeNpy(data, [2, 3])).toEqual(expected);
		expect(readNpy(writeNpy(data, [2, 3]))).toEqual({ dtype, shape: [2, 3], data });
	});

	it("writes one axis unless told otherwise, and scalars", () => {
		expect(readNpy(writeNpy(Float32Array.of(1, 2))).shape).toEqual([2]);
		expect(readNpy(writeNpy(Float32Array.of(1), [])).shape).toEqual([]);
	});

	it("writes the part of memory that a view shows", () => {
		expect(readNpy(writeNpy(new Float32Array([1, 2, 3, 4]).subarray(1, 3))).data).toEqual(Float32Array.of(2, 3));
	});

	it("refuses a shape of another size", () => {
		expect(() => writeNpy(new Float32Array(5), [2, 3])).toThrow(ShapeError);
	});
});

describe("toFloat32 and toInt32", () => {
	const int64: FileArray = { dtype: "int64", shape: [3], data: BigInt64Array.of(0n, -5n, 7n) };

	it("turn NumPy's int64 labels into numbers", () => {
		expect(toInt32(int64)).toEqual(Int32Array.of(0, -5, 7));
		expect(toFloat32(int64)).toEqual(Float32Array.of(0, -5, 7));
	});

	it("refuse what int32 does not hold", () => {
		const halves: FileArray = { dtype: "float64", shape: [2], data: Float64Array.of(1, 1.5) };
		expect(() => toInt32(halves, "labels")).toThrow(/^labels: element 1 is 1\.5\.\n {2}Expected integers/);
		expect(() => toInt32({ dtype: "int64", shape: [1], data: BigInt64Array.of(2n ** 31n) })).toThrow(DataError);
	});
});
