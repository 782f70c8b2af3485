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

/** Collects bytes. */
export abstract class Encoder {
	readonly lanes: Lanes;
	readonly #code: number[] = [];

	constructor(lanes: Lanes) {
		this.lanes = lanes;
	}

	/** Bytes of a vector. */
	get vectorBytes(): number {
		return 4 * this.lanes;
	}

	/** Bytes written so far. */
	protected get code(): readonly number[] {
		return this.#code;
	}

	label(): Label {
		return { place: -1, uses: [] };
	}

	/** The label means the place reached. */
	place(label: Label): void {
		label.place = this.#code.length;
		for (const use of label.uses) this.#patch(use, label.place - use - 4);
	}

	/** The distance from behind this word to a label. */
	protected distance(label: Label): void {
		const use = this.#code.length;
		this.put32(label.place < 0 ? 0 : label.place - use - 4);
		if (label.place < 0) label.uses.push(use);
	}

	protected vector(instruction: VectorInstruction): void {
		if (this.lanes === 16) this.evex(instruction);
		else this.vex(instruction);
	}

	protected vex({ prefix, map, opcode, register, source, operand, immediate }: VectorInstruction): void {
		const rm = numberOf(operand);
		const inverted = ((register >> 3) ^ 1) * 0x80 + 0x40 + ((rm >> 3) ^ 1) * 0x20;
		const length = 1;
		this.put(0xc4, inverted + map, ((source ^ 15) << 3) | (length << 2) | prefix, opcode);
		this.#operand(register & 7, operand, 1);
		if (immediate !== undefined) this.put(immediate);
	}

	protected evex(instruction: VectorInstruction): void {
		const { prefix, map, opcode, register, source, operand, masked = false, broadcast = false, wide = false, stores = false } = instruction;
		const isRegister = typeof operand === "number";
		const rm = numberOf(operand);
		const bit = (value: number, index: number): number => ((value >> index) & 1) ^ 1;
		const x = isRegister ? bit(rm, 4) : 1;
		const first = (bit(register, 3) << 7) | (x << 6) | (bit(rm, 3) << 5) | (bit(register, 4) << 4) | map;
		const second = (wide ? 0x80 : 0) | (((source & 15) ^ 15) << 3) | 4 | prefix;
		const length = 2;
		const zeroing = masked && !stores ? 0x80 : 0;
		const third = zeroing | (length << 5) | (broadcast ? 0x10 : 0) | (bit(source, 4) << 3) | (masked ? PART_MASK : 0);
		this.put(0x62, first, second, third, opcode);
		this.#operand(register & 7, operand, instruction.bytes ?? this.vectorBytes);
		if (instruction.immediate !== undefined) this.put(instruction.immediate);
	}

	/** An instruction on 64 bits with a register (or a part of its opcode) and an operand. */
	protected general(opcode: number | readonly number[], register: number, operand: Memory | Register): void {
		const rm = typeof operand === "string" ? REGISTERS[operand] : numberOf(operand);
		this.put(0x48 | ((register >> 3) << 2) | (rm >> 3), ...[opcode].flat());
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
		else if (Number.isInteger(short) && short >= -128 && short <= 127) this.put(0x40 | (register << 3) | rm, short & 0xff);
		else {
			this.put(0x80 | (register << 3) | rm);
			this.put32(operand.offset);
		}
	}

	protected put(...bytes: readonly number[]): void {
		for (const byte of bytes) this.#code.push(byte);
	}

	protected put32(value: number): void {
		this.put(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff);
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
