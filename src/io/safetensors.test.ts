import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileError } from "./errors.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** A file as the specification has it: length of the header, header, data. */
function file(header: string | Uint8Array, data: readonly number[] = [], headerLength?: bigint): Uint8Array {
	const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
	const bytes = new Uint8Array(8 + text.length + data.length);
	new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
	bytes.set(text, 8);
	bytes.set(data, 8 + text.length);
	return bytes;
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number): object => ({
	dtype,
	shape,
	data_offsets: [begin, end],
});

describe("readSafetensors", () => {
	it("reads a file written by hand from the specification", () => {
		// 1.5 is 0x3fc00000, −2 is 0xc0000000 in float32.
		const header = '{"__metadata__":{"made":"by hand"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}   ';
		const { tensors, metadata } = readSafetensors(file(header, [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]));
		expect([...metadata]).toEqual([["made", "by hand"]]);
		expect([...tensors]).toEqual([["w", { dtype: "float32", shape: [1, 2], data: Float32Array.of(1.5, -2) }]]);
	});

	it.each([
		["F64", "float64", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], Float64Array.of(1)],
		["I32", "int32", [0xfe, 0xff, 0xff, 0xff], Int32Array.of(-2)],
		["U8", "uint8", [7], Uint8Array.of(7)],
		["BOOL", "bool", [1], Uint8Array.of(1)],
		// 65504 is the largest half, 2⁻²⁴ the smallest.
		["F16", "float32", [0x00, 0x3c, 0xff, 0x7b, 0x01, 0x00, 0x00, 0xfc], Float32Array.of(1, 65504, 2 ** -24, Number.NEGATIVE_INFINITY)],
		["BF16", "float32", [0x80, 0x3f, 0x49, 0xc0], Float32Array.of(1, -3.140625)],
	] as const)("reads %s", (dtype, as, data, expected) => {
		const header = JSON.stringify({ x: entry(dtype, [expected.length], 0, data.length) });
		expect(readSafetensors(file(header, data)).tensors.get("x")).toEqual({ dtype: as, shape: [expected.length], data: expected });
	});

	it("copies out of a Node buffer, at any alignment", () => {
		const whole = Buffer.concat([Buffer.of(0), file(JSON.stringify({ x: entry("F32", [1], 0, 4) }), [0, 0, 0xc0, 0x3f])]);
		const bytes = whole.subarray(1);
		const data = readSafetensors(bytes).tensors.get("x")?.data;
		bytes.fill(0);
		expect(data).toEqual(Float32Array.of(1.5));
	});

	it("reads tensors without elements and scalars", () => {
		const header = JSON.stringify({ none: entry("F32", [0, 5], 0, 0), one: entry("U8", [], 0, 1) });
		expect(readSafetensors(file(header, [9])).tensors.get("one")).toEqual({ dtype: "uint8", shape: [], data: Uint8Array.of(9) });
	});

	const x = (fields: object): string => JSON.stringify({ x: { ...entry("F32", [1], 0, 4), ...fields } });
	it.each([
		["nothing", new Uint8Array(0), /at least 8 bytes/],
		["a header longer than the file", file("{}", [], 2n ** 40n), /header of at most 2 bytes/],
		["a header of 2⁶⁴ − 1 bytes", file("{}", [], 2n ** 64n - 1n), /header of at most 2 bytes/],
		["no JSON", file("{x"), /JSON object in UTF-8/],
		["no UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /UTF-8/],
		["a list as header", file("[]"), /JSON object/],
		["lists in lists, 100,000 deep", file(`{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`), /tensor "x"|JSON/],
		[
			"one name twice",
			file(`{"x":${JSON.stringify(entry("F32", [0], 0, 0))},"\\u0078":${JSON.stringify(entry("F32", [0], 0, 0))}}`),
			/"x" twice/,
		],
		["an unknown type", file(x({ dtype: "F8" }), [0, 0, 0, 0]), /dtype of/],
		["a type that every object has", file(x({ dtype: "constructor" }), [0, 0, 0, 0]), /dtype of/],
		["a negative length", file(x({ shape: [-1] }), [0, 0, 0, 0]), /shape of whole numbers/],
		["a shape beyond all numbers", file(x({ shape: [1e15, 1e15, 1e300] }), [0, 0, 0, 0]), /shape of whole numbers/],
		["a shape larger than its bytes", file(x({ shape: [2 ** 40] }), [0, 0, 0, 0]), /4398046511104 bytes/],
		["offsets that go backwards", file(x({ data_offsets: [4, 0] }), [0, 0, 0, 0]), /\[begin, end\]/],
		["offsets beyond the end", file(x({ shape: [2], data_offsets: [0, 8] }), [0, 0, 0, 0]), /8 bytes of tensors/],
		["bytes that belong to no tensor", file(x({}), [0, 0, 0, 0, 0]), /4 bytes of tensors/],
		["overlap", file(JSON.stringify({ x: entry("U8", [2], 0, 2), y: entry("U8", [2], 1, 3) }), [1, 2, 3]), /without overlap or gap/],
		["a gap", file(JSON.stringify({ x: entry("U8", [1], 0, 1), y: entry("U8", [1], 2, 3) }), [1, 2, 3]), /without overlap or gap/],
		["another field", file(x({ more: 1 }), [0, 0, 0, 0]), /also "more"/],
		["metadata that is no text", file('{"__metadata__":{"a":1}}'), /a text/],
	])("refuses %s", (_, bytes, message) => {
		expect(() => readSafetensors(bytes)).toThrow(FileError);
		expect(() => readSafetensors(bytes)).toThrow(message);
	});

	it("keeps names that objects inherit as plain names", () => {
		const { tensors } = readSafetensors(file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [3]));
		expect([...tensors.keys()]).toEqual(["__proto__"]);
	});

	it("throws nothing but FileError for changed bytes", () => {
		const whole = writeSafetensors(
			{ a: { dtype: "float32", shape: [2, 2], data: new Float32Array(4) }, b: { dtype: "bool", shape: [3], data: new Uint8Array(3) } },
			{ note: "x" },
		);
		const change = fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.nat({ max: 255 }) });
		fc.assert(
			fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat({ max: whole.length }), (changes, cut) => {
				const bytes = whole.slice();
				for (const { at, byte } of changes) bytes[at] = byte;
				for (const given of [bytes, bytes.subarray(0, cut)]) {
					try {
						readSafetensors(given);
					} catch (error) {
						expect(error).toBeInstanceOf(FileError);
					}
				}
			}),
			{ numRuns: 2000 },
		);
	});
});

describe("writeSafetensors", () => {
	it("aligns every tensor to its type and pads the header to eights", () => {
		const bytes = writeSafetensors({
			small: { dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) },
			large: { dtype: "float64", shape: [1], data: Float64Array.of(0.1) },
			middle: { dtype: "float32", shape: [1], data: Float32Array.of(0.5) },
		});
		const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
		expect(length % 8).toBe(0);
		const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
		expect(header.large).toEqual({ dtype: "F64", shape: [1], data_offsets: [0, 8] });
		expect(header.middle.data_offsets).toEqual([8, 12]);
		expect(header.small.data_offsets).toEqual([12, 15]);
	});

	it("gives back what was written, whatever the names", () => {
		const tensor = fc.array(fc.float(), { maxLength: 5 }).map((values) => ({
			dtype: "float32" as const,
			shape: [values.length],
			data: Float32Array.from(values),
		}));
		const names = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__" && name !== "__proto__");
		fc.assert(
			fc.property(fc.dictionary(names, tensor, { noNullPrototype: true }), (tensors) => {
				const read = readSafetensors(writeSafetensors(tensors)).tensors;
				expect(Object.fromEntries(read)).toEqual(tensors);
			}),
		);
	});
});
