import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { loadKoffi } from "../../koffi.ts";
import { CodeMemory } from "./code-memory.ts";
import { vectorLanes } from "./processor.ts";

describeIf(requires.machineCode, "the lanes that code may use", () => {
	it("are those of the longest vectors among the flags that Linux shows", () => {
		const koffi = loadKoffi();
		const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1].split(" "));
		expect(vectorLanes(koffi, new CodeMemory(koffi))).toBe(flags.has("avx512f") ? 16 : 8);
	});
});
