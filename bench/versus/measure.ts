/** Measures one work on several contestants: equal losses first, then small rounds that take turns. */
import type { Answer, Server } from "./server.ts";

/** A contestant in one of its forms. */
export interface Entry {
	contestant: string;
	isRival: boolean;
	variant: string;
	server: Server;
	/** Shown but not compared: it updates only what a batch touched. */
	doesLessWork: boolean;
}

export interface Result extends Omit<Entry, "server"> {
	work: string;
	unsupported?: string;
	/** Largest relative difference from the first contestant's losses. */
	lossError?: number;
	/** Step times in microseconds, a list a round. */
	rounds: number[][];
}

export interface Limits {
	rounds: number;
	/** Time that one entry's round should take. */
	roundSeconds: number;
	/** Of one question. */
	limitSeconds: number;
}

const LOSS_COUNT = 10;
const SLOW_SECONDS = 3; // a step slower than this is checked on two losses and timed once
const MAX_STEPS = 500;

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const relativeError = (losses: readonly number[], truth: readonly number[]) =>
	Math.max(...losses.map((loss, i) => Math.abs(loss - truth[i]!) / Math.abs(truth[i]!)));

async function lossesOf(entry: Entry, work: string, limits: Limits): Promise<Answer> {
	const ask = (count: number) => entry.server.ask({ work, variant: entry.variant, losses: count }, limits.limitSeconds);
	const start = performance.now();
	const first = await ask(1);
	if (first.unsupported !== undefined) return first;
	const isSlow = performance.now() - start > SLOW_SECONDS * 1000;
	return ask(isSlow ? 2 : LOSS_COUNT);
}

/** Compares the first losses of all entries, dropout off, with those of the first that has any. */
async function checkLosses(entries: readonly Entry[], work: string, limits: Limits): Promise<Result[]> {
	let truth: number[] | undefined;
	const results: Result[] = [];
	for (const { server, ...entry } of entries) {
		const { losses, unsupported } = await lossesOf({ server, ...entry }, work, limits);
		const result: Result = { work, ...entry, rounds: [] };
		if (losses === undefined) result.unsupported = unsupported ?? "it answered without losses";
		else result.lossError = relativeError(losses, (truth ??= losses));
		results.push(result);
	}
	return results;
}

/** A single step after warming up tells how many make a round; a slow entry has its one round with that. */
async function pace(entry: Entry, result: Result, limits: Limits): Promise<number> {
	const { times, unsupported } = await entry.server.ask({ work: result.work, variant: entry.variant, steps: 1 }, limits.limitSeconds);
	if (times === undefined) {
		result.unsupported = unsupported ?? "it answered without times";
		return 0;
	}
	const seconds = times[0]! / 1e6;
	if (seconds > SLOW_SECONDS) {
		result.rounds.push(times);
		return 0;
	}
	return Math.max(1, Math.min(MAX_STEPS, Math.floor(limits.roundSeconds / seconds)));
}

export async function measureWork(work: string, entries: readonly Entry[], limits: Limits): Promise<Result[]> {
	const results = await checkLosses(entries, work, limits);
	const stepCounts: number[] = [];
	for (const [i, entry] of entries.entries()) {
		stepCounts.push(results[i]!.unsupported === undefined ? await pace(entry, results[i]!, limits) : 0);
	}
	for (let round = 0; round < limits.rounds; round++) {
		for (const [i, entry] of entries.entries()) {
			if (stepCounts[i] === 0) continue;
			const question = { work, variant: entry.variant, steps: stepCounts[i]! };
			const { times, unsupported } = await entry.server.ask(question, limits.limitSeconds);
			if (times !== undefined) results[i]!.rounds.push(times);
			else {
				results[i]!.unsupported = unsupported ?? "it answered without times";
				stepCounts[i] = 0;
			}
		}
	}
	return results;
}

export const medianOf = (result: Result) => median(result.rounds.flat());
export const bestOf = (result: Result) => Math.min(...result.rounds.flat());

export interface Ratio {
	work: string;
	executor: string;
	rival: string;
	variant: string;
	/** Median over the rounds of median time over median time: below 1, the executor is faster. */
	ratio: number;
	/** The executor's fastest step over the rival's, whichever variant had it. */
	bestRatio: number;
}

/** Each executor against each rival in the form with the lowest median. */
export function ratiosOf(results: readonly Result[]): Ratio[] {
	const measured = results.filter((result) => result.rounds.length > 0 && !result.doesLessWork);
	const byRival = Map.groupBy(
		measured.filter(({ isRival }) => isRival),
		({ contestant }) => contestant,
	);
	return measured
		.filter(({ isRival }) => !isRival)
		.flatMap((own) =>
			[...byRival].map(([rival, variants]) => {
				const fastest = variants.reduce((a, b) => (medianOf(b) < medianOf(a) ? b : a));
				const perRound = fastest.rounds.map((times, i) => median(own.rounds[i] ?? own.rounds[0]!) / median(times));
				const bestRatio = bestOf(own) / Math.min(...variants.map(bestOf));
				return { work: own.work, executor: own.contestant, rival, variant: fastest.variant, ratio: median(perRound), bestRatio };
			}),
		);
}
