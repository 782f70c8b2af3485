import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { X86Assembler } from "./assembler.ts";
import type { Label, Lanes } from "./encoder.ts";

/** A call of X86Assembler, as test/oracle/make_x86.py writes it down. */
type Call = readonly [method: string, ...args: unknown[]];
interface Case {
	readonly lanes: Lanes;
	readonly calls: readonly Call[];
	readonly text: readonly string[];
	readonly bytes: string;
}

const fixture = new URL("../../../../test/oracle/fixtures/x86.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { cases: readonly Case[] };
const byMethod = Map.groupBy(cases, ({ calls }) => calls.at(-1)?.[0] as string);

/** Makes the calls; labels are known by their names. */
function write(asm: X86Assembler, calls: readonly Call[], labels = new Map<string, Label>()): void {
	const labelOf = (name: string): Label => {
		if (!labels.has(name)) labels.set(name, asm.label());
		return labels.get(name) as Label;
	};
	const argument = (value: unknown): unknown => {
		if (typeof value !== "object" || value === null) return value;
		if ("label" in value) return labelOf(value.label as string);
		if ("constant" in value) return asm.splatConstant(value.constant as number);
		if ("body" in value) return () => write(asm, value.body as readonly Call[], labels);
		return value;
	};
	const methods = asm as unknown as Record<string, (...args: unknown[]) => void>;
	for (const [method, ...args] of calls) methods[method](...args.map(argument));
}

function hex(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("hex");
}

describe("the assembler", () => {
	it.each([...byMethod])("writes the bytes of GNU as where code ends with %s", (_, some) => {
		const different = some.flatMap(({ lanes, calls, text, bytes }) => {
			const asm = new X86Assembler(lanes);
			write(asm, calls);
			const received = hex(asm.finish());
			return received === bytes ? [] : [{ lanes, calls: JSON.stringify(calls), text, expected: bytes, received }];
		});
		expect(different).toEqual([]);
	});

	it("has no instruction that GNU as was not asked for", () => {
		const asked = new Set(JSON.stringify(cases).match(/(?<=\[")\w+/g));
		const own = Object.getOwnPropertyNames(X86Assembler.prototype);
		expect(own.filter((name) => !["constructor", "finish", "splatConstant"].includes(name) && !asked.has(name))).toEqual([]);
	});

	it("keeps all bytes of long code, and jumps across them", () => {
		const asm = new X86Assembler(8);
		const [start, end] = [asm.label(), asm.label()];
		asm.place(start);
		asm.jump(end);
		for (let i = 0; i < 100_000; i++) asm.ret();
		asm.place(end);
		asm.jump(start);
		const distance = (bytes: number): string => hex(new Uint8Array(Int32Array.of(bytes).buffer));
		expect(hex(asm.finish())).toBe(`e9${distance(100_000)}${"c3".repeat(100_000)}e9${distance(-100_010)}`);
	});
});
