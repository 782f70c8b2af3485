/** Machine code of x86-64 processors: the instructions that kernels need, on vectors of 8 lanes (AVX2) or 16 (AVX-512). */
import {
	Encoder,
	type Label,
	MAP_0F,
	MAP_0F3A,
	MAP_0F38,
	type Memory,
	PART_MASK,
	type Place,
	PREFIX_66,
	PREFIX_NONE,
	REGISTERS,
	type Register,
} from "./encoder.ts";

/** When a jump is taken, after a comparison of signed numbers. */
export const CONDITIONS = { equal: 0x4, unequal: 0x5, less: 0xc, notLess: 0xd } as const;
export type Condition = keyof typeof CONDITIONS;

/** AVX2: this vector is the mask of parts, as a rule. */
const PART_VECTOR = 15;
/** Opcodes of loads and stores, whole and, in AVX2, in part. */
const LOAD = 0x10;
const STORE = 0x11;
const LOAD_PART = 0x2c;
const STORE_PART = 0x2e;

/** Writes code. */
export class X86Assembler extends Encoder {
	/** Constants by their kind and number. */
	readonly #constants = new Map<string, { label: Label; words: readonly number[] }>();

	/** Ends the code: the constants follow, each at a multiple of a vector's size. */
	finish(): Uint8Array<ArrayBuffer> {
		for (const { label, words } of this.#constants.values()) {
			while (this.length % this.vectorBytes !== 0) this.put(0);
			this.place(label);
			for (const word of words) this.put32(word);
		}
		return this.written();
	}

	/** A number in all lanes of a constant vector. */
	splatConstant(value: number): Label {
		// By its bits: 0 and −0 are different constants with one spelling.
		const [bits] = new Int32Array(Float32Array.of(value).buffer);
		return this.#constant(`splat ${bits}`, () => Array.from({ length: this.lanes }, () => bits));
	}

	#constant(key: string, words: () => readonly number[]): Label {
		let known = this.#constants.get(key);
		if (known === undefined) {
			known = { label: this.label(), words: words() };
			this.#constants.set(key, known);
		}
		return known.label;
	}

	jump(label: Label, condition?: Condition): void {
		if (condition === undefined) this.put(0xe9);
		else {
			this.put(0x0f);
			this.put(0x80 + CONDITIONS[condition]);
		}
		this.distance(label);
	}

	/** Runs code as often as a word in memory says, at least once; the word counts down to 0. */
	repeat(count: Memory | Register, body: () => void): void {
		const again = this.label();
		this.place(again);
		body();
		this.general(0xff, 1, count);
		this.jump(again, "unequal");
	}

	/** Runs code a number of times, counted in a register. */
	times(counter: Register, count: number, body: () => void): void {
		if (count === 1) body();
		if (count <= 1) return;
		this.set(counter, count);
		this.repeat(counter, body);
	}

	ret(): void {
		this.put(0xc3);
	}

	push(register: Register): void {
		this.#stack(0x50, register);
	}

	pop(register: Register): void {
		this.#stack(0x58, register);
	}

	#stack(opcode: number, register: Register): void {
		const number = REGISTERS[register];
		// A prefix tells of registers from r8 on.
		if (number >= 8) this.put(0x41);
		this.put(opcode + (number & 7));
	}

	/** register ← memory, 64 bits */
	load(register: Register, from: Memory): void {
		this.general(0x8b, REGISTERS[register], from);
	}

	/** register ← register */
	copy(register: Register, from: Register): void {
		this.general(0x8b, REGISTERS[register], from);
	}

	/**
	 * register or memory ← constant of at most 31 bits and its sign. As with `add` and `compare`, memory is at a register: a distance to what
	 * lies behind the code counts from the instruction's end, and here the constant comes before that.
	 */
	set(what: Register | Place, value: number): void {
		this.general(0xc7, 0, what);
		this.put32(value);
	}

	/** += constant */
	add(to: Register | Place, value: number): void {
		this.general(0x81, 0, to);
		this.put32(value);
	}

	/** memory ← register */
	store(to: Memory, register: Register): void {
		this.general(0x89, REGISTERS[register], to);
	}

	/** register −= register */
	subtract(register: Register, by: Register): void {
		this.general(0x2b, REGISTERS[register], by);
	}

	/** register ×= register or memory */
	multiplyBy(register: Register, by: Register | Memory): void {
		this.general(0x0faf, REGISTERS[register], by);
	}

	/** product ← register × constant */
	scale(product: Register, register: Register, factor: number): void {
		this.general(0x69, REGISTERS[product], register);
		this.put32(factor);
	}

	/** rax, rdx ← quotient and remainder of rax by a register, numbers without sign */
	divide(by: Register): void {
		this.set("rdx", 0);
		this.general(0xf7, 6, by);
	}

	/** register += memory */
	addFrom(register: Register, from: Memory): void {
		this.general(0x03, REGISTERS[register], from);
	}

	/** memory += register */
	addTo(to: Memory, register: Register): void {
		this.general(0x01, REGISTERS[register], to);
	}

	compare(what: Register | Place, value: number): void {
		this.general(0x81, 7, what);
		this.put32(value);
	}

	/**
	 * Parts of vectors are their first `count` lanes from here on. AVX-512 keeps that in a mask register, by way of rax; AVX2 in a vector
	 * register, the last one unless told otherwise.
	 */
	setPart(count: number, register: number = PART_VECTOR): void {
		if (this.lanes === 8) {
			this.#partVector = register;
			const mask = (): number[] => Array.from({ length: this.lanes }, (_, lane) => (lane < count ? -1 : 0));
			this.loadVector(register, this.#constant(`first ${count}`, mask));
			return;
		}
		this.set("rax", 2 ** count - 1);
		// kmovw k1, eax
		for (const byte of [0xc5, 0xf8, 0x92, 0xc0 | (PART_MASK << 3)]) this.put(byte);
	}
	#partVector = PART_VECTOR;

	/** Ends the use of vectors, so that code with shorter ones runs at full speed. */
	zeroUpper(): void {
		for (const byte of [0xc5, 0xf8, 0x77]) this.put(byte);
	}

	/** vector ← memory; lanes outside a part become 0 */
	loadVector(vector: number, from: Memory, options: { part?: boolean } = {}): void {
		this.#transfer(vector, from, { part: options.part, whole: LOAD, inPart: LOAD_PART });
	}

	/** memory ← vector */
	storeVector(to: Memory, vector: number, options: { part?: boolean } = {}): void {
		this.#transfer(vector, to, { part: options.part, whole: STORE, inPart: STORE_PART });
	}

	#transfer(register: number, operand: Memory, of: { part?: boolean; whole: number; inPart: number }): void {
		if (of.part && this.lanes === 8)
			this.vex({ prefix: PREFIX_66, map: MAP_0F38, opcode: of.inPart, register, source: this.#partVector, operand });
		else
			this.vector({
				prefix: PREFIX_NONE,
				map: MAP_0F,
				opcode: of.whole,
				register,
				source: 0,
				operand,
				masked: of.part,
				stores: of.whole === STORE,
			});
	}

	/** all lanes of vector ← the number in memory */
	splat(vector: number, from: Memory): void {
		this.vector({ prefix: PREFIX_66, map: MAP_0F38, opcode: 0x18, register: vector, source: 0, operand: from, bytes: 4 });
	}

	/** vector ← vector */
	copyVector(to: number, from: number): void {
		this.vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x28, register: to, source: 0, operand: from });
	}

	/** sum ← a + b */
	addVector(sum: number, a: number, b: number | Memory): void {
		this.vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x58, register: sum, source: a, operand: b });
	}

	/** difference ← a − b */
	subtractVector(difference: number, a: number, b: number | Memory): void {
		this.vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x5c, register: difference, source: a, operand: b });
	}

	/** product ← a × b */
	multiplyVector(product: number, a: number, b: number | Memory): void {
		this.vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x59, register: product, source: a, operand: b });
	}

	/** sum ← sum + a × b, or sum − a × b, rounded once */
	multiplyAdd(sum: number, a: number, b: number | Memory, options: { negated?: boolean } = {}): void {
		const opcode = options.negated ? 0xbc : 0xb8;
		this.vector({ prefix: PREFIX_66, map: MAP_0F38, opcode, register: sum, source: a, operand: b });
	}

	/** sum ← sum + a × the number in memory, rounded once. AVX-512 alone. */
	multiplyAddSplat(sum: number, a: number, b: Memory): void {
		this.vector({ prefix: PREFIX_66, map: MAP_0F38, opcode: 0xb8, register: sum, source: a, operand: b, broadcast: true, bytes: 4 });
	}

	/** vector ← zeros */
	clear(vector: number): void {
		// The xor of integers: that of floats has no 512-bit form in the first AVX-512 processors.
		this.vector({ prefix: PREFIX_66, map: MAP_0F, opcode: 0xef, register: vector, source: vector, operand: vector });
	}

	/** In each 128 bits: a₀ b₀ a₁ b₁, or a₂ b₂ a₃ b₃. */
	interleave(to: number, a: number, b: number, { half }: { half: "low" | "high" }): void {
		this.vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: half === "low" ? 0x14 : 0x15, register: to, source: a, operand: b });
	}

	/** The same with pairs of elements: a₀ a₁ b₀ b₁, or a₂ a₃ b₂ b₃. */
	interleavePairs(to: number, a: number, b: number, { half }: { half: "low" | "high" }): void {
		this.vector({ prefix: PREFIX_66, map: MAP_0F, opcode: half === "low" ? 0x14 : 0x15, register: to, source: a, operand: b, wide: true });
	}

	/** Pieces of 128 bits: the even ones of a and then of b, or the odd ones. */
	joinPieces(to: number, a: number, b: number, { pieces }: { pieces: "even" | "odd" }): void {
		const isEven = pieces === "even";
		const operands = { prefix: PREFIX_66, map: MAP_0F3A, register: to, source: a, operand: b };
		// vshuff32x4 with two pieces of each, vperm2f128 with one.
		if (this.lanes === 16) this.vector({ ...operands, opcode: 0x23, immediate: isEven ? 0x88 : 0xdd });
		else this.vector({ ...operands, opcode: 0x06, immediate: isEven ? 0x20 : 0x31 });
	}
}
