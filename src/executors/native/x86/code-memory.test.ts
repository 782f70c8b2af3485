import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { type Koffi, loadKoffi } from "../../koffi.ts";
import { CodeMemory } from "./code-memory.ts";

/** mov eax, value; ret */
function returning(value: number): number[] {
	return [0xb8, ...new Uint8Array(Int32Array.of(value).buffer), 0xc3];
}

/** What the kernel lets this process do at an address, such as "r-xp"; undefined where nothing lies. */
function accessAt(address: bigint): string | undefined {
	for (const line of readFileSync("/proc/self/maps", "utf8").split("\n")) {
		const [, from, to, access] = /^(\w+)-(\w+) (\S+)/.exec(line) ?? [];
		if (from !== undefined && BigInt(`0x${from}`) <= address && address < BigInt(`0x${to}`)) return access;
	}
	return undefined;
}

describeIf(requires.machineCode, "memory for code", () => {
	const koffi = loadKoffi();
	const call = (address: bigint): number => (koffi.decode(address, koffi.proto("int ()")) as () => number)();

	it("holds pieces of code that run, each at its own address", () => {
		const memory = new CodeMemory(koffi);
		const addresses = [1, -2, 2 ** 31 - 1].map((value) => memory.install(Uint8Array.from(returning(value))));
		expect(addresses.map(call)).toEqual([1, -2, 2 ** 31 - 1]);
	});

	it("holds code longer than a page", () => {
		const nops = Array.from({ length: 3 * 4096 }, () => 0x90);
		expect(call(new CodeMemory(koffi).install(Uint8Array.from([...nops, ...returning(7)])))).toBe(7);
	});

	it("cannot be written once the code is there, on any of its pages", () => {
		const memory = new CodeMemory(koffi);
		const address = memory.install(new Uint8Array(2 * 4096 + 1));
		for (const page of [0n, 4096n, 8192n]) expect(accessAt(address + page)).toBe("r-xp");
		memory.install(Uint8Array.of(0xc3));
		expect(accessAt(address)).toBe("r-xp");
	});

	it("is given back when nobody holds it any more", async () => {
		// In a function of its own, so that nothing on the stack refers to it.
		const address = (() => new CodeMemory(koffi).install(new Uint8Array(64 * 4096)))();
		expect(accessAt(address)).toBe("r-xp");
		for (let turn = 0; turn < 100 && accessAt(address) === "r-xp"; turn++) {
			(globalThis.gc as () => void)();
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		expect(accessAt(address)).not.toBe("r-xp");
	});

	it("knows where a buffer's bytes lie", () => {
		const memory = new CodeMemory(koffi);
		const words = Uint32Array.of(5, 6);
		// mov eax, [rdi + 4]; ret
		const code = memory.install(Uint8Array.of(0x8b, 0x47, 0x04, 0xc3));
		const run = koffi.decode(code, koffi.proto("int (uint64_t)")) as (address: number) => number;
		expect(run(memory.addressOf(words.buffer))).toBe(6);
	});
});

describe("memory for code elsewhere", () => {
	afterEach(() => {
		vi.unstubAllGlobals();
	});

	it.each([
		["darwin", "arm64"],
		["linux", "arm64"],
		["win32", "x64"],
	])("is refused on %s %s, and the reason says so", (platform, arch) => {
		vi.stubGlobal("process", { platform, arch });
		expect(() => new CodeMemory({} as Koffi)).toThrow(`is made under Linux on x86-64 alone, and this is ${platform} on ${arch}`);
	});
});
