/** Errors about files of ours: checkpoints, models, run folders. */
import { GradusError } from "../core/errors.ts";

/** What is wrong with a file. */
export type FileFault =
	/** Cut off, changed, or never of that format. */
	| "damaged"
	/** Of a later version of the format. */
	| "newer"
	/** Not there, or not to be read. */
	| "missing"
	/** Not to be written. */
	| "unwritable"
	/** Another process works with it. */
	| "in use";

/** A file that cannot be used. */
export class FileError extends GradusError {
	override name = "FileError";
	readonly fault: FileFault;
	/** Path or name, as far as known. */
	readonly file?: string;

	constructor(fault: FileFault, message: string, file?: string) {
		super(message);
		this.fault = fault;
		this.file = file;
	}
}

/** Throws that a file is damaged: where, what was expected, what came. */
export function refuseDamaged(where: string, expected: string, received: string): never {
	throw new FileError(
		"damaged",
		`${where}: expected ${expected}, received ${received}.\n  Try: make or copy the file again; it is damaged.`,
	);
}

/** Throws that a file was written by a later version. */
export function refuseNewer(where: string, written: { format: unknown; by: unknown; known: number }): never {
	const by = typeof written.by === "string" ? ` (Gradus ${written.by.slice(0, 40)})` : "";
	throw new FileError(
		"newer",
		`${where}: it has format ${String(written.format).slice(0, 40)}${by}; this Gradus reads formats up to ${written.known}.\n  Try: a release of Gradus as new as the one that wrote it.`,
	);
}

const noRoom: Readonly<Record<string, string>> = {
	ENOSPC: "the disk is full",
	EDQUOT: "your quota of disk space is used up",
	EFBIG: "the file would be larger than this system allows (ulimit -f, or the file system's own limit)",
};

/** Why there is no room for what was to be written, as part of a sentence; null for any other error. */
export function noRoomReason(error: unknown): string | null {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === "string" && Object.hasOwn(noRoom, code) ? noRoom[code] : null;
}

const refusals: Readonly<Record<string, string>> = {
	ENOENT: "there is no such file or folder",
	EEXIST: "it is a file; expected a folder",
	EISDIR: "it is a folder; expected a file",
	ENOTDIR: "a part of the path is a file; expected a folder",
	EACCES: "you may not read or write it",
	EPERM: "you may not read or write it",
	EROFS: "it lies on a disk that can only be read",
};

/** Why the system refused to read or write, as part of a sentence; null for any other error. */
export function systemReason(error: unknown): string | null {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === "string" && Object.hasOwn(refusals, code) ? refusals[code] : noRoomReason(error);
}

/** A foreign value for a message, cut to a readable length. */
export function short(value: unknown): string {
	const text = typeof value === "string" ? value : jsonOf(value);
	return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value) ?? "nothing";
	} catch {
		// Lists in lists a thousand deep.
		return "something deeply nested";
	}
}
