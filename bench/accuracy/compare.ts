/**
 * Cross-validated scores of Gradus's defaults beside scikit-learn's on the same folds, in a table.
 *
 *     node --conditions=gradus-source bench/accuracy/compare.ts [--only titanic,mpg] [--seeds 11,12,13] [--data ../shared/data] [--out FILE]
 *
 * Needs Debian's python3-sklearn. `--out` keeps the rows that each fold holds out, for others to repeat it.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseRunConfig } from "../../src/config/parse.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import { RandomStream } from "../../src/core/random/index.ts";
import { kFold } from "../../src/data/splits/index.ts";
import { bestExecutor } from "../../src/executors/index.ts";
import { crossValidate } from "../../src/project/cross-validate.ts";
import { openData } from "../../src/project/data/open.ts";
import type { OpenedData } from "../../src/project/data/opened.ts";

const FOLDS = 5;
const PYTHON = "/usr/bin/python3";

interface Task {
	readonly name: string;
	readonly file: string;
	/** null for a file without header, whose last column it is. */
	readonly target: string | null;
	readonly exclude: readonly string[];
	readonly task: "classes" | "values";
}

const classes = { exclude: [], task: "classes" } as const;

const tasks: readonly Task[] = [
	{ name: "digits", file: "digits.csv.gz", target: null, ...classes },
	{ name: "iris", file: "iris.csv", target: "species", ...classes },
	{ name: "wine", file: "wine.csv", target: "cultivar", ...classes },
	{ name: "breast_cancer", file: "breast_cancer.csv", target: "diagnosis", ...classes },
	{ name: "titanic", file: "titanic.csv", target: "survived", exclude: ["alive"], task: "classes" },
	{ name: "mpg", file: "mpg.csv", target: "mpg", exclude: ["name"], task: "values" },
];

/** A data set with one way to make folds, as the Python script reads it. */
interface Job extends Task {
	readonly header: boolean;
	readonly seed: number;
	/** Rows that each fold holds out. */
	readonly folds: readonly (readonly number[])[];
}

/** Scores of one model on one job: one a fold. */
interface JobScores {
	readonly name: string;
	readonly seed: number;
	readonly model: string;
	readonly scores: Readonly<Record<string, readonly number[]>>;
}

const { values } = parseArgs({
	options: {
		data: { type: "string", default: "../shared/data" },
		only: { type: "string", default: tasks.map(({ name }) => name).join() },
		seeds: { type: "string", default: "11,12,13" },
		out: { type: "string" },
	},
});

const chosen = tasks.filter(({ name }) => values.only.split(",").includes(name));
const jobs: Job[] = [];
const results: JobScores[] = [];
const executor = bestExecutor();
for (const task of chosen) {
	for (const seed of values.seeds.split(",").map(Number)) {
		const { job, scores } = await gradusScores({ ...task, file: join(values.data, task.file) }, seed);
		jobs.push(job);
		results.push(scores);
	}
}
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(jobs));
const { versions, results: theirs } = sklearnScores(jobs);
print([...results, ...theirs], versions);
process.exit(0);

async function gradusScores(task: Task, seed: number): Promise<{ job: Job; scores: JobScores }> {
	const { name, file, target, exclude } = task;
	const config: RunConfig = parseRunConfig({ data: { source: file, ...(target === null ? {} : { target }), exclude }, seed });
	const opened = await openData(config);
	const rows = foldsOf(opened, seed);
	const { folds } = await crossValidate(config, opened, executor, { rows });
	await opened.close();
	const names = Object.keys(folds[0].scores);
	const scores = Object.fromEntries(names.map((metric) => [metric, folds.map((fold) => fold.scores[metric])]));
	return {
		job: { ...task, header: target !== null, seed, folds: rows.map((own) => Array.from(own)) },
		scores: { name, seed, model: "Gradus", scores },
	};
}

function foldsOf({ rowCount, splitBy }: OpenedData, seed: number): Int32Array[] {
	const by = typeof splitBy === "object" && "stratify" in splitBy ? splitBy : {};
	return kFold({ rowCount, folds: FOLDS, ...by, rng: new RandomStream(seed).split("folds") }).map(({ validation }) => validation);
}

function sklearnScores(given: readonly Job[]): { versions: Record<string, string>; results: JobScores[] } {
	const folder = mkdtempSync(join(tmpdir(), "gradus-accuracy-"));
	try {
		const file = join(folder, "jobs.json");
		writeFileSync(file, JSON.stringify(given));
		const script = join(import.meta.dirname, "sklearn_scores.py");
		// Threads of OpenMP wait for each other by spinning: on a busy machine they take minutes for what one does in seconds.
		const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
		return JSON.parse(execFileSync(PYTHON, [script, file], { encoding: "utf8", env, stdio: ["ignore", "pipe", "inherit"] }));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** One line a data set and metric; means over seeds and folds, in brackets the deviation between seeds. */
function print(all: readonly JobScores[], versions: Record<string, string>): void {
	console.log(
		Object.entries(versions)
			.map(([name, version]) => `${name} ${version}`)
			.join(", "),
	);
	const models = ["Gradus", "MLP", "HistGradientBoosting"];
	console.log(`\n| data | score | ${models.join(" | ")} |\n|---|---|${"---|".repeat(models.length)}`);
	for (const { name, task } of chosen) {
		for (const metric of task === "classes" ? ["accuracy"] : ["rSquared", "rootMeanSquaredError"]) {
			const cells = models.map((model) =>
				cell(all.filter((own) => own.name === name && own.model === model).map((own) => own.scores[metric])),
			);
			console.log(`| ${name} | ${metric} | ${cells.join(" | ")} |`);
		}
	}
}

function cell(bySeed: readonly (readonly number[])[]): string {
	const means = bySeed.map(meanOf);
	const mean = meanOf(means);
	const deviation = Math.sqrt(means.reduce((sum, own) => sum + (own - mean) ** 2, 0) / Math.max(1, means.length - 1));
	return `${mean.toFixed(4)} (${deviation.toFixed(4)})`;
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
