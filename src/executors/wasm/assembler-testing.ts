/** For tests of the assembler: expressions made into modules, run, and read back. */
import { type Code, type Expr, f32, f32x4, i32, i32x4, ModuleBuilder, v128 } from "./assembler.ts";

/** Behind the constants. */
export const DATA = 20000;
export const OUT = 30000;

export type I32 = Expr<"i32">;
type Run = (...args: (number | bigint)[]) => number | bigint | undefined;

/** Makes a module runnable. The bytes from DATA on are 1, 2, 3, … */
export function load(module: ModuleBuilder): { run: Run; memory: WebAssembly.Memory } {
	const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
	new Uint8Array(memory.buffer).set(
		Array.from({ length: 64 }, (_, i) => i + 1),
		DATA,
	);
	const scratch = new WebAssembly.Global({ value: "i32", mutable: false }, 4711);
	const code = new WebAssembly.Module(module.bytes({ sharedMemory: false }));
	const { exports } = new WebAssembly.Instance(code, { env: { memory, scratch } });
	return { run: exports.run as Run, memory };
}

/** The value of an expression: a number, or the bytes of a vector. */
export function evaluate(of: Expr): number | bigint | DataView {
	const module = new ModuleBuilder();
	if (of.type === "v128") {
		module.func({ exportName: "run", parameters: [] }, () => v128.store(i32.const(OUT), of as Expr<"v128">));
		const { run, memory } = load(module);
		run();
		return new DataView(memory.buffer, OUT, 16);
	}
	module.func({ exportName: "run", parameters: [], result: of.type }, () => of.code);
	return load(module).run() as number | bigint;
}

const lanes =
	<T>(count: number, read: (bytes: DataView, at: number) => T) =>
	(of: Expr<"v128">): T[] =>
		Array.from({ length: count }, (_, i) => read(evaluate(of) as DataView, (16 / count) * i));
/** A vector's lanes as float32. */
export const floats = lanes(4, (bytes, at) => bytes.getFloat32(at, true));
export const doubles = lanes(2, (bytes, at) => bytes.getFloat64(at, true));
export const ints = lanes(4, (bytes, at) => bytes.getInt32(at, true));
export const longs = lanes(2, (bytes, at) => bytes.getBigInt64(at, true));
export const bytesOf = lanes(16, (bytes, at) => bytes.getUint8(at));

export const floatsOf = (...values: [number, number, number, number]): Expr<"v128"> =>
	values.reduce((vector, value, lane) => f32x4.replaceLane(vector, lane, f32.const(value)), f32x4.const(0));
export const intsOf = (...values: [number, number, number, number]): Expr<"v128"> => i32x4.constLanes(values);
export const doublesOf = (low: number, high: number): Expr<"v128"> => v128.const([...new Uint8Array(new Float64Array([low, high]).buffer)]);
export const longsOf = (low: bigint, high: bigint): Expr<"v128"> => v128.const([...new Uint8Array(new BigInt64Array([low, high]).buffer)]);

/** What stands in memory after a statement, from OUT on. */
export function bytesAfter(statement: Code, length: number): number[] {
	const module = new ModuleBuilder();
	module.func({ exportName: "run", parameters: [] }, () => statement);
	const { run, memory } = load(module);
	run();
	return [...new Uint8Array(memory.buffer, OUT, length)];
}
