/** Runs experiments: one child process for each experiment and seed, as many side by side as there are cores; then the conclusions. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Conclusion, type Experiment, measurementFromJson } from "./framework.ts";
import { imageFacts } from "./images.ts";
import { experiments } from "./list.ts";
import { reportPage } from "./report-page.ts";

/** How to run experiments. */
export interface RunOptions {
	/** Names, or "all". */
	readonly names: readonly string[];
	/** The first seed. Default 1. */
	readonly seed?: number;
	/** How many seeds; null leaves it to each experiment. */
	readonly seeds?: number | null;
	/** CI size. Default false. */
	readonly quick?: boolean;
	/** Folder in which each experiment gets one. Default build/experiments. */
	readonly out?: string;
	/** Folder with MNIST. Default ../shared/data/mnist beside the repository. */
	readonly mnist?: string;
	/** Whether measurements that lie in `out` already are taken as they are. Default false. */
	readonly reuse?: boolean;
	/** Processes side by side. Default: as many as cores. */
	readonly processes?: number;
	/** Takes the lines for people. Default console.log. */
	readonly print?: (line: string) => void;
}

/** What a child process measures. */
export interface MeasureTask {
	readonly name: string;
	readonly seed: number;
	readonly quick: boolean;
	readonly mnist: string;
	/** Where the measurement goes. */
	readonly file: string;
}

/** What `result.json` holds. */
export interface ExperimentResult extends Pick<Experiment, "name" | "title" | "question" | "setUp" | "source" | "practice"> {
	readonly quick: boolean;
	/** Images of which data set; null for an experiment without. */
	readonly data: string | null;
	readonly seeds: readonly number[];
	readonly executor: string;
	/** Of all measurements, one after another. */
	readonly seconds: number;
	readonly claims: Conclusion["claims"];
	readonly shows: readonly string[];
	readonly figures: readonly { readonly title: string; readonly caption: string; readonly file: string }[];
}

const defaultMnist = fileURLToPath(new URL("../../shared/data/mnist", import.meta.url));

/**
 * Runs experiments and writes `<out>/<name>/report.html`, `result.json` and a figure each as SVG; prints a verdict line per claim.
 *
 * @returns whether none failed to run; a claim that does not hold is a result, not a failure
 * @throws Error for a name that no experiment has
 */
export async function runExperiments(options: RunOptions): Promise<boolean> {
	const { quick = false, out = join("build", "experiments"), mnist = defaultMnist, reuse = false, print = console.log } = options;
	const chosen = chooseExperiments(options.names);
	const waiting = chosen.flatMap((experiment) => {
		const count = options.seeds ?? experiment.seedCount[quick ? "quick" : "full"];
		const folder = join(out, experiment.name);
		mkdirSync(join(folder, "measurements"), { recursive: true });
		return Array.from({ length: count }, (_, i): MeasureTask => {
			const seed = (options.seed ?? 1) + i;
			return { name: experiment.name, seed, quick, mnist, file: join(folder, "measurements", `${quick ? "quick-" : ""}seed-${seed}.json`) };
		});
	});
	const left = new Map(chosen.map(({ name }) => [name, waiting.filter((task) => task.name === name).length]));
	const failed = new Set<string>();
	const all = [...waiting];
	const worker = async (): Promise<void> => {
		for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
			const error = reuse && existsSync(task.file) ? null : await measureInChild(task);
			if (error !== null) {
				failed.add(task.name);
				print(`${task.name}, seed ${task.seed}: failed.\n${error}`);
			}
			const remaining = (left.get(task.name) as number) - 1;
			left.set(task.name, remaining);
			if (remaining > 0 || failed.has(task.name)) continue;
			const experiment = chosen.find(({ name }) => name === task.name) as Experiment;
			try {
				conclude(
					experiment,
					all.filter(({ name }) => name === task.name),
					{ out, print },
				);
			} catch (error) {
				failed.add(task.name);
				print(`${task.name}: no conclusion.\n${error instanceof Error ? error.stack : error}`);
			}
		}
	};
	await Promise.all(Array.from({ length: options.processes ?? availableParallelism() }, worker));
	return failed.size === 0;
}

function chooseExperiments(names: readonly string[]): Experiment[] {
	if (names.includes("all")) return [...experiments];
	return names.map((wanted) => {
		const found = experiments.find(({ name }) => name === wanted);
		if (found !== undefined) return found;
		throw new Error(`There is no experiment "${wanted}". Try: ${experiments.map(({ name }) => name).join(", ")}, or all.`);
	});
}

/** @returns what went wrong, or null */
function measureInChild(task: MeasureTask): Promise<string | null> {
	rmSync(task.file, { force: true });
	// From source the package is found as source; in the published package as it was built.
	const isSource = import.meta.url.endsWith(".ts");
	const program = fileURLToPath(new URL(isSource ? "./measure.ts" : "./measure.js", import.meta.url));
	const child = spawn(process.execPath, [...(isSource ? ["--conditions=gradus-source"] : []), program, JSON.stringify(task)], {
		stdio: ["ignore", "inherit", "pipe"],
	});
	let errors = "";
	child.stderr.on("data", (chunk: Buffer) => {
		errors += chunk.toString();
	});
	return new Promise((resolve) => {
		child.on("error", (error) => resolve(error.message));
		child.on("close", (code) => resolve(code === 0 ? null : errors.trim() || `The process ended with code ${code}.`));
	});
}

/** A result as JSON with lists of numbers on one line. */
export function readable(value: ExperimentResult): string {
	const lines = JSON.stringify(value, null, "\t");
	return `${lines.replace(/\[\s+([\d\s,]+?)\s+\]/g, (_, numbers: string) => `[${numbers.replace(/\s+/g, " ")}]`)}\n`;
}

interface SavedMeasurement {
	readonly executor: string;
	readonly seconds: number;
	readonly measurement: unknown;
}

function conclude(
	experiment: Experiment,
	tasks: readonly MeasureTask[],
	{ out, print }: { out: string; print: (line: string) => void },
): void {
	const saved = tasks.map(({ file }) => measurementFromJson(readFileSync(file, "utf8")) as SavedMeasurement);
	const { quick, mnist } = tasks[0];
	const facts = { quick, ...imageFacts(mnist) };
	const { figures, claims, shows } = experiment.conclude(
		saved.map(({ measurement }) => measurement),
		facts,
	);
	const { name, title, question, setUp, source, practice } = experiment;
	const result: ExperimentResult = {
		...{
			name,
			title,
			question,
			setUp,
			source,
			practice,
			quick,
			data: experiment.usesImages === false ? null : facts.data,
			seeds: tasks.map(({ seed }) => seed),
		},
		...{ executor: saved[0].executor, seconds: saved.reduce((sum, { seconds }) => sum + seconds, 0), claims, shows },
		figures: figures.map(({ title, caption }, i) => ({ title, caption, file: `${name}-${i + 1}.svg` })),
	};
	const folder = join(out, name);
	for (const [i, { svg }] of figures.entries()) writeFileSync(join(folder, result.figures[i].file), svg);
	writeFileSync(join(folder, "result.json"), readable(result));
	writeFileSync(
		join(folder, "report.html"),
		reportPage(
			result,
			figures.map(({ svg }) => svg),
		),
	);
	for (const one of claims) {
		print(`${one.holds ? "holds  " : "DOES NOT HOLD"} ${name}: ${one.claim}. Expected: ${one.expected}. Measured: ${one.measured}.`);
	}
	print(`        ${name}: ${result.seconds.toFixed(1)} s, ${join(folder, "report.html")}`);
}
