import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeIf, requires } from "../../../../test/requires.ts";
import { X86Assembler } from "./assembler.ts";
import { CodeBench } from "./code-testing.ts";
import { type Lanes, type Memory, VECTOR_REGISTERS } from "./encoder.ts";
import { machineLanes } from "./machine-testing.ts";
import { type Value, VectorProgram } from "./vector-program.ts";

/** Vectors of memory that random programs use; one before and one behind them must stay as they are. */
const SLOTS = 24;
/** Whole numbers up to here are exact in float32, fused or not. */
const LARGEST = 2 ** 24;

/** A value, and the numbers that it must have. */
interface Known {
	readonly value: Value;
	readonly numbers: readonly number[];
}

const step = fc.record({
	kind: fc.constantFrom("load", "store", "add", "subtract", "times", "addTimes", "subtractTimes", "addMemory", "write"),
	a: fc.nat(),
	b: fc.nat(),
	slot: fc.integer({ min: 1, max: SLOTS }),
	factor: fc.constantFrom(-3, -1, 2),
	forgotten: fc.nat(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Writes code for one program and does the same in numbers. */
class Twin {
	readonly lanes: Lanes;
	readonly asm: X86Assembler;
	readonly program: VectorProgram;
	readonly memory: (readonly number[])[];

	constructor(lanes: Lanes, slots = SLOTS + 2) {
		this.lanes = lanes;
		this.asm = new X86Assembler(lanes);
		this.program = new VectorProgram(this.asm);
		this.memory = Array.from({ length: slots }, (_, slot) =>
			Array.from({ length: lanes }, (_, lane) => ((7 * (slot * lanes + lane)) % 17) - 8),
		);
	}

	place(slot: number): Memory {
		return { base: "rdx", offset: slot * this.asm.vectorBytes };
	}

	load(slot: number): Known {
		return { value: this.program.load(this.place(slot)), numbers: this.memory[slot] };
	}

	store(slot: number, { value, numbers }: Known): void {
		this.program.store(this.place(slot), value);
		this.memory[slot] = numbers;
	}

	/** One operation; instead of one whose result is too large, a load. */
	calculate(kind: Step["kind"], { a, b, slot, factor }: { a: Known; b: Known; slot: number; factor: number }): Known {
		const { program, memory } = this;
		const operations = {
			add: [(x: number, y: number) => x + y, () => program.add(a.value, b.value)],
			subtract: [(x: number, y: number) => x - y, () => program.subtract(a.value, b.value)],
			times: [(x: number) => factor * x, () => program.times(factor, a.value)],
			addTimes: [(x: number, y: number) => x + factor * y, () => program.addTimes(a.value, factor, b.value)],
			subtractTimes: [(x: number, y: number) => x - factor * y, () => program.subtractTimes(a.value, factor, b.value)],
			addMemory: [(x: number, _: number, z: number) => x + z, () => program.addMemory(a.value, this.place(slot))],
		} as const;
		if (!(kind in operations)) return this.load(slot);
		const [evaluate, write] = operations[kind as keyof typeof operations];
		const numbers = a.numbers.map((x, lane) => evaluate(x, b.numbers[lane], memory[slot][lane]));
		return numbers.some((x) => Math.abs(x) > LARGEST) ? this.load(slot) : { value: write(), numbers };
	}

	/** Runs the code and compares the memory with the one that it should leave. */
	check(): void {
		const bench = new CodeBench();
		const { lanes } = this;
		const before = new Twin(lanes, this.memory.length).memory;
		bench.numbers.set(before.flat());
		this.program.write();
		this.asm.zeroUpper();
		this.asm.ret();
		bench.run(this.asm.finish());
		const received = [...bench.numbers.subarray(0, this.memory.length * lanes)];
		expect(received).toEqual(this.memory.flat());
	}
}

function runSteps(lanes: Lanes, steps: readonly Step[]): void {
	const twin = new Twin(lanes);
	let known: Known[] = [];
	for (const { kind, a, b, slot, factor, forgotten } of steps) {
		if (kind === "write") {
			twin.program.write();
			known = [];
		} else if (known.length === 0) known.push(twin.load(slot));
		else if (kind === "store") twin.store(slot, known[a % known.length]);
		else known.push(twin.calculate(kind, { a: known[a % known.length], b: known[b % known.length], slot, factor }));
		// A result needs a register besides those that may be used again.
		if (known.length >= VECTOR_REGISTERS[lanes]) known.splice(forgotten % known.length, 1);
	}
	twin.check();
}

const aliases = [
	{ title: "sum and x die", same: false, kept: [] },
	{ title: "sum lives on and x dies", same: false, kept: ["sum"] },
	{ title: "sum dies and x lives on", same: false, kept: ["x"] },
	{ title: "sum and x live on", same: false, kept: ["sum", "x"] },
	{ title: "sum is x and dies", same: true, kept: [] },
	{ title: "sum is x and lives on", same: true, kept: ["sum"] },
] as const;

describeIf(requires.machineCode, "a vector program", () => {
	describe.each(machineLanes())("of %i lanes", (lanes) => {
		const registers = VECTOR_REGISTERS[lanes];

		it("leaves behind what its operations say, as long as values fit into the registers", () => {
			fc.assert(
				fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => runSteps(lanes, steps)),
				{ numRuns: 100 },
			);
		});

		it.each(aliases)("adds products rightly where $title, whatever else is held", ({ same, kept }) => {
			for (const kind of ["addTimes", "subtractTimes"] as const) {
				const twin = new Twin(lanes, 600);
				let slot = 2;
				// Registers but those of the sum, x and the result.
				for (let held = 0; held <= registers - 3; held++) {
					const others = Array.from({ length: held }, (_, i) => twin.load(2 + i));
					const sum = twin.load(0);
					const x = same ? sum : twin.load(1);
					const result = twin.calculate(kind, { a: sum, b: x, slot: 0, factor: 2 });
					const values = { sum, x };
					for (const known of [result, ...kept.map((name) => values[name]), ...others]) twin.store(slot++, known);
					twin.program.write();
				}
				twin.check();
			}
		});

		it("holds as many values as there are registers", () => {
			const twin = new Twin(lanes, 2 * registers);
			const values = Array.from({ length: registers }, (_, i) => twin.load(i));
			values.forEach((value, i) => {
				twin.store(registers + ((5 * i) % registers), value);
			});
			twin.check();
		});

		it("refuses one value more than there are registers", () => {
			const twin = new Twin(lanes);
			for (const value of Array.from({ length: registers + 1 }, () => twin.load(0))) twin.store(1, value);
			expect(() => twin.program.write()).toThrow("needs too many registers");
		});

		it("gives no register to values that nobody uses", () => {
			const twin = new Twin(lanes);
			const used = twin.load(3);
			for (let i = 0; i < 2 * registers; i++) twin.load(i % SLOTS);
			twin.store(1, used);
			twin.check();
		});
	});
});
