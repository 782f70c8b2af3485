import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../core/errors.ts";
import { seal } from "./checksum.ts";
import { FileError } from "./errors.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { decodeState, encodeState } from "./state-file.ts";

const state = {
	step: 7,
	lr: 1e-3,
	worst: Number.NEGATIVE_INFINITY,
	nothing: null,
	lists: [[Float32Array.of(1, Number.NaN, -0)], "text", true, Number.NaN],
	"a.b": { c: Float64Array.of(0.1) },
	a: { "b.c": Int32Array.of(-1), empty: new Uint8Array(0), zero: -0 },
};

describe("a state file", () => {
	it("gives back the bits of everything in it", async () => {
		const back = (await decodeState(await encodeState(state))) as typeof state;
		expect(back).toEqual(state);
		expect(Object.is(back.a.zero, -0)).toBe(true);
	});

	it("gives back any plain data", async () => {
		const leaf = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.float32Array(), fc.uint8Array());
		const { tree } = fc.letrec((tie) => ({
			tree: fc.oneof(
				{ depthSize: "small" },
				leaf,
				fc.array(tie("tree")),
				fc.dictionary(fc.string(), tie("tree"), { noNullPrototype: true }),
			),
		}));
		await fc.assert(
			fc.asyncProperty(tree, async (value) => {
				expect(await decodeState(await encodeState(value))).toEqual(value);
			}),
			{ numRuns: 100 },
		);
	});

	it("is a safetensors file with arrays under the names of their places", async () => {
		expect([...readSafetensors(await encodeState(state)).tensors.keys()]).toContain("lists.0.0");
	});

	it("finds every flipped bit and every cut", async () => {
		const file = await encodeState({ step: 3, weights: Float32Array.from({ length: 20 }, (_, i) => i / 7) });
		for (let bit = 0; bit < file.length * 8; bit++) {
			const flipped = file.slice();
			flipped[bit >> 3] ^= 1 << (bit & 7);
			await expect(decodeState(flipped)).rejects.toMatchObject({ name: "FileError", fault: "damaged" });
		}
		for (let length = 0; length < file.length; length++) {
			await expect(decodeState(file.slice(0, length))).rejects.toBeInstanceOf(FileError);
		}
	});

	it("of a later format is refused by the name of the Gradus that wrote it", async () => {
		const metadata = { sha256: "0".repeat(64), kind: "gradus state", version: "2", gradus: "9.1.0", skeleton: "null" };
		const file = writeSafetensors({}, metadata);
		await seal(file, file.length);
		await expect(decodeState(file, "x.safetensors")).rejects.toThrow(/x\.safetensors: it has format 2 \(Gradus 9\.1\.0\)/);
		await expect(decodeState(file)).rejects.toMatchObject({ fault: "newer" });
	});

	it("with a valid checksum and a hostile skeleton is refused", async () => {
		for (const skeleton of ["{", '{"$tensor":"none"}', `${"[".repeat(500)}${"]".repeat(500)}`]) {
			const file = writeSafetensors({}, { sha256: "0".repeat(64), kind: "gradus state", version: "1", gradus: "0", skeleton });
			await seal(file, file.length);
			await expect(decodeState(file)).rejects.toMatchObject({ fault: "damaged" });
		}
	});

	it("refuses what is no plain data, by its place", async () => {
		await expect(encodeState({ a: [new Map()] })).rejects.toThrow(/state\.a\.0: expected plain data .* received a Map/);
		await expect(encodeState({ f: () => 1 })).rejects.toThrow(ArgumentError);
		await expect(encodeState({ big: new Float16Like(1) })).rejects.toThrow(/expected a Float32Array/);
		const circular: Record<string, unknown> = {};
		circular.self = circular;
		await expect(encodeState(circular)).rejects.toThrow(/at most 100 levels/);
	});
});

class Float16Like extends Uint16Array {}
