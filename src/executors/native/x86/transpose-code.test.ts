import { describe, expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { X86Assembler } from "./assembler.ts";
import { CodeBench } from "./code-testing.ts";
import type { Place } from "./encoder.ts";
import { machineLanes } from "./machine-testing.ts";
import { transpose } from "./transpose-code.ts";

describeIf(requires.machineCode, "transposing a square in registers", () => {
	describe.each(machineLanes())("of %i lanes", (lanes) => {
		it("makes columns of rows", () => {
			const asm = new X86Assembler(lanes);
			const row = (index: number): Place => ({ base: "rdx", offset: index * asm.vectorBytes });
			for (let i = 0; i < lanes; i++) asm.loadVector(i, row(i));
			transpose(asm).forEach((register, i) => {
				asm.storeVector(row(i), register);
			});
			asm.zeroUpper();
			asm.ret();

			const bench = new CodeBench();
			const size = lanes * lanes;
			for (let i = 0; i < size; i++) bench.numbers[i] = i;
			bench.run(asm.finish());
			const expected = Array.from({ length: size }, (_, i) => (i % lanes) * lanes + Math.floor(i / lanes));
			expect([...bench.numbers.subarray(0, size)]).toEqual(expected);
		});
	});
});
