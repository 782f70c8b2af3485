/**
 * Machine code of x86-64 processors: the few instructions that kernels of products need, on vectors of 8 lanes (AVX2) or 16
 * (AVX-512). Encodings follow volume 2 of Intel's Software Developer's Manual.
 */

/** General registers, by number. */
export const REGISTERS = { rax: 0, rcx: 1, rdx: 2, rbx: 3, rsi: 6, rdi: 7, r8: 8, r9: 9, r10: 10, r11: 11 } as const;
/** A general register. */
export type Register = keyof typeof REGISTERS;

/** Lanes of a vector of float32. */
export type Lanes = 8 | 16;
/** Number of vector registers that code may use, by lanes. */
export const VECTOR_REGISTERS: Readonly<Record<Lanes, number>> = { 8: 16, 16: 32 };

/** Memory at a register plus a distance in bytes. */
export interface Place {
	readonly base: Register;
	readonly offset: number;
}

/** Memory: at a register, or a constant behind the code. */
export type Memory = Place | Label;

/** A place in the code: to jump to, or of a constant. */
export interface Label {
	place: number;
	/** Where distances to it are to be filled in. */
	readonly uses: number[];
}

/** When a jump is taken, after a comparison of signed numbers. */
export const CONDITIONS = { equal: 0x4, unequal: 0x5, less: 0xc, notLess: 0xd } as const;
export type Condition = keyof typeof CONDITIONS;

/** Mandatory prefix of a vector instruction as VEX and EVEX spell it. */
const PREFIX_NONE = 0;
const PREFIX_66 = 1;
/** Opcode maps. */
const MAP_0F = 1;
const MAP_0F38 = 2;
const MAP_0F3A = 3;
/** AVX-512: reads and writes of parts of a vector name this mask register. */
const PART_MASK = 1;
/** AVX2: this vector is the mask, as a rule. */
const PART_VECTOR = 15;
/** Opcodes of loads and stores, whole and, in AVX2, in part. */
const LOAD = 0x10;
const STORE = 0x11;
const LOAD_PART = 0x2c;
const STORE_PART = 0x2e;

interface VectorInstruction {
	readonly prefix: number;
	readonly map: number;
	readonly opcode: number;
	/** Destination, or what is stored. */
	readonly register: number;
	/** First source; 0 if there is none. */
	readonly source: number;
	readonly operand: Memory | number;
	/** Lanes of memory outside the mask are neither read nor written. */
	readonly masked?: boolean;
	/** One element of memory stands for all lanes. */
	readonly broadcast?: boolean;
	/** Bytes of memory that the instruction touches. */
	readonly bytes?: number;
	/** Elements of 64 bits; EVEX alone asks. */
	readonly wide?: boolean;
	/** A byte that follows. */
	readonly immediate?: number;
}

/** Writes code for vectors of so many lanes. */
export class X86Assembler {
	readonly lanes: Lanes;
	readonly #code: number[] = [];
	readonly #constants = new Map<string, { label: Label; words: readonly number[] }>();

	constructor(lanes: Lanes) {
		this.lanes = lanes;
	}

	/** Bytes of a vector. */
	get vectorBytes(): number {
		return 4 * this.lanes;
	}

	/** Ends the code: the constants follow, each at a multiple of a vector's size. */
	finish(): Uint8Array<ArrayBuffer> {
		for (const { label, words } of this.#constants.values()) {
			while (this.#code.length % this.vectorBytes !== 0) this.#put(0);
			this.place(label);
			for (const word of words) this.#put32(word);
		}
		return Uint8Array.from(this.#code);
	}

	/** A number in all lanes of a constant vector. */
	splatConstant(value: number): Label {
		const [bits] = new Int32Array(Float32Array.of(value).buffer);
		return this.#constant(Array.from({ length: this.lanes }, () => bits));
	}

	#constant(words: readonly number[]): Label {
		const key = words.join();
		let known = this.#constants.get(key);
		if (known === undefined) {
			known = { label: this.label(), words };
			this.#constants.set(key, known);
		}
		return known.label;
	}

	label(): Label {
		return { place: -1, uses: [] };
	}

	/** The label means the place reached. */
	place(label: Label): void {
		label.place = this.#code.length;
		for (const use of label.uses) this.#patch(use, label.place - use - 4);
	}

	jump(label: Label, condition?: Condition): void {
		if (condition === undefined) this.#put(0xe9);
		else this.#put(0x0f, 0x80 + CONDITIONS[condition]);
		this.#distance(label);
	}

	/** The distance from behind this word to a label. */
	#distance(label: Label): void {
		const use = this.#code.length;
		this.#put32(label.place < 0 ? 0 : label.place - use - 4);
		if (label.place < 0) label.uses.push(use);
	}

	/** Runs code as often as a word in memory says, at least once; the word counts down to 0. */
	repeat(count: Memory | Register, body: () => void): void {
		const again = this.label();
		this.place(again);
		body();
		this.#general(0xff, 1, count);
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
		this.#put(0xc3);
	}

	push(register: Register): void {
		this.#put(0x50 + low(register));
	}

	pop(register: Register): void {
		this.#put(0x58 + low(register));
	}

	/** register ← memory, 64 bits */
	load(register: Register, from: Memory): void {
		this.#general(0x8b, REGISTERS[register], from);
	}

	/** register ← register */
	copy(register: Register, from: Register): void {
		this.#general(0x8b, REGISTERS[register], from);
	}

	/** register ← constant of at most 31 bits */
	set(what: Register | Memory, value: number): void {
		this.#general(0xc7, 0, what);
		this.#put32(value);
	}

	/** += constant */
	add(to: Register | Memory, value: number): void {
		this.#general(0x81, 0, to);
		this.#put32(value);
	}

	/** memory ← register */
	store(to: Memory, register: Register): void {
		this.#general(0x89, REGISTERS[register], to);
	}

	/** register −= register */
	subtract(register: Register, by: Register): void {
		this.#general(0x2b, REGISTERS[register], by);
	}

	/** register ×= register or memory */
	multiplyBy(register: Register, by: Register | Memory): void {
		this.#general([0x0f, 0xaf], REGISTERS[register], by);
	}

	/** product ← register × constant */
	scale(product: Register, register: Register, factor: number): void {
		this.#general(0x69, REGISTERS[product], register);
		this.#put32(factor);
	}

	/** rax, rdx ← quotient and remainder of rax by a register, numbers without sign */
	divide(by: Register): void {
		this.set("rdx", 0);
		this.#general(0xf7, 6, by);
	}

	/** register += memory */
	addFrom(register: Register, from: Memory): void {
		this.#general(0x03, REGISTERS[register], from);
	}

	/** memory += register */
	addTo(to: Memory, register: Register): void {
		this.#general(0x01, REGISTERS[register], to);
	}

	compare(what: Register | Memory, value: number): void {
		this.#general(0x81, 7, what);
		this.#put32(value);
	}

	/**
	 * Parts of vectors are their first `count` lanes from here on. AVX-512 keeps that in a mask register, by way of rax; AVX2 in a vector
	 * register, the last one unless told otherwise.
	 */
	setPart(count: number, register: number = PART_VECTOR): void {
		if (this.lanes === 8) {
			this.#partVector = register;
			this.loadVector(register, this.#constant(Array.from({ length: this.lanes }, (_, lane) => (lane < count ? -1 : 0))));
			return;
		}
		this.set("rax", 2 ** count - 1);
		// kmovw k1, eax
		this.#put(0xc5, 0xf8, 0x92, 0xc0 | (PART_MASK << 3));
	}
	#partVector = PART_VECTOR;

	/** Ends the use of vectors, so that code with shorter ones runs at full speed. */
	zeroUpper(): void {
		this.#put(0xc5, 0xf8, 0x77);
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
			this.#vex({ prefix: PREFIX_66, map: MAP_0F38, opcode: of.inPart, register, source: this.#partVector, operand });
		else this.#vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: of.whole, register, source: 0, operand, masked: of.part });
	}

	/** all lanes of vector ← the number in memory */
	splat(vector: number, from: Memory): void {
		this.#vector({ prefix: PREFIX_66, map: MAP_0F38, opcode: 0x18, register: vector, source: 0, operand: from, bytes: 4 });
	}

	/** vector ← vector */
	copyVector(to: number, from: number): void {
		this.#vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x28, register: to, source: 0, operand: from });
	}

	/** sum ← a + b */
	addVector(sum: number, a: number, b: number | Memory): void {
		this.#vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x58, register: sum, source: a, operand: b });
	}

	/** difference ← a − b */
	subtractVector(difference: number, a: number, b: number): void {
		this.#vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x5c, register: difference, source: a, operand: b });
	}

	/** product ← a × a constant that stands in memory as often as there are lanes */
	multiplyConstant(product: number, a: number, constant: Memory): void {
		this.#vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: 0x59, register: product, source: a, operand: constant });
	}

	/** sum ← sum ± a × such a constant, rounded once */
	multiplyAddConstant(sum: number, a: number, constant: Memory, options: { negated?: boolean } = {}): void {
		const opcode = options.negated ? 0xbc : 0xb8;
		this.#vector({ prefix: PREFIX_66, map: MAP_0F38, opcode, register: sum, source: a, operand: constant });
	}

	/** sum ← sum + a × b, rounded once */
	multiplyAdd(sum: number, a: number, b: number): void {
		this.#vector({ prefix: PREFIX_66, map: MAP_0F38, opcode: 0xb8, register: sum, source: a, operand: b });
	}

	/** sum ← sum + a × the number in memory, rounded once. AVX-512 alone. */
	multiplyAddSplat(sum: number, a: number, b: Memory): void {
		this.#vector({ prefix: PREFIX_66, map: MAP_0F38, opcode: 0xb8, register: sum, source: a, operand: b, broadcast: true, bytes: 4 });
	}

	/** vector ← zeros */
	clear(vector: number): void {
		// The xor of integers: that of floats has no 512-bit form in the first AVX-512 processors.
		this.#vector({ prefix: PREFIX_66, map: MAP_0F, opcode: 0xef, register: vector, source: vector, operand: vector });
	}

	/** In each 128 bits: a₀ b₀ a₁ b₁, or a₂ b₂ a₃ b₃. */
	interleave(to: number, a: number, b: number, half: "low" | "high"): void {
		this.#vector({ prefix: PREFIX_NONE, map: MAP_0F, opcode: half === "low" ? 0x14 : 0x15, register: to, source: a, operand: b });
	}

	/** The same with pairs of elements: a₀ a₁ b₀ b₁, or a₂ a₃ b₂ b₃. */
	interleavePairs(to: number, a: number, b: number, half: "low" | "high"): void {
		this.#vector({ prefix: PREFIX_66, map: MAP_0F, opcode: half === "low" ? 0x14 : 0x15, register: to, source: a, operand: b, wide: true });
	}

	/** Pieces of 128 bits: the even ones of a and then of b, or the odd ones. */
	joinPieces(to: number, a: number, b: number, which: "even" | "odd"): void {
		const isEven = which === "even";
		const operands = { prefix: PREFIX_66, map: MAP_0F3A, register: to, source: a, operand: b };
		// vshuff32x4 with two pieces of each, vperm2f128 with one.
		if (this.lanes === 16) this.#vector({ ...operands, opcode: 0x23, immediate: isEven ? 0x88 : 0xdd });
		else this.#vector({ ...operands, opcode: 0x06, immediate: isEven ? 0x20 : 0x31 });
	}

	#vector(instruction: VectorInstruction): void {
		if (this.lanes === 16) this.#evex(instruction);
		else this.#vex(instruction);
	}

	#vex({ prefix, map, opcode, register, source, operand, immediate }: VectorInstruction): void {
		const rm = numberOf(operand);
		const inverted = ((register >> 3) ^ 1) * 0x80 + 0x40 + ((rm >> 3) ^ 1) * 0x20;
		const length = 1;
		this.#put(0xc4, inverted + map, ((source ^ 15) << 3) | (length << 2) | prefix, opcode);
		this.#operand(register & 7, operand, 1);
		if (immediate !== undefined) this.#put(immediate);
	}

	#evex(instruction: VectorInstruction): void {
		const { prefix, map, opcode, register, source, operand, masked = false, broadcast = false, wide = false } = instruction;
		const isRegister = typeof operand === "number";
		const rm = numberOf(operand);
		const bit = (value: number, index: number): number => ((value >> index) & 1) ^ 1;
		const x = isRegister ? bit(rm, 4) : 1;
		const first = (bit(register, 3) << 7) | (x << 6) | (bit(rm, 3) << 5) | (bit(register, 4) << 4) | map;
		const second = (wide ? 0x80 : 0) | (((source & 15) ^ 15) << 3) | 4 | prefix;
		const length = 2;
		// Lanes that a load leaves out become 0; a store leaves memory as it is.
		const zeroing = masked && opcode !== STORE ? 0x80 : 0;
		const third = zeroing | (length << 5) | (broadcast ? 0x10 : 0) | (bit(source, 4) << 3) | (masked ? PART_MASK : 0);
		this.#put(0x62, first, second, third, opcode);
		this.#operand(register & 7, operand, instruction.bytes ?? this.vectorBytes);
		if (instruction.immediate !== undefined) this.#put(instruction.immediate);
	}

	/** An instruction on 64 bits with a register (or a part of its opcode) and an operand. */
	#general(opcode: number | readonly number[], register: number, operand: Memory | Register): void {
		const rm = typeof operand === "string" ? REGISTERS[operand] : numberOf(operand);
		this.#put(0x48 | ((register >> 3) << 2) | (rm >> 3), ...[opcode].flat());
		this.#operand(register & 7, typeof operand === "string" ? rm : operand, 1);
	}

	/** ModRM byte and distance; EVEX counts short distances in units of what is touched. */
	#operand(register: number, operand: Memory | number, unit: number): void {
		if (typeof operand === "number") {
			this.#put(0xc0 | (register << 3) | (operand & 7));
			return;
		}
		if ("uses" in operand) {
			// Relative to the end of the instruction: nothing but this distance may follow.
			this.#put((register << 3) | 5);
			this.#distance(operand);
			return;
		}
		const rm = low(operand.base);
		const short = operand.offset / unit;
		if (operand.offset === 0) this.#put((register << 3) | rm);
		else if (Number.isInteger(short) && short >= -128 && short <= 127) this.#put(0x40 | (register << 3) | rm, short & 0xff);
		else {
			this.#put(0x80 | (register << 3) | rm);
			this.#put32(operand.offset);
		}
	}

	#put(...bytes: readonly number[]): void {
		this.#code.push(...bytes);
	}

	#put32(value: number): void {
		this.#put(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff);
	}

	#patch(place: number, value: number): void {
		for (let i = 0; i < 4; i++) this.#code[place + i] = (value >> (8 * i)) & 0xff;
	}
}

/** The number of a register, or of the one that memory is reached by. */
function numberOf(operand: Memory | number): number {
	if (typeof operand === "number") return operand;
	return "uses" in operand ? 0 : REGISTERS[operand.base];
}

/** The three low bits of a register's number. */
function low(register: Register): number {
	return REGISTERS[register] & 7;
}
