/**
 * `npm run -s bench -- versus`: the works in Gradus and in its rivals, interleaved in one run, after a check that all
 * do equal work. With `--matmul`, square matrix products instead.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Contestant, gradus, openblas, rivals } from "./versus/contestants.ts";
import { bestOf, type Entry, type Limits, measureWork, medianOf, type Ratio, type Result, ratiosOf } from "./versus/measure.ts";
import { Server } from "./versus/server.ts";
import { lossTolerance, type WorkName, workNames, writeWork } from "./works.ts";

const MATMUL_SIZES = [64, 128, 256, 512, 1024, 2048];
const LIST_SECONDS = 60; // PyTorch takes seconds to load

const USAGE = `npm run -s bench -- versus [options]
  --only W1,W3             works (default: all)
  --rivals torch,jax,tfjs  rivals (default: all)
  --executors native,wasm  of Gradus (default: both)
  --threads 1              for those that can use more
  --rounds 5               turns that each takes
  --seconds 0.3            length of one turn
  --limit 180              seconds until a contestant that does not answer is killed
  --matmul                 GFLOP/s of square matrix products instead of the works
  --json                   JSON lines instead of tables`;

interface Options extends Limits {
	only: readonly WorkName[];
	rivals: readonly string[];
	executors: readonly string[];
	threads: number;
	json: boolean;
	matmul: boolean;
}

type Print = (line: string) => void;

function optionsOf(args: readonly string[]): Options | undefined {
	const text = (value: string) => ({ type: "string", default: value }) as const;
	const flag = { type: "boolean", default: false } as const;
	const { values } = parseArgs({
		args: [...args],
		options: {
			only: text(workNames.join()),
			rivals: text(rivals.map(({ name }) => name).join()),
			executors: text("native,wasm"),
			threads: text("1"),
			rounds: text("5"),
			seconds: text("0.3"),
			limit: text("180"),
			json: flag,
			matmul: flag,
			help: flag,
		},
	});
	if (values.help) return undefined;
	const list = (value: string) => value.split(",").filter((name) => name !== "");
	const number = (name: "threads" | "rounds" | "seconds" | "limit") => {
		const value = Number(values[name]);
		if (!(value > 0)) throw new RangeError(`--${name} expects a number above 0, received "${values[name]}".`);
		return value;
	};
	return {
		only: known("work", list(values.only), workNames),
		executors: list(values.executors),
		rivals: known(
			"rival",
			list(values.rivals),
			rivals.map(({ name }) => name),
		),
		threads: number("threads"),
		rounds: number("rounds"),
		roundSeconds: number("seconds"),
		limitSeconds: number("limit"),
		json: values.json,
		matmul: values.matmul,
	};
}

function known<Name extends string>(what: string, names: readonly string[], all: readonly Name[]): Name[] {
	const stranger = names.find((name) => !(all as readonly string[]).includes(name));
	if (stranger !== undefined) throw new RangeError(`There is no ${what} "${stranger}". Expected some of ${all.join(", ")}.`);
	return names as Name[];
}

/** Those that can run here; says how to install the others. */
function present(contestants: readonly Contestant[], complain: Print): Contestant[] {
	return contestants.filter((contestant) => {
		const isInstalled = contestant.isInstalled();
		if (!isInstalled) complain(`${contestant.name} is not installed and left out. Try: ${contestant.remedy}`);
		return isInstalled;
	});
}

type Running = { contestant: Contestant; server: Server };

async function entriesOf(work: WorkName, running: readonly Running[]): Promise<Entry[]> {
	const entries: Entry[] = [];
	for (const {
		contestant: { name, isRival },
		server,
	} of running) {
		const common = { contestant: name, isRival, server };
		if (!isRival) entries.push({ ...common, variant: name, doesLessWork: false });
		else {
			const { variants = [], lessWork = [] } = await server.ask({ work, list: true }, LIST_SECONDS);
			for (const variant of variants) entries.push({ ...common, variant, doesLessWork: lessWork.includes(variant) });
		}
	}
	return entries;
}

const micros = (value: number) => Math.round(value).toLocaleString("en");

function describe(result: Result): string {
	const name = `${result.work}  ${result.contestant.padEnd(7)} ${result.variant.padEnd(29)}`;
	if (result.rounds.length === 0) return `${name} ${result.unsupported}`;
	const { lossError = 0, doesLessWork } = result;
	const note = doesLessWork ? "does less work: not compared" : `loss error ${lossError.toExponential(0)}`;
	const warning = !doesLessWork && lossError > lossTolerance(result.work) ? "  NOT EQUAL WORK" : "";
	return `${name} ${micros(medianOf(result)).padStart(11)} ${micros(bestOf(result)).padStart(11)}  ${note}${warning}`;
}

const describeRatio = ({ work, executor, rival, variant, ratio, bestRatio }: Ratio) =>
	`${work}  ${executor.padEnd(7)} / ${`${rival} ${variant}`.padEnd(34)} ${ratio.toFixed(2).padStart(6)} ${bestRatio.toFixed(2).padStart(11)}`;

const jsonResult = (result: Result, threads: number) => {
	const { rounds, ...about } = result;
	const times = rounds.flat();
	const spread =
		times.length === 0 ? {} : { usPerStep: medianOf(result), min: bestOf(result), max: Math.max(...times), steps: times.length };
	return JSON.stringify({ ...about, threads, ...spread });
};

async function versusWorks(options: Options, running: readonly Running[], print: Print): Promise<boolean> {
	const ratios: Ratio[] = [];
	let isEqual = true;
	if (!options.json) print(`${"microseconds a step".padEnd(41)} ${"median".padStart(11)} ${"best".padStart(11)}`);
	for (const work of options.only) {
		const results = await measureWork(work, await entriesOf(work, running), options);
		for (const result of results) print(options.json ? jsonResult(result, options.threads) : describe(result));
		isEqual &&= results.every(({ lossError = 0, doesLessWork }) => doesLessWork || lossError <= lossTolerance(work));
		ratios.push(...ratiosOf(results));
	}
	if (!options.json && ratios.length > 0)
		print(`\n${"below 1, Gradus is faster".padEnd(48)} ${"ratio".padStart(6)} ${"best / best".padStart(11)}`);
	for (const ratio of ratios) print(options.json ? JSON.stringify(ratio) : describeRatio(ratio));
	return isEqual;
}

async function versusMatmul(options: Options, running: readonly Running[], print: Print): Promise<void> {
	if (!options.json)
		print(`GFLOP/s, median (best)\n${"n".padStart(5)}${running.map(({ contestant }) => contestant.name.padStart(16)).join("")}`);
	for (const matmul of MATMUL_SIZES) {
		const cells: string[] = [];
		for (const {
			contestant: { name },
			server,
		} of running) {
			const answer = await server.ask({ matmul, variant: name, seconds: options.roundSeconds }, options.limitSeconds);
			if (options.json) print(JSON.stringify({ ...answer, matmul, contestant: name, threads: options.threads }));
			cells.push(answer.gflops === undefined ? "-" : `${answer.gflops.toFixed(1)} (${answer.best?.toFixed(1)})`);
		}
		if (!options.json) print(`${matmul}`.padStart(5) + cells.map((cell) => cell.padStart(16)).join(""));
	}
}

/** @returns the exit status: 1 if some contestant did not do equal work */
async function versus(args: readonly string[]): Promise<number> {
	const options = optionsOf(args);
	if (options === undefined) {
		console.log(USAGE);
		return 0;
	}
	const chosen = rivals.filter(({ name }) => options.rivals.includes(name));
	// PyTorch multiplies with OpenBLAS, which is the rival itself here.
	const opponents = options.matmul ? [openblas, ...chosen.filter(({ name }) => name !== "torch")] : chosen;
	const contestants = present([...opponents, ...options.executors.map(gradus)], console.error);
	const dataFolder = mkdtempSync(join(tmpdir(), "gradus-versus-"));
	const running = contestants.map((contestant) => ({
		contestant,
		server: new Server(contestant.command({ dataFolder, threads: options.threads })),
	}));
	try {
		if (options.matmul) {
			await versusMatmul(options, running, console.log);
			return 0;
		}
		for (const work of options.only) writeWork(work, dataFolder);
		return (await versusWorks(options, running, console.log)) ? 0 : 1;
	} finally {
		for (const { server } of running) server.stop();
		rmSync(dataFolder, { recursive: true, force: true });
	}
}

try {
	process.exitCode = await versus(process.argv.slice(2));
} catch (error) {
	if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
	console.error(`${error.message}\n\n${USAGE}`); // of an argument
	process.exitCode = 2;
}
