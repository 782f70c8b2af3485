/** Text that is written to a file piece by piece; a string for each cell would take longer than everything else. */
import { writeSync } from "node:fs";

const SIZE = 1 << 20;

/** Room that a line may need. */
const MARGIN = 1 << 16;

const ZERO = 48;

/** Bytes on their way to a file. */
export class TextBuffer {
	/** Written to the file so far. */
	byteCount = 0;
	readonly #file: number;
	readonly #bytes = new Uint8Array(SIZE);
	#at = 0;

	/** @param file - a descriptor that is open for writing */
	constructor(file: number) {
		this.#file = file;
	}

	byte(value: number): void {
		this.#bytes[this.#at++] = value;
	}

	text(bytes: Uint8Array): void {
		for (let i = 0; i < bytes.length; i++) this.#bytes[this.#at++] = bytes[i];
	}

	/** A whole number ≥ 0. */
	number(value: number): void {
		let count = 1;
		for (let power = 10; power <= value; power *= 10) count++;
		this.digits(value, count);
	}

	/** The last `count` digits of a whole number, with leading zeros. */
	digits(value: number, count: number): void {
		let left = value;
		for (let place = this.#at + count - 1; place >= this.#at; place--) {
			const tenth = Math.floor(left / 10);
			this.#bytes[place] = ZERO + left - 10 * tenth;
			left = tenth;
		}
		this.#at += count;
	}

	/** To be called after each line. */
	endLine(): void {
		this.byte(10);
		if (this.#at > SIZE - MARGIN) this.flush();
	}

	flush(): void {
		for (let done = 0; done < this.#at; ) done += writeSync(this.#file, this.#bytes, done, this.#at - done);
		this.byteCount += this.#at;
		this.#at = 0;
	}
}
