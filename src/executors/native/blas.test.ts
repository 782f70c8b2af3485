import { describe, expect, it } from "vitest";
import { findBlas } from "./blas.ts";

describe("looking for a BLAS", () => {
	it("says why a given library could not be used", () => {
		const search = findBlas("/nowhere/libnothing.so");
		expect(search.kind).toBe("missing");
		if (search.kind === "missing") expect(search.tried.join("\n")).toMatch(/koffi|\/nowhere\/libnothing\.so: ./);
	});

	it("refuses a library without cblas_sgemm", () => {
		const libc = { linux: "libc.so.6", darwin: "/usr/lib/libSystem.B.dylib", win32: "msvcrt.dll" }[process.platform as "linux"];
		const search = findBlas(libc);
		expect(search.kind).toBe("missing");
		if (search.kind === "missing") expect(search.tried.join("\n")).toMatch(/koffi|cblas_sgemm/);
	});

	const search = findBlas();
	it.skipIf(search.kind === "missing")("multiplies on addresses", () => {
		if (search.kind === "missing") return;
		const { blas } = search;
		const memory = new Float32Array(new SharedArrayBuffer(64));
		memory.set([1, 2, 3, 4, 5, 6, 7, 8]);
		const base = blas.addressOf(memory.buffer);
		// [1 2; 3 4] · [5 6; 7 8]ᵀ
		blas.sgemm(101, 111, 112, 2, 2, 2, 1, base, 2, base + 16, 2, 0, base + 32, 2);
		expect(Array.from(memory.slice(8, 12))).toEqual([17, 23, 39, 53]);
		expect(blas.facts.name.length).toBeGreaterThan(0);
	});
});
