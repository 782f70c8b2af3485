import { expect, it } from "vitest";
import { describeIf, requires } from "../../../test/requires.ts";
import { loadKoffi } from "../koffi.ts";
import { X86Assembler } from "../native/x86/assembler.ts";
import { CodeMemory } from "../native/x86/code-memory.ts";
import { machineCaller } from "./machine-function.ts";

describeIf(requires.machineCode, "machine code as a kernel", () => {
	/** Notes its four arguments where the third one points. */
	const noting = (): Uint8Array => {
		const asm = new X86Assembler(8);
		(["rdi", "rsi", "rdx", "rcx"] as const).forEach((register, i) => {
			asm.store({ base: "rdx", offset: 8 * i }, register);
		});
		asm.ret();
		return asm.finish();
	};
	const code = new CodeMemory(loadKoffi());
	const address = code.install(noting());
	const noted = (memory: WebAssembly.Memory, at: number): bigint[] => [...new BigInt64Array(memory.buffer, at, 4)];

	it("gets its units, and places in the heap as addresses of the process, the scratch from a whole cache line on", () => {
		const memory = new WebAssembly.Memory({ initial: 1 });
		const base = BigInt(code.addressOf(memory.buffer));
		for (const [scratch, line] of [
			[128, 128],
			[129, 192],
			[191, 192],
		]) {
			machineCaller(memory, scratch)(address)(3, 2 ** 40, 1024);
			expect(noted(memory, 1024)).toEqual([3n, 2n ** 40n, base + 1024n, base + BigInt(line)]);
		}
	});

	it("finds the memory after it grew", () => {
		const memory = new WebAssembly.Memory({ initial: 1 });
		const run = machineCaller(memory, 0)(address);
		run(1, 2, 8);
		memory.grow(3);
		run(5, 6, 3 * 65536);
		expect(noted(memory, 3 * 65536)).toEqual([
			5n,
			6n,
			BigInt(code.addressOf(memory.buffer)) + BigInt(3 * 65536),
			BigInt(code.addressOf(memory.buffer)),
		]);
	});
});
