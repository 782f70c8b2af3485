/**
 * A small WebAssembly assembler: typed expressions become bytes, bytes become a module.
 * It knows the instructions that the kernels use and no more; it does not optimise (the engine does).
 */
import { type Code, type Expr, expr, signed, typeByte, unsigned, type ValueType } from "./code.ts";
import { i32, i32x4, v128 } from "./instructions.ts";

export { type Code, type Expr, unsigned, type ValueType } from "./code.ts";
export * from "./instructions.ts";

type I32 = Expr<"i32">;

/** A function's parameter or local variable. */
export interface Local<T extends ValueType = ValueType> {
	readonly type: T;
	readonly index: number;
	/** Reads it. */
	readonly get: Expr<T>;
	/** Writes it. */
	set(value: Expr<T>): Code;
	/** Writes it and leaves the value. */
	tee(value: Expr<T>): Expr<T>;
}

/** Collects the locals and the body of one function. */
export class FunctionBuilder {
	readonly #types: ValueType[] = [];
	readonly #parameterCount: number;
	readonly parameters: Local[];
	readonly #pool: ConstantPool;

	constructor(parameters: readonly ValueType[], pool: ConstantPool) {
		this.#pool = pool;
		this.#parameterCount = parameters.length;
		this.parameters = parameters.map((type) => this.local(type));
	}

	/** A new local, 0 at the start. */
	local<T extends ValueType>(type: T): Local<T> {
		const index = this.#types.push(type) - 1;
		return {
			type,
			index,
			get: expr(type, 0x20, unsigned(index)),
			set: (value) => [value.code, 0x21, unsigned(index)],
			tee: (value) => expr(type, value.code, 0x22, unsigned(index)),
		};
	}

	/** A 32-bit pattern in all four lanes, cheaper in loops than `v128.const`: engines build those anew with every use. */
	splat32(bits: number): Expr<"v128"> {
		return this.#pool.splat(bits);
	}

	/**
	 * `for (counter = from; counter < to; counter += step) body`, signed comparison.
	 * `from` may be omitted to go on from the counter's present value.
	 */
	loop(counter: Local<"i32">, bounds: { from?: I32; to: I32; step?: I32 }, body: (counter: I32) => readonly Code[]): Code {
		const step = bounds.step ?? i32.const(1);
		return [
			bounds.from === undefined ? [] : counter.set(bounds.from),
			this.when(
				i32.ltS(counter.get, bounds.to),
				this.repeat(() => ({
					body: [...body(counter.get), counter.set(i32.add(counter.get, step))],
					again: i32.ltS(counter.get, bounds.to),
				})),
			),
		];
	}

	/** `do body while (again)`. */
	repeat(build: () => { body: readonly Code[]; again: I32 }): Code {
		const { body, again } = build();
		return [0x03, 0x40, body, again.code, 0x0d, 0x00, 0x0b];
	}

	/** `if (condition) then else otherwise`. */
	when(condition: I32, then: Code, otherwise?: Code): Code {
		return [condition.code, 0x04, 0x40, then, otherwise === undefined ? [] : [0x05, otherwise], 0x0b];
	}

	/** Local declarations in the binary format, the parameters left out. */
	declarations(): number[] {
		const groups: [number, ValueType][] = [];
		for (const type of this.#types.slice(this.#parameterCount)) {
			const last = groups.at(-1);
			if (last !== undefined && last[1] === type) last[0]++;
			else groups.push([1, type]);
		}
		return [...unsigned(groups.length), ...groups.flatMap(([count, type]) => [...unsigned(count), typeByte[type]])];
	}
}

/** Where the constants of all modules lie in the heap: byte address and most bytes. Each module writes those it uses. */
export const constantArea = { address: 64, bytes: 16384 } as const;

/** Slots of the constants, the same in every module and heap. Only ever grows; a full area makes constants literal again. */
const constantSlots = new Map<number, number>();

/** The constants that one module reads from memory. */
class ConstantPool {
	readonly #used = new Map<number, number>();

	splat(bits: number): Expr<"v128"> {
		// Engines make these two without a load.
		if (bits === 0 || bits === -1) return i32x4.const(bits);
		let slot = constantSlots.get(bits);
		if (slot === undefined) {
			if (constantSlots.size * 4 >= constantArea.bytes) return i32x4.const(bits);
			slot = constantSlots.size;
			constantSlots.set(bits, slot);
		}
		const address = constantArea.address + 4 * slot;
		this.#used.set(address, bits);
		return v128.load32Splat(i32.const(0), address);
	}

	/** Active data segments. */
	segments(): number[][] {
		return [...this.#used].map(([address, bits]) => [
			...[0x00, 0x41, ...signed(address), 0x0b, 0x04],
			...[bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24],
		]);
	}
}

/** A function of the module under construction, to be called from another. */
export interface FunctionRef {
	readonly index: number;
	readonly result: ValueType | null;
}

interface FunctionEntry {
	parameters: readonly ValueType[];
	result: ValueType | null;
	exportName: string | null;
	builder: FunctionBuilder;
	body: Code;
}

/** What a module imports: the heap, and one immutable global per instance. */
export interface ModuleImports {
	/** Whether the imported memory is shared between threads. */
	readonly sharedMemory: boolean;
}

/**
 * Builds one module that imports `env.memory` and the immutable i32 global `env.scratch`
 * (the address of this thread's scratch area).
 */
export class ModuleBuilder {
	readonly #functions: FunctionEntry[] = [];
	readonly #pool = new ConstantPool();

	/** The address of the scratch area of the thread that runs the code. */
	readonly scratch: Expr<"i32"> = expr("i32", 0x23, 0x00);

	/** Adds a function; `build` returns its statements and, last, its result expression if it has one. */
	func(
		options: { exportName?: string; parameters: readonly ValueType[]; result?: ValueType },
		build: (f: FunctionBuilder, ...parameters: Local[]) => Code,
	): FunctionRef {
		const builder = new FunctionBuilder(options.parameters, this.#pool);
		const body = build(builder, ...builder.parameters);
		const result = options.result ?? null;
		this.#functions.push({
			parameters: options.parameters,
			result,
			exportName: options.exportName ?? null,
			builder,
			body,
		});
		return { index: this.#functions.length - 1, result };
	}

	/** Calls a function without result. */
	call(target: FunctionRef, ...args: Expr[]): Code {
		return [args.map((arg) => arg.code), 0x10, unsigned(target.index)];
	}

	/** Calls a function for its result. */
	callFor<T extends ValueType>(type: T, target: FunctionRef, ...args: Expr[]): Expr<T> {
		return { type, code: this.call(target, ...args) };
	}

	/** The module in the binary format. */
	bytes(imports: ModuleImports): Uint8Array<ArrayBuffer> {
		const types = this.#functions.map(
			({ parameters, result }): Code => [
				0x60,
				vector(parameters.map((type) => [typeByte[type]])),
				result === null ? [0] : [1, typeByte[result]],
			],
		);
		const maximumPages = unsigned(65536);
		const memory = imports.sharedMemory ? [0x02, 0x03, 0x00, ...maximumPages] : [0x02, 0x01, 0x00, ...maximumPages];
		const exported = this.#functions.flatMap(({ exportName }, index): Code[] =>
			exportName === null ? [] : [[text(exportName), 0x00, unsigned(index)]],
		);
		const bodies = this.#functions.map(({ builder, body }): Code => {
			const code = flatten([builder.declarations(), body, 0x0b]);
			return [unsigned(code.length), code];
		});
		return flatten([
			[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
			section(1, vector(types)),
			section(
				2,
				vector([
					[text("env"), text("memory"), memory],
					[text("env"), text("scratch"), 0x03, 0x7f, 0x00],
				]),
			),
			section(3, vector(this.#functions.map((_, index) => unsigned(index)))),
			section(7, vector(exported)),
			section(10, vector(bodies)),
			section(11, vector(this.#pool.segments())),
		]);
	}
}

const encoder = new TextEncoder();
const text = (value: string): Code => {
	const bytes = encoder.encode(value);
	return [unsigned(bytes.length), bytes];
};
const section = (id: number, content: Code): Code => {
	const bytes = flatten(content);
	return [id, unsigned(bytes.length), bytes];
};
const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];

/** Joins nested code. Written for speed: a program's first step waits for it. */
function flatten(code: Code): Uint8Array<ArrayBuffer> {
	let out = new Uint8Array(4096);
	let length = 0;
	const reserve = (count: number): void => {
		if (length + count <= out.length) return;
		const larger = new Uint8Array(2 * (length + count));
		larger.set(out);
		out = larger;
	};
	const visit = (part: Exclude<Code, Uint8Array>): void => {
		reserve(part.length);
		for (let i = 0; i < part.length; i++) {
			const item = part[i];
			if (typeof item === "number") {
				if (length === out.length) reserve(1);
				out[length++] = item;
			} else if (item instanceof Uint8Array) {
				reserve(item.length);
				out.set(item, length);
				length += item.length;
			} else visit(item);
		}
	};
	if (code instanceof Uint8Array) return code as Uint8Array<ArrayBuffer>;
	visit(code);
	return out.slice(0, length);
}
