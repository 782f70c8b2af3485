/** A run's journal in a file: events are added at its end and never changed. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { RunEvent } from "../../runs/events.ts";
import { type Journal, journalLine, readJournal } from "../../runs/journal.ts";
import { noRoomReason } from "../errors.ts";
import { readText } from "./durable-file.ts";

/** Events that come often; they are kept back for at most a second. All others are written at once. */
const FREQUENT: ReadonlySet<RunEvent["kind"]> = new Set(["step", "layers"]);
const FLUSH_MS = 1000;

/** After these the file is brought to the disk, so that a loss of power cannot take what came before. */
const LASTING: ReadonlySet<RunEvent["kind"]> = new Set(["checkpoint", "test", "end"]);

/** Writes a journal. */
export class JournalFile {
	readonly path: string;
	readonly #file: number;
	#size: number;
	#waiting: string[] = [];
	#timer: NodeJS.Timeout | null = null;
	#failure: unknown = null;

	/** Opens the file, made if need be; a last line that was torn is cut off. @throws the system's error */
	constructor(path: string) {
		this.path = path;
		// "a+" would make every write land at the end, even of a line that is written again.
		this.#file = openOrCreate(path);
		this.#size = endOfLastLine(this.#file);
		ftruncateSync(this.#file, this.#size);
	}

	/**
	 * Adds an event. A full disk is no error here: the event is kept until there is room, and the next `flush`, as before a checkpoint, throws.
	 *
	 * @throws the system's error, if it is another
	 */
	append(event: RunEvent): void {
		this.#waiting.push(journalLine(event));
		if (FREQUENT.has(event.kind)) {
			this.#timer ??= setTimeout(() => this.#tryFlush(), FLUSH_MS).unref();
			return;
		}
		if (!this.#tryFlush()) {
			if (noRoomReason(this.#failure) === null) throw this.#failure;
		} else if (LASTING.has(event.kind)) fsyncSync(this.#file);
	}

	/** Writes what was kept back. @throws the system's error; it is kept for the next try then */
	flush(): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		if (this.#waiting.length === 0) return;
		const bytes = new TextEncoder().encode(this.#waiting.join(""));
		try {
			for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at, bytes.length - at, this.#size + at);
		} catch (error) {
			ftruncateSync(this.#file, this.#size);
			throw error;
		}
		this.#size += bytes.length;
		this.#waiting = [];
	}

	/** Whether all is written; a timer's error would have nobody to catch it. */
	#tryFlush(): boolean {
		try {
			this.flush();
			return true;
		} catch (error) {
			this.#failure = error;
			return false;
		}
	}

	/**
	 * Writes what was kept back and closes the file.
	 *
	 * @returns events that could not be written, as when the disk is full
	 */
	close(): number {
		try {
			this.flush();
			fsyncSync(this.#file);
		} catch {
			// The count tells.
		}
		if (this.#timer !== null) clearTimeout(this.#timer);
		closeSync(this.#file);
		return this.#waiting.length;
	}
}

/** Reads a journal from its file. @throws FileError if it cannot be read */
export async function readJournalFile(path: string): Promise<Journal> {
	return readJournal(await readText(path));
}

function openOrCreate(path: string): number {
	try {
		return openSync(path, "wx+");
	} catch (error) {
		if ((error as { code?: string }).code !== "EEXIST") throw error;
		return openSync(path, "r+");
	}
}

/** Place after the last line end. */
function endOfLastLine(file: number): number {
	const block = new Uint8Array(65536);
	for (let end = fstatSync(file).size; end > 0; ) {
		const start = Math.max(0, end - block.length);
		const length = readSync(file, block, 0, end - start, start);
		const found = block.subarray(0, length).lastIndexOf(10);
		if (found >= 0) return start + found + 1;
		end = start;
	}
	return 0;
}
