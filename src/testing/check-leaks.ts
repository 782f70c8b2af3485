/** Finds tensors that a piece of code leaves behind. */
import { GradusError } from "../core/errors.ts";
import type { Executor } from "../kernels/contracts.ts";
import { currentExecutor } from "../tensor/context.ts";

/** Memory that was not given back. */
export class LeakError extends GradusError {
	override name = "LeakError";
	/** Blocks of memory more than before. */
	readonly leakedCount: number;
	/** Bytes more than before. */
	readonly leakedBytes: number;

	constructor(message: string, data: LeakReport) {
		super(message);
		this.leakedCount = data.leakedCount;
		this.leakedBytes = data.leakedBytes;
	}
}

/** What `leakCheck` found. */
export interface LeakReport {
	/** Tensors (views of one memory count once) that live after the call and did not before; negative if there are fewer. */
	readonly leakedCount: number;
	/** Their bytes. */
	readonly leakedBytes: number;
}

/** How leaks are looked for. */
export interface LeakCheckOptions {
	/** The executor to watch. Default: the current one. */
	readonly executor?: Executor;
	/**
	 * Calls before counting starts. Default 1: what is made once (gradients of parameters, tables, frequent constants) is no leak.
	 */
	readonly warmUpCount?: number;
}

/**
 * Counts the tensors that one call of `fn` leaves behind.
 *
 * @param fn - synchronous; called `warmUpCount` times first
 */
export function leakCheck(fn: () => unknown, options: LeakCheckOptions = {}): LeakReport {
	const { executor = currentExecutor(), warmUpCount = 1 } = options;
	for (let i = 0; i < warmUpCount; i++) fn();
	const before = executor.memory();
	fn();
	const after = executor.memory();
	return { leakedCount: after.blockCount - before.blockCount, leakedBytes: after.used - before.used };
}

/**
 * Checks that one call of `fn` leaves no tensor behind.
 *
 * @throws LeakError that says how many and how large
 * @example
 * assertNoLeaks(() => scope(() => trainStep()));
 */
export function assertNoLeaks(fn: () => unknown, options: LeakCheckOptions = {}): void {
	const report = leakCheck(fn, options);
	if (report.leakedCount <= 0) return;
	const tensors = report.leakedCount === 1 ? "1 tensor" : `${report.leakedCount} tensors`;
	throw new LeakError(
		`The function leaked ${tensors} (${report.leakedBytes} bytes).\n` +
			"  Expected as many live tensors after the call as before it.\n" +
			"  Try: put the work in a scope(), or dispose() of what it makes.",
		report,
	);
}
