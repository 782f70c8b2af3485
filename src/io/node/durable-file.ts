/** Files that are either whole or absent, whatever happens while they are written. */
import { randomBytes } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileError } from "../errors.ts";

/** Ending of files under way. */
const TEMPORARY = ".tmp";

/** Bytes handed to the system at a time; one call takes at most 2 GiB. */
const CHUNK_BYTES = 64 * 2 ** 20;

/**
 * Writes a file under another name, waits until it is on the disk, renames it, and waits for that too. If anything fails, the file that was
 * there before stands and the one under way is removed.
 *
 * @throws the system's error, such as one with code ENOSPC for a full disk
 */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
	const folder = dirname(path);
	const temporary = join(folder, `.${basename(path)}.${process.pid}-${randomBytes(4).toString("hex")}${TEMPORARY}`);
	try {
		const file = await open(temporary, "wx");
		try {
			await writeAll(file, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, { force: true }).catch(() => {});
		throw error;
	}
	await syncFolder(folder);
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
	for (let at = 0; at < bytes.length; ) {
		const { bytesWritten } = await file.write(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at));
		at += bytesWritten;
	}
}

/** Makes names in a folder last through a loss of power. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
	if (process.platform === "win32") return;
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Removes what processes that died left half written. Only for a folder that nobody else writes to. */
export async function removeUnfinished(folder: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (name.startsWith(".") && name.endsWith(TEMPORARY)) await rm(join(folder, name), { force: true });
	}
}

/** The bytes of a file, of any size. @throws FileError if it is not there or cannot be read */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
	try {
		const file = await open(path, "r");
		try {
			const { size } = await file.stat();
			const bytes = new Uint8Array(size);
			let at = 0;
			while (at < size) {
				const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK_BYTES, size - at));
				if (bytesRead === 0) break;
				at += bytesRead;
			}
			return bytes.subarray(0, at);
		} finally {
			await file.close();
		}
	} catch (error) {
		const { code = String(error) } = error as { code?: string };
		throw new FileError("missing", `${path}: cannot be read (${code}).\n  Try: check that it is there and that you may read it.`, path);
	}
}

/** The text of a file in UTF-8. @throws FileError if it is not there or cannot be read */
export async function readText(path: string): Promise<string> {
	return new TextDecoder().decode(await readBytes(path));
}
