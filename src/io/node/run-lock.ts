/** The lock of a run folder: one process trains a run at a time. A lock whose process is gone does not count. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { FileError } from "../errors.ts";

/** Who holds a lock. */
export interface LockHolder {
	readonly pid: number;
	readonly host: string;
	/** When the process began, as its system counts; tells it from a later process of the same number. Null where that is not known. */
	readonly began: string | null;
}

/** A lock that is held. */
export interface RunLock {
	/** Gives it up. */
	release(): void;
}

/**
 * Takes the lock file.
 *
 * @throws FileError "in use" if a living process holds it, this one included
 */
export function takeLock(path: string): RunLock {
	const own: LockHolder = { pid: process.pid, host: hostname(), began: beginningOf(process.pid) };
	const text = JSON.stringify(own);
	const prepared = join(dirname(path), `.lock-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
	// Linking a finished file makes the lock appear with its content, or not at all.
	writeFileSync(prepared, text, { flag: "wx" });
	try {
		for (let attempt = 0; attempt < 5; attempt++) {
			if (place(prepared, path, text)) return { release: () => release(path, text) };
			const holder = lockHolder(path);
			if (holder !== null) throw inUse(path, holder);
			setStaleAside(path);
		}
	} finally {
		rmSync(prepared, { force: true });
	}
	throw new FileError("in use", `${path}: other processes take this lock again and again.\n  Try: once more.`, path);
}

/** Who holds a lock: a living process, or one on another machine, of which nothing can be said. Null if it is free. */
export function lockHolder(path: string): LockHolder | null {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch {
		return null;
	}
	const holder = parseHolder(text);
	return holder !== null && isAlive(holder) ? holder : null;
}

function place(prepared: string, path: string, text: string): boolean {
	try {
		linkSync(prepared, path);
		return true;
	} catch (error) {
		const { code } = error as { code?: string };
		if (code === "EEXIST") return false;
		// File systems without links, such as that of USB sticks.
		try {
			writeFileSync(path, text, { flag: "wx" });
			return true;
		} catch (second) {
			if ((second as { code?: string }).code === "EEXIST") return false;
			throw second;
		}
	}
}

/** Two processes may find the same stale lock: only what was really stale may go, so it is looked at again under a name of its own. */
function setStaleAside(path: string): void {
	const aside = join(dirname(path), `.lock-stale-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
	try {
		renameSync(path, aside);
	} catch {
		return;
	}
	if (lockHolder(aside) !== null) {
		try {
			linkSync(aside, path);
		} catch {
			// Somebody was faster; then that lock stands.
		}
	}
	rmSync(aside, { force: true });
}

function release(path: string, text: string): void {
	try {
		if (readFileSync(path, "utf8") === text) unlinkSync(path);
	} catch {
		// The folder may be gone.
	}
}

function parseHolder(text: string): LockHolder | null {
	try {
		const { pid, host, began } = JSON.parse(text) as Partial<LockHolder>;
		if (!Number.isSafeInteger(pid) || (pid as number) < 1 || typeof host !== "string") return null;
		return { pid: pid as number, host, began: typeof began === "string" ? began : null };
	} catch {
		return null;
	}
}

function isAlive({ pid, host, began }: LockHolder): boolean {
	if (host !== hostname()) return true;
	try {
		process.kill(pid, 0);
	} catch (error) {
		return (error as { code?: string }).code === "EPERM";
	}
	const now = beginningOf(pid);
	return began === null || now === null || began === now;
}

/** When a process began, in ticks since the machine started, with the machine's start; null on systems that do not say. */
function beginningOf(pid: number): string | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// The second field, the program's name in parentheses, may hold spaces; the start is field 22.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		// A dead process that its parent has not asked about still has a number.
		if (fields[0] === "Z") return "gone";
		return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}-${fields[19]}`;
	} catch {
		return null;
	}
}

function inUse(path: string, { pid, host }: LockHolder): FileError {
	const where = host === hostname() ? "" : ` on ${host}`;
	return new FileError(
		"in use",
		`${dirname(path)}: process ${pid}${where} trains this run.\n  Try: wait for it, or end it; if there is no such process, delete ${path}.`,
		path,
	);
}
