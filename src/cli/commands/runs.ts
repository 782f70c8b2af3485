/** `gradus runs`: list, show, compare, remove. */
import { basename, resolve } from "node:path";
import { listRuns, type RunSummary, removeRuns } from "../../io/node/list-runs.ts";
import { readRunFolder } from "../../io/node/run-folder.ts";
import { runStanding } from "../../report/run-standing.ts";
import { duration, scoreText, table } from "../format.ts";
import { shellWord, withOwnName } from "../own-name.ts";
import { scoresText } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** All runs in a folder. */
export async function listAll(parent: string, { out, json, ownName }: Terminal): Promise<undefined> {
	const runs = (await listRuns(parent)).reverse();
	if (json) {
		for (const run of runs) out(JSON.stringify(run));
		return;
	}
	if (runs.length === 0) {
		out(withOwnName(`No runs in ${parent}/. Try: gradus train digits`, ownName));
		return;
	}
	out(table([["run", "state", "best", "epochs", "data", "made"], ...runs.map(row)], [3]));
}

function row(run: RunSummary): string[] {
	const best = run.best === null ? "—" : `${run.best.name} ${scoreText(run.best.name, run.best.value)} (epoch ${run.best.epoch + 1})`;
	const state =
		run.problem ??
		(run.reason === null || run.reason === "finished" || run.reason === run.state ? run.state : `${run.state}, ${run.reason}`);
	const epochs = `${run.epochs}${run.epochsWanted === null ? "" : `/${run.epochsWanted}`}`;
	return [run.name, state, best, epochs, run.data === null ? "—" : basename(run.data), run.created?.slice(0, 16).replace("T", " ") ?? "—"];
}

/** One run in words. */
export async function show(path: string, { out, json, ownName }: Terminal): Promise<undefined> {
	const { info, run } = await readRunFolder(path);
	if (json) {
		out(JSON.stringify({ info, start: run.start, epochs: run.epochs, test: run.test, end: run.end }));
		return;
	}
	out(`${path}, made ${info.created}`);
	if (run.start !== null) {
		const { exampleCount, batchSize, parameterCount, executor } = run.start;
		out(`${exampleCount} examples, batches of ${batchSize}, ${parameterCount} parameters, ${executor}`);
	}
	for (const epoch of run.epochs) {
		const validation = epoch.validation === null ? "" : `  validation ${scoresText(epoch.validation)}`;
		out(`  epoch ${epoch.epoch + 1}: train ${scoresText(epoch.train)}${validation}${epoch.best ? "  ★" : ""}`);
	}
	for (const remark of run.remarks) out(`  step ${remark.step}: ${remark.text}`);
	for (const action of run.actions) out(`  step ${action.step}: ${action.by}: ${action.why}`);
	if (run.test !== null) out(`test: ${scoresText(run.test.scores)}`);
	const { isOver } = runStanding(run);
	const goOn = isOver ? "" : `; go on with: gradus resume ${shellWord(path)}`;
	out(withOwnName(`${run.end === null ? "not ended" : `${run.end.reason} after ${duration(run.seconds)}`}${goOn}`, ownName));
}

/** Best scores of several runs side by side. */
export async function compare(paths: readonly string[], { out, json }: Terminal): Promise<undefined> {
	const found = await Promise.all(paths.map(async (path) => ({ path, run: (await readRunFolder(path)).run })));
	const records = found.map(({ path, run }) => {
		const best = run.epochs.findLast((epoch) => epoch.best) ?? run.epochs.at(-1) ?? null;
		return {
			path,
			best: best?.validation ?? best?.train ?? {},
			epoch: best?.epoch ?? null,
			test: run.test?.scores ?? {},
			seconds: run.seconds,
		};
	});
	if (json) {
		for (const record of records) out(JSON.stringify(record));
		return;
	}
	const names = [...new Set(records.flatMap(({ best }) => Object.keys(best)))];
	const testNames = [...new Set(records.flatMap(({ test }) => Object.keys(test)))];
	const header = ["run", ...names, ...testNames.map((name) => `test ${name}`), "best epoch", "time"];
	const cells = (scores: Readonly<Record<string, number>>, wanted: readonly string[]): string[] =>
		wanted.map((name) => (scores[name] === undefined ? "—" : scoreText(name, scores[name])));
	const rows = records.map(({ path, best, test, epoch, seconds }) => [
		path,
		...cells(best, names),
		...cells(test, testNames),
		epoch === null ? "—" : String(epoch + 1),
		duration(seconds),
	]);
	out(table([header, ...rows], header.map((_, i) => i).slice(1)));
}

/** Removes runs, all or none, and says which. */
export async function remove(paths: readonly string[], { out, json }: Terminal): Promise<undefined> {
	await removeRuns(paths);
	const removed = paths.filter((path, i) => paths.findIndex((other) => resolve(other) === resolve(path)) === i);
	for (const path of removed) out(json ? JSON.stringify({ removed: path }) : `Removed ${path}.`);
}
