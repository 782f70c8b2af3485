/** Runs a program, notes when its phases begin, and how much memory each takes. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { processMemory } from "./process-memory.ts";

/** A part of the run. */
export interface Phase {
	readonly name: string;
	readonly seconds: number;
	/** The most resident memory that was seen in it, in bytes. */
	readonly memory: number;
}

/** What came of a run. */
export interface WatchedRun {
	readonly phases: readonly Phase[];
	/** The most resident memory in bytes, as the system counted it. */
	readonly peakMemory: number;
	/** Lines of the program's standard output. */
	readonly output: readonly string[];
}

/** What to run. */
export interface WatchOptions {
	/** Of Node. */
	readonly args: readonly string[];
	readonly environment?: NodeJS.ProcessEnv;
	/** Of the time before the first phase that a line begins. */
	readonly firstPhase: string;
	/** The phase that begins with a line of standard output or standard error, if one does. */
	readonly phaseOf: (line: string) => string | undefined;
	/** Sees each phase as it ends. */
	readonly onPhase?: (phase: Phase) => void;
}

const SAMPLE_MS = 50;

/** @throws Error with what the program wrote, if it fails or there is no /proc to read its memory from */
export async function watchRun({ args, environment, firstPhase, phaseOf, onPhase }: WatchOptions): Promise<WatchedRun> {
	const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: environment ?? process.env });
	const [phases, output, errors]: [Phase[], string[], string[]] = [[], [], []];
	let [name, start, memory, peakMemory] = [firstPhase, performance.now(), 0, 0];
	const sample = (): void => {
		const found = processMemory(child.pid!);
		if (found === null) return;
		memory = Math.max(memory, found.now);
		peakMemory = Math.max(peakMemory, found.peak);
	};
	const endPhase = (next: string): void => {
		const phase = { name, seconds: (performance.now() - start) / 1000, memory };
		phases.push(phase);
		onPhase?.(phase);
		[name, start, memory] = [next, performance.now(), 0];
		sample();
	};
	const take = (lines: string[]) => (line: string) => {
		lines.push(line);
		const next = phaseOf(line);
		if (next !== undefined && next !== name) endPhase(next);
	};
	createInterface({ input: child.stdout }).on("line", take(output));
	createInterface({ input: child.stderr }).on("line", take(errors));
	const timer = setInterval(sample, SAMPLE_MS);
	const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
	clearInterval(timer);
	endPhase("");
	if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}:\n${[...errors, ...output].slice(-20).join("\n")}`);
	if (peakMemory === 0) throw new Error("Memory is read from /proc, which is not here: this benchmark needs Linux.");
	return { phases, peakMemory, output };
}
