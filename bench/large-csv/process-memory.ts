/** Memory of a running process and its children, as Linux counts it. */
import { readFileSync } from "node:fs";

/** Resident memory in bytes. */
export interface ProcessMemory {
	readonly now: number;
	/** The most so far; of a process with children the sum of each one's most. */
	readonly peak: number;
}

/** Threads share their process's memory and are in its count. Null once the process is gone. */
export function processMemory(pid: number): ProcessMemory | null {
	let status: string;
	try {
		status = readFileSync(`/proc/${pid}/status`, "utf8");
	} catch {
		return null;
	}
	const field = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
	let [now, peak] = [field("VmRSS"), field("VmHWM")];
	for (const child of childrenOf(pid)) {
		const memory = processMemory(child);
		if (memory !== null) [now, peak] = [now + memory.now, peak + memory.peak];
	}
	return { now, peak };
}

function childrenOf(pid: number): number[] {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
	} catch {
		return [];
	}
}
