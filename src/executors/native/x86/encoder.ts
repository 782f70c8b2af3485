/**
 * How instructions of x86-64 become bytes: prefixes, ModRM, distances, labels. Encodings follow volume 2 of Intel's Software Developer's
 * Manual.
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

/** Mandatory prefix of a vector instruction as VEX and EVEX spell it. */
export const PREFIX_NONE = 0;
export const PREFIX_66 = 1;
/** Opcode maps. */
export const MAP_0F = 1;
export const MAP_0F38 = 2;
export const MAP_0F3A = 3;
/** The mask register of AVX-512 for parts of vectors. */
export const PART_MASK = 1;

/** A vector instruction before it is encoded. */
export interface VectorInstruction {
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
	/** It writes memory: lanes outside the mask stay; otherwise they become 0. */
	readonly stores?: boolean;
	/** One element of memory stands for all lanes. */
	readonly broadcast?: boolean;
	/** Bytes of memory that the instruction touches. */
	readonly bytes?: number;
	/** Elements of 64 bits; EVEX alone asks. */
	readonly wide?: boolean;
	/** A byte that follows. */
	readonly immediate?: number;
}

/** Bytes to begin with; more are taken when they are needed. */
const FIRST_BYTES = 8192;

/** Writes instructions as bytes. */
export abstract class Encoder {
	readonly lanes: Lanes;
	#code = new Uint8Array(FIRST_BYTES);
	#length = 0;

	constructor(lanes: Lanes) {
		this.lanes = lanes;
	}

	/** Bytes of a vector. */
	get vectorBytes(): number {
		return 4 * this.lanes;
	}

	/** Number of bytes written so far. */
	protected get length(): number {
		return this.#length;
	}

	/** The bytes written so far. */
	protected written(): Uint8Array<ArrayBuffer> {
		return this.#code.slice(0, this.#length);
	}

	label(): Label {
		return { place: -1, uses: [] };
	}

	/** The label means the place reached. */
	place(label: Label): void {
		label.place = this.#length;
		for (const use of label.uses) this.#patch(use, label.place - use - 4);
	}

	/** The distance from behind this word to a label. */
	protected distance(label: Label): void {
		const use = this.#length;
		this.put32(label.place < 0 ? 0 : label.place - use - 4);
		if (label.place < 0) label.uses.push(use);
	}

	protected vector(instruction: VectorInstruction): void {
		if (this.lanes === 16) this.evex(instruction);
		else this.vex(instruction);
	}

	protected vex({ prefix, map, opcode, register, source, operand, immediate }: VectorInstruction): void {
		const rm = numberOf(operand);
		const length = 1;
		this.put(0xc4);
		this.put((((register >> 3) ^ 1) << 7) | 0x40 | (((rm >> 3) ^ 1) << 5) | map);
		this.put(((source ^ 15) << 3) | (length << 2) | prefix);
		this.put(opcode);
		this.#operand(register & 7, operand, 1);
		if (immediate !== undefined) this.put(immediate);
	}

	protected evex(instruction: VectorInstruction): void {
		const { prefix, map, opcode, register, source, operand, masked, immediate } = instruction;
		const rm = numberOf(operand);
		// Inverted bits: of the register 3 and 4, of a register operand 3 and 4 (of a base 3), of the source 0 … 4.
		const high = typeof operand === "number" ? ~rm & 16 : 16;
		this.put(0x62);
		this.put(((~register & 8) << 4) | (high << 2) | ((~rm & 8) << 2) | (~register & 16) | map);
		this.put((instruction.wide ? 0x80 : 0) | ((~source & 15) << 3) | 4 | prefix);
		const length = 2;
		const zeroing = masked && !instruction.stores ? 0x80 : 0;
		this.put(zeroing | (length << 5) | (instruction.broadcast ? 0x10 : 0) | ((~source & 16) >> 1) | (masked ? PART_MASK : 0));
		this.put(opcode);
		this.#operand(register & 7, operand, instruction.bytes ?? this.vectorBytes);
		if (immediate !== undefined) this.put(immediate);
	}

	/** An instruction on 64 bits, of one or two bytes, with a register (or a part of its opcode) and an operand. */
	protected general(opcode: number, register: number, operand: Memory | Register): void {
		const rm = typeof operand === "string" ? REGISTERS[operand] : numberOf(operand);
		this.put(0x48 | ((register >> 3) << 2) | (rm >> 3));
		if (opcode > 0xff) this.put(opcode >> 8);
		this.put(opcode & 0xff);
		this.#operand(register & 7, typeof operand === "string" ? rm : operand, 1);
	}

	/** ModRM byte and distance; EVEX counts short distances in units of what is touched. */
	#operand(register: number, operand: Memory | number, unit: number): void {
		if (typeof operand === "number") {
			this.put(0xc0 | (register << 3) | (operand & 7));
			return;
		}
		if ("uses" in operand) {
			// Relative to the end of the instruction: nothing but this distance may follow.
			this.put((register << 3) | 5);
			this.distance(operand);
			return;
		}
		const rm = low(operand.base);
		const short = operand.offset / unit;
		if (operand.offset === 0) this.put((register << 3) | rm);
		else if (Number.isInteger(short) && short >= -128 && short <= 127) {
			this.put(0x40 | (register << 3) | rm);
			this.put(short & 0xff);
		} else {
			this.put(0x80 | (register << 3) | rm);
			this.put32(operand.offset);
		}
	}

	protected put(byte: number): void {
		if (this.#length === this.#code.length) {
			const larger = new Uint8Array(2 * this.#length);
			larger.set(this.#code);
			this.#code = larger;
		}
		this.#code[this.#length++] = byte;
	}

	protected put32(value: number): void {
		for (let shift = 0; shift < 32; shift += 8) this.put((value >> shift) & 0xff);
	}

	#patch(place: number, value: number): void {
		for (let i = 0; i < 4; i++) this.#code[place + i] = value >> (8 * i);
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
