import { describe, expect, it } from "vitest";
import { sha256 } from "./checksum.ts";

describe("sha256", () => {
	// FIPS 180-2, appendix B.1.
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	const bytes = new TextEncoder().encode("abc");

	it("is that of the standard", async () => {
		expect(await sha256(bytes)).toBe(abc);
	});

	it("is the same for bytes that WebCrypto would not take", async () => {
		expect(await sha256(bytes, 2)).toBe(abc);
		// Two pieces, the second one a byte long.
		const long = new Uint8Array(2 ** 28 + 1).fill(7);
		expect(await sha256(long, 2 ** 28)).toBe(await sha256(long));
	});
});
