import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type Code,
	constantArea,
	type Expr,
	type FunctionBuilder,
	f32,
	f64,
	i32,
	i64,
	type Local,
	ModuleBuilder,
	unsigned,
	type ValueType,
	v128,
} from "./assembler.ts";
import { bytesAfter, DATA, evaluate, type I32, load, OUT } from "./assembler-testing.ts";

const bits = (value: number): number => value | 0;

describe("numbers in code", () => {
	it("unsigned LEB128 has seven bits a byte, the lowest first", () => {
		const cases: [number, number[]][] = [
			[0, [0x00]],
			[127, [0x7f]],
			[128, [0x80, 0x01]],
			[16383, [0xff, 0x7f]],
			[16384, [0x80, 0x80, 0x01]],
			[624485, [0xe5, 0x8e, 0x26]],
			[2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
			[2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
		];
		for (const [value, bytes] of cases) expect(unsigned(value), `${value}`).toEqual(bytes);
	});

	it("int32 constants arrive at every length of their encoding", () => {
		const edges = [0, 63, 64, 8191, 8192, 1048575, 1048576, 134217727, 134217728, 2147483647].flatMap((n) => [n, -n, -n - 1]);
		for (const value of edges) expect(evaluate(i32.const(value)), `${value}`).toBe(bits(value));
	});

	it("int64 constants arrive at every length of their encoding", () => {
		for (let shift = 5n; shift < 64n; shift++) {
			for (const value of [2n ** shift, 2n ** shift - 1n, -(2n ** shift), -(2n ** shift) - 1n]) {
				expect(evaluate(i64.const(value)), `${value}`).toBe(BigInt.asIntN(64, value));
			}
		}
	});

	it("floating constants keep every bit", () => {
		fc.assert(
			fc.property(fc.float(), fc.double(), (single, double) => {
				expect(evaluate(f32.const(single))).toBe(single);
				expect(evaluate(f64.const(double))).toBe(double);
			}),
			{ numRuns: 40 },
		);
	});

	it("offsets of loads and stores may take several bytes", () => {
		expect(evaluate(i32.load8U(i32.const(0), DATA + 9))).toBe(10);
		expect(bytesAfter(i32.store8(i32.const(4), i32.const(3), OUT - 4), 1)).toEqual([3]);
	});
});

/** Runs a function of int32 parameters whose result is its last expression. */
function compute(parameterCount: number, args: number[], build: (f: FunctionBuilder, ...p: Local<"i32">[]) => Code): number {
	const module = new ModuleBuilder();
	const parameters = Array.from({ length: parameterCount }, (): ValueType => "i32");
	module.func({ exportName: "run", parameters, result: "i32" }, (f, ...locals) => build(f, ...(locals as Local<"i32">[])));
	return load(module).run(...args) as number;
}

describe("control flow", () => {
	const countTurns = (bounds: { from: number; to: number; step?: number }): [turns: number, end: number] => {
		const run = (result: "turns" | "end"): number =>
			compute(0, [], (f) => {
				const [turns, counter] = [f.local("i32"), f.local("i32")];
				const { from, to, step } = bounds;
				const options = { from: i32.const(from), to: i32.const(to), ...(step === undefined ? {} : { step: i32.const(step) }) };
				return [
					f.loop(counter, options, () => [turns.set(i32.add(turns.get, i32.const(1)))]),
					(result === "turns" ? turns : counter).get.code,
				];
			});
		return [run("turns"), run("end")];
	};

	it("a loop runs its body once a step, not at all where it starts at its end, and leaves the counter where it stopped", () => {
		expect(countTurns({ from: 0, to: 5 })).toEqual([5, 5]);
		expect(countTurns({ from: 5, to: 5 })).toEqual([0, 5]);
		expect(countTurns({ from: 6, to: 5 })).toEqual([0, 6]);
		expect(countTurns({ from: 0, to: 10, step: 4 })).toEqual([3, 12]);
		expect(countTurns({ from: -3, to: 2 })).toEqual([5, 2]);
	});

	it("a loop without a start goes on from the counter's value, and reads its bound again each turn", () => {
		const turns = compute(1, [7], (f, from) => {
			const [count, end] = [f.local("i32"), f.local("i32")];
			return [
				end.set(i32.const(10)),
				f.loop(from, { to: end.get }, () => [
					count.set(i32.add(count.get, i32.const(1))),
					f.when(i32.eq(count.get, i32.const(2)), end.set(i32.const(12))),
				]),
				count.get.code,
			];
		});
		expect(turns).toBe(5);
	});

	it("loops nest", () => {
		const sum = compute(0, [], (f) => {
			const [i, j, total] = [f.local("i32"), f.local("i32"), f.local("i32")];
			return [
				f.loop(i, { from: i32.const(1), to: i32.const(4) }, (outer) => [
					f.loop(j, { from: i32.const(0), to: outer }, (inner) => [total.set(i32.add(total.get, i32.mul(outer, inner)))]),
				]),
				total.get.code,
			];
		});
		// 1·0 + 2·(0 + 1) + 3·(0 + 1 + 2)
		expect(sum).toBe(11);
	});

	it("repeat runs its body at least once", () => {
		const turns = (more: number): number =>
			compute(1, [more], (f, left) => {
				const count = f.local("i32");
				return [
					f.repeat(() => ({
						body: [count.set(i32.add(count.get, i32.const(1))), left.set(i32.sub(left.get, i32.const(1)))],
						again: i32.gtS(left.get, i32.const(0)),
					})),
					count.get.code,
				];
			});
		expect([turns(0), turns(1), turns(5)]).toEqual([1, 1, 5]);
	});

	it("when takes one of two ways", () => {
		const choose = (condition: number, withOther: boolean): number =>
			compute(1, [condition], (f, given) => {
				const result = f.local("i32");
				const other = withOther ? result.set(i32.const(30)) : undefined;
				return [f.when(given.get, result.set(i32.const(20)), other), result.get.code];
			});
		expect([choose(1, true), choose(0, true), choose(9, false), choose(0, false)]).toEqual([20, 30, 20, 0]);
	});
});

describe("functions", () => {
	it("call one another, with results and without", () => {
		const module = new ModuleBuilder();
		const store = module.func({ parameters: ["i32", "f64"] }, (_, at, value) => f64.store(at.get as I32, value.get as Expr<"f64">));
		const half = module.func({ parameters: ["f64"], result: "f64" }, (_, x) => f64.mul(x.get as Expr<"f64">, f64.const(0.5)).code);
		module.func({ exportName: "run", parameters: ["f64"], result: "f64" }, (_, x) => [
			module.call(store, i32.const(OUT), module.callFor("f64", half, x.get)),
			f64.load(i32.const(OUT)).code,
		]);
		expect(load(module).run(3)).toBe(1.5);
	});

	it("have locals of every type that start at 0, more than one byte can number", () => {
		const types = ["i32", "f64", "f64", "v128", "i64", "f32", "i32"] as const;
		const sum = compute(2, [40, 2], (f, a, b) => {
			const locals = Array.from({ length: 300 }, (_, i) => f.local(types[i % types.length]));
			const last = locals.at(-1) as Local<"f32">;
			const wholes = locals.filter((local): local is Local<"i32"> => local.type === "i32");
			return [
				wholes.map((local, i) => local.set(i32.add(local.get, i32.const(i)))),
				wholes.slice(1).map((local) => wholes[0].set(i32.add(wholes[0].get, local.get))),
				i32.add(i32.add(wholes[0].get, i32.truncF32S(last.get as unknown as Expr<"f32">)), i32.add(a.get, b.get)).code,
			];
		});
		// 85 of them are int32 and hold 0 … 84; the last is a float32 that nobody wrote.
		expect(sum).toBe((84 * 85) / 2 + 42);
	});

	it("tee writes a local and leaves the value", () => {
		expect(
			compute(0, [], (f) => {
				const x = f.local("i32");
				return i32.add(x.tee(i32.const(20)), i32.add(x.get, i32.const(2))).code;
			}),
		).toBe(42);
	});

	it("read the scratch address of the instance they run in", () => {
		const module = new ModuleBuilder();
		module.func({ exportName: "run", parameters: [], result: "i32" }, () => module.scratch.code);
		expect(load(module).run()).toBe(4711);
	});
});

describe("modules", () => {
	it("import memory as shared exactly if asked to", () => {
		const module = new ModuleBuilder();
		module.func({ exportName: "run", parameters: [] }, () => i32.store(i32.const(OUT), i32.const(1)));
		const scratch = new WebAssembly.Global({ value: "i32", mutable: false }, 0);
		const link = (sharedMemory: boolean, shared: boolean) => () => {
			const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared });
			return new WebAssembly.Instance(new WebAssembly.Module(module.bytes({ sharedMemory })), { env: { memory, scratch } });
		};
		expect(link(true, true)).not.toThrow();
		expect(link(false, false)).not.toThrow();
		expect(link(true, false)).toThrow(WebAssembly.LinkError);
		expect(link(false, true)).toThrow(WebAssembly.LinkError);
	});

	it("may have code longer than the space first set aside for it", () => {
		let sum: I32 = i32.const(0);
		for (let i = 0; i < 20_000; i++) sum = i % 100 === 99 ? i32.add(sum, i32.const(1_000_000)) : sum;
		const module = new ModuleBuilder();
		module.func({ exportName: "run", parameters: [], result: "i32" }, (f) => {
			const total = f.local("i32");
			return [Array.from({ length: 5000 }, () => total.set(i32.add(total.get, i32.const(1000)))), i32.add(total.get, sum).code];
		});
		expect(load(module).run()).toBe(5_000_000 + 200_000_000);
	});
});

describe("constants in memory", () => {
	/** Runs a module that stores each of these patterns, in four lanes, one after the other. */
	function splats(patterns: readonly number[], memory?: WebAssembly.Memory): { run: () => number[]; bytes: Uint8Array<ArrayBuffer> } {
		const module = new ModuleBuilder();
		module.func({ exportName: "run", parameters: [] }, (f) =>
			patterns.map((pattern, i) => v128.store(i32.const(OUT), f.splat32(pattern), 16 * i)),
		);
		const own = memory ?? new WebAssembly.Memory({ initial: 4, maximum: 65536 });
		const scratch = new WebAssembly.Global({ value: "i32", mutable: false }, 0);
		const bytes = module.bytes({ sharedMemory: false });
		const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: own, scratch } });
		return {
			bytes,
			run: () => {
				(exports.run as () => void)();
				return [...new Int32Array(own.buffer, OUT, 4 * patterns.length)];
			},
		};
	}
	const inAllLanes = (patterns: readonly number[]): number[] => patterns.flatMap((pattern) => [pattern, pattern, pattern, pattern]);

	it("are in all lanes, whatever their bits", () => {
		const patterns = [0, -1, 1, -2147483648, 2147483647, bits(0x80ff7f01), bits(0xff000000)];
		expect(splats(patterns).run()).toEqual(inAllLanes(patterns));
	});

	it("of one module are not overwritten by those of another", () => {
		const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536 });
		const [first, second] = [splats([11, 12, 13], memory), splats([21, 12, 23], memory)];
		expect([first.run(), second.run(), first.run()]).toEqual(
			[
				[11, 12, 13],
				[21, 12, 23],
				[11, 12, 13],
			].map(inAllLanes),
		);
	});

	it("do not reach beyond their area, and are literal where it is full", () => {
		const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536 });
		const whole = new Uint8Array(memory.buffer);
		whole.fill(0xee);
		const count = constantArea.bytes / 4 + 100;
		for (let from = 0; from < count; from += 500) {
			const patterns = Array.from({ length: 500 }, (_, i) => 1_000_000 + from + i);
			expect(splats(patterns, memory).run()).toEqual(inAllLanes(patterns));
		}
		expect(whole.subarray(0, constantArea.address).every((byte) => byte === 0xee)).toBe(true);
		expect(whole.subarray(constantArea.address + constantArea.bytes, OUT).every((byte) => byte === 0xee)).toBe(true);
		expect(splats([7_777_777], memory).run()).toEqual(inAllLanes([7_777_777]));
	});
});
