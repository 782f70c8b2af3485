/** The command line as people run it: a process, its exit code, what it prints and what it leaves behind. */
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../src/cli/program.ts";
import type { Terminal } from "../src/cli/terminal.ts";

const main = new URL("../src/cli/main.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "gradus-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** As a shell has it, whatever npm set for this test. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));

function gradus(args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Outcome> {
	return new Promise((resolve) => {
		const nodeArgs = ["--conditions=gradus-source", main, ...args];
		const settings = { cwd: folder, maxBuffer: 1e8, env: { ...environment, ...options.env } };
		const child = execFile(process.execPath, nodeArgs, settings, (error, out, err) => {
			resolve({ code: error === null ? 0 : Number(error.code), out, err });
		});
		child.stdin?.end(options.input ?? "");
	});
}

/** The same without a process, where only messages and exit codes matter. */
async function inProcess(args: readonly string[]): Promise<Outcome> {
	let [out, err] = ["", ""];
	const terminal = (json: boolean): Terminal => ({
		json,
		ownName: "gradus",
		out: (text) => {
			out += `${text}\n`;
		},
		screen: {
			interactive: false,
			columns: 100,
			write: (text) => {
				err += text;
			},
		},
	});
	const code = await runCli(args, terminal);
	return { code, out, err };
}

const rows = (count: number, row: (i: number) => string): string => Array.from({ length: count }, (_, i) => row(i)).join("\n");
const write = (name: string, content: string | Uint8Array): string => {
	writeFileSync(join(folder, name), content);
	return name;
};
write(
	"good.csv",
	`size,colour,kind\n${rows(120, (i) => `${i % 2 === 0 ? i % 7 : 20 + (i % 7)},${["red", "blue"][i % 3 === 0 ? 0 : 1]},${i % 2 === 0 ? "small" : "large"}`)}\n`,
);
write("values.csv", `a,b,price\n${rows(150, (i) => `${i % 11},${(i * 7) % 13},${3 * (i % 11) - 2 * ((i * 7) % 13) + 10}`)}\n`);

const [good, values] = [join(folder, "good.csv"), join(folder, "values.csv")];
const split = (words: string): string[] => words.split(" ");

/** Each test starts several processes, which take a second or two each, more on a busy machine. */
const PROCESSES = { timeout: 240_000 };

describe("gradus train, evaluate, predict, runs", PROCESSES, () => {
	it("goes from a file to predictions", async () => {
		const withSize = await gradus(["train", "good.csv", "--target", "kind", "--epochs", "15", "--json", "--test", "0.2", "--keep-leaks"]);
		expect(withSize.code, withSize.err).toBe(0);
		const records = withSize.out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(records.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["start", "epoch", "end", "test", "result"]));
		const result = records.at(-1);
		expect(result).toMatchObject({ kind: "result", reason: "finished" });
		expect(result.test.accuracy).toBe(1);
		expect(readdirSync(join(folder, result.run))).toEqual(
			expect.arrayContaining(["config.yaml", "journal.jsonl", "model.json", "model.safetensors"]),
		);

		const predicted = await gradus(["predict", result.run, "-"], { input: "size,colour\n3,red\n25,blue\n" });
		expect(predicted.err).toBe("");
		const lines = predicted.out.trim().split("\n");
		expect(lines[0]).toBe("class,probability,p(large),p(small)");
		expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(["small", "large"]);
		const asJson = await gradus(["predict", result.run, "-", "--json"], { input: '{"colour":"blue","size":22}\n' });
		expect(JSON.parse(asJson.out)).toMatchObject({ class: "large" });

		const run = join(folder, result.run);
		const odd = await inProcess(["predict", run, join(folder, write("odd.csv", "size,colour\n3,red\n25,green\n,blue\n")), "--json"]);
		expect(
			odd.out
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line)),
		).toHaveLength(3);
		expect(odd.err).toBe(
			'Column "size": 1 of 3 rows has no value.\nColumn "colour": 1 of 3 rows has a value that training had not ("green").\n',
		);
		const scored = await inProcess(["evaluate", run, good, "--json"]);
		expect(JSON.parse(scored.out).scores.accuracy).toBe(1);
		const listed = await inProcess(["runs", "--json", "--out", join(folder, "runs")]);
		expect(JSON.parse(listed.out)).toMatchObject({ name: "good-1", state: "finished" });
	});

	it("repeats a run to the bit from its config, under deterministic", async () => {
		const flags = ["--target", "price", "--epochs", "3", "--deterministic", "--json", "--out", "repeat"];
		const first = await gradus(["train", "values.csv", ...flags]);
		expect(first.code, first.err).toBe(0);
		// In another process, from another folder.
		const second = await inProcess(["train", join(folder, "repeat/values-1/config.yaml"), "--json", "--out", join(folder, "repeat")]);
		expect(second.code, second.err).toBe(0);
		const [a, b] = [1, 2].map((i) => readFileSync(join(folder, `repeat/values-${i}/model.safetensors`)));
		expect(b.equals(a)).toBe(true);
	});

	it("cross-validates", async () => {
		const { code, out, err } = await inProcess(["train", good, ...split("--target kind --epochs 10 --folds 3 --keep-leaks --json")]);
		expect(code, err).toBe(0);
		const records = out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(records.filter(({ kind }) => kind === "fold").length).toBe(3);
		expect(records.at(-1).mean.accuracy).toBeGreaterThan(0.9);
	});

	it("stops on Ctrl-C, saves, and goes on", async () => {
		const args = [
			"--conditions=gradus-source",
			main,
			"train",
			"values.csv",
			"--target",
			"price",
			"--epochs",
			"2000",
			"--schedule",
			"none",
			"--out",
			"stopped",
		];
		const child = spawn(process.execPath, args, { cwd: folder, env: environment });
		let [err, told] = ["", false];
		const code = await new Promise<number | null>((resolve) => {
			child.stderr.on("data", (chunk: Buffer) => {
				err += String(chunk);
				if (!told && err.includes("1/2000")) told = child.kill("SIGINT");
			});
			child.on("close", resolve);
		});
		expect(code, err).toBe(130);
		expect(err).toContain("Go on with: gradus resume stopped/values-1");
		expect((await inProcess(["runs", "--out", join(folder, "stopped"), "--json"])).out).toContain('"state":"interrupted"');
		const predicted = await inProcess(["predict", join(folder, "stopped/values-1"), values]);
		expect(predicted.err).toMatch(/no trained model yet\. It was interrupted after \d+ of 2000 epochs\.\n {2}Try: gradus resume/);
	});

	it("stops cleanly where files may not grow any more, and goes on once they may", async () => {
		const words = split("train values.csv --target price --model mlp:8 --epochs 80 --out limited");
		// Blocks of 512 bytes: a checkpoint fits, the journal of all epochs does not.
		const shell = 'ulimit -f 64; exec "$0" --conditions=gradus-source "$@"';
		const { code, err } = await new Promise<Outcome>((resolve) => {
			execFile("sh", ["-c", shell, process.execPath, main, ...words], { cwd: folder, env: environment }, (error, out, err) =>
				resolve({ code: error === null ? 0 : Number(error.code), out, err }),
			);
		});
		expect(err).toMatch(
			/No checkpoint could be written: the file would be larger.*\nOnce there is room, go on with: gradus resume limited\/values-1\n$/,
		);
		expect(code).toBe(2);
		const run = join(folder, "limited/values-1");
		expect(readdirSync(join(run, "checkpoints")).filter((name) => name.startsWith("step-")).length).toBeGreaterThan(0);
		expect(existsSync(join(run, "model.json"))).toBe(false);
		const resumed = await inProcess(["resume", run]);
		expect(resumed.code, resumed.err).toBe(0);
		expect(resumed.err).toMatch(/^Going on after step \d+/);
		expect(resumed.err).toContain("epoch 80/80");
	});

	it("names commands as they were called", async () => {
		const npm = { npm_lifecycle_event: "gradus", npm_package_json: new URL("../package.json", import.meta.url).pathname };
		expect((await gradus(["train"], { env: npm })).err).toContain("npm run -s gradus -- train digits");
	});
});

describe("columns that give the target away", () => {
	const leaky = join(folder, "leak.csv");
	const out = ["--out", join(folder, "leaks")];
	const flags = ["--target", "y", "--model", "mlp:8", "--epochs", "1"];
	const parameterCount = async (more: readonly string[] = []): Promise<number> =>
		JSON.parse((await inProcess(["summary", leaky, ...flags, "--json", ...more])).out).parameterCount;
	write("leak.csv", `a,again,y\n${rows(200, (i) => `${(i * 37) % 50},${(i * 13) % 5 < 2 ? "yes" : "no"},${(i * 13) % 5 < 2 ? 1 : 0}`)}\n`);

	it("are left out by every command alike, and said so", async () => {
		const trained = await inProcess(["train", leaky, ...flags, ...out, "--deterministic"]);
		expect(trained.code, trained.err).toBe(0);
		const shown = await inProcess(["summary", leaky, ...flags]);
		const searched = await inProcess(["lr-find", leaky, ...flags, "--steps", "20"]);
		for (const { err } of [trained, shown, searched]) {
			expect(err).toMatch(/Possible leak: "again" alone predicts "y".*\n.*Left out: again.*--keep-leaks/);
		}
		expect(trained.err).toContain(`; ${await parameterCount()} parameters;`);
		expect(await parameterCount(["--keep-leaks"])).toBeGreaterThan(await parameterCount());
	});

	it("are kept or left out again by a run's config, which repeats it to the bit", async () => {
		const kept = await inProcess(["train", leaky, ...flags, ...out, "--deterministic", "--keep-leaks"]);
		expect(kept.err).toMatch(/It is kept, as asked/);
		for (const run of ["leak-1", "leak-2"]) {
			const again = await inProcess(["train", join(folder, "leaks", run, "config.yaml"), "--out", join(folder, "again")]);
			expect(again.code, again.err).toBe(0);
		}
		const weights = (...path: string[]): Buffer => readFileSync(join(folder, ...path, "model.safetensors"));
		expect(weights("again/leak-1").equals(weights("leaks/leak-1"))).toBe(true);
		expect(weights("again/leak-2").equals(weights("leaks/leak-2"))).toBe(true);
		expect(weights("leaks/leak-1").length).toBeLessThan(weights("leaks/leak-2").length);
	});
});

describe("what a run is said to have come to", PROCESSES, () => {
	const parent = join(folder, "results");

	it("names the set of each figure, and what can be done next", async () => {
		write("other.csv", `a,b,price\n${rows(40, (i) => `${i % 11},${(i * 5) % 13},${3 * (i % 11) - 2 * ((i * 5) % 13) + 10}`)}\n`);
		const flags = split("--target price --epochs 2 --model mlp:8");
		const { code, out, err } = await inProcess(["train", values, ...flags, "--out", parent, "--test", join(folder, "other.csv")]);
		expect(code, err).toBe(0);
		expect(out).toMatch(/validation .*\(30 examples held back from values\.csv\)\n {2}test .*\(40 examples of other\.csv\)/);
		expect(out).toMatch(/Next:\n {2}gradus predict \S+values-1 new-rows\.csv\n/);
		const same = await inProcess(["train", values, ...flags, "--out", parent, "--test", values]);
		expect(same.err).toMatch(/holds the test data and the training data both/);
	});

	it("is reported as JSON too: where the report lies, scores and diagnoses", async () => {
		const run = join(parent, "values-1");
		const { out, err } = await inProcess(["report", run, "--json"]);
		expect(err).toBe("");
		expect(JSON.parse(out)).toEqual({
			report: join(run, "report.html"),
			run,
			end: "finished",
			scores: {
				validation: expect.objectContaining({ loss: expect.any(Number) }),
				test: expect.objectContaining({ loss: expect.any(Number) }),
			},
			diagnoses: expect.arrayContaining([{ kind: expect.any(String), evidence: expect.any(String), advice: expect.any(String) }]),
		});
		const compared = await inProcess(["runs", "compare", run, join(parent, "values-2")]);
		expect(compared.out).toMatch(/values-1 .*\n.*values-2/);
	});

	it("is removed only with all that is named", async () => {
		const paths = ["values-1", "values-2"].map((name) => join(parent, name));
		const refused = await inProcess(["runs", "remove", paths[0], join(parent, "nope"), paths[1]]);
		expect(refused).toMatchObject({ code: 2, out: "" });
		expect(paths.every((path) => existsSync(path))).toBe(true);
		const removed = await inProcess(["runs", "remove", ...paths]);
		expect(removed.out).toBe(`Removed ${paths[0]}.\nRemoved ${paths[1]}.\n`);
		expect(paths.some((path) => existsSync(path))).toBe(false);
	});
});

describe("gradus data, info, summary, lr-find", PROCESSES, () => {
	it("shows what it sees", async () => {
		const plot = join(folder, "rates.svg");
		const data = await inProcess(["data", join(folder, "good.csv")]);
		const info = await inProcess(["info", "--json"]);
		const summary = await inProcess(["summary", good, ...split("--target kind --exclude size --model mlp:8x2")]);
		const rate = await inProcess(["lr-find", join(folder, "values.csv"), "--target", "price", "--steps", "60", "--json", "--plot", plot]);
		expect(summary.err).toBe("");
		expect(data.out).toMatch(/colour\s+nominal/);
		expect(JSON.parse(info.out)).toMatchObject({ gradus: expect.any(String), executor: { name: expect.any(String) } });
		expect(summary.out).toMatch(/linear 8 → 2/);
		expect(JSON.parse(rate.out).suggestion).toBeGreaterThan(1e-6);
		expect(readFileSync(plot, "utf8")).toContain("<svg");
	});
});

mkdirSync(join(folder, "bad"));
const bad = (name: string, content: string | Uint8Array): string => join(folder, write(`bad/${name}`, content));
mkdirSync(join(folder, "bad/empty-photos"));
mkdirSync(join(folder, "bad/idx"));
bad("idx/train-images-idx3-ubyte", Uint8Array.of(0, 0, 9, 3, 1, 2, 3));
bad("idx/train-labels-idx1-ubyte", Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 1, 0));
const numbered = rows(40, (i) => `${i},7,${i % 2}`);

const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
	["no such file", ["train", "nofile.csv", "--target", "y"], /nofile\.csv: there is no such file or folder/],
	["an empty file", ["train", bad("empty.csv", ""), "--target", "y"], /there is nothing in it/],
	["a header only", ["train", bad("header.csv", "a,b,y\n"), "--target", "y"], /names of columns and no rows/],
	["one class only", ["train", bad("one.csv", "a,y\n1,x\n2,x\n3,x\n4,x\n"), "--target", "y"], /at least two classes, received only "x"/],
	[
		"a constant target",
		["train", bad("flat.csv", `a,y\n${rows(20, (i) => `${i},1.5`)}\n`), "--target", "y"],
		/received 1\.5 in all rows|at least two/,
	],
	["missing targets", ["train", bad("gap.csv", "a,y\n1,0\n2,\n3,1\n4,0\n5,1\n6,0\n7,1\n8,0\n"), "--target", "y"], /--missing-target drop/],
	["duplicate names", ["train", bad("dup.csv", "a,a,y\n1,2,0\n1,2,1\n"), "--target", "y"], /two columns have the same name/],
	["another delimiter", ["train", bad("semi.csv", "a;b;y\n1;2;0\n3;4;1\n"), "--target", "y"], /Try: --delimiter ';'/],
	[
		"Latin-1 bytes",
		["train", bad("latin.csv", Buffer.from("a,y\ncafé,0\nb,1\n", "latin1")), "--target", "y"],
		/line 2: the text is not UTF-8[\s\S]*--encoding latin-1/,
	],
	["a ragged row", ["train", bad("ragged.csv", "a,y\n1,0\n2,1\n3\n"), "--target", "y"], /line 4: the row has too few cells/],
	["a column that is not there", ["train", bad("const.csv", `a,c,y\n${numbered}\n`), "--target", "z"], /there is no column "z" to predict/],
	["a folder without classes", ["train", join(folder, "bad/empty-photos")], /a folder for each of at least two classes/],
	["IDX cut short", ["train", join(folder, "bad/idx")], /expected a header of 16 bytes/],
	["no data", ["train"], /What is to be trained on\?/],
	["one row", ["train", bad("row.csv", "a,y\n1,0\n"), "--target", "y"], /expected rows for the validation part.*\n.*--validation/],
	["a misspelt optimizer", ["train", good, "--target", "kind", "--optimizer", "adm"], /no optimizer "adm"\. Did you mean "adam"/],
	["a misspelt command", ["trian"], /gradus: unknown command 'trian'\n\(Did you mean train\?\)/],
	["a rate that is no number", ["train", good, "--lr", "abc"], /--lr: .*received "abc"\.\n {4}Example: --lr 0\.001/],
	[
		"flags out of their range",
		["train", good, "--batch-size", "-1", "--validation", "2"],
		/--validation: expected .*\n.*\n {2}--batch-size: expected/,
	],
	["a model beyond all depth", ["train", good, "--model", "mlp:8x5000"], /--model: .*at most 1000 layers, received 5000/],
	[
		"a model larger than all memory",
		["train", "digits", "--model", "mlp:99999999"],
		/would have 6,399,999,936 parameters or more.*\n {2}Try: a smaller model/,
	],
	[
		"a flag with an empty value",
		["train", good, "--schedule", ""],
		/--schedule: its value is empty\..*\n {4}Example: --schedule cosine, or --schedule none/,
	],
	["a flag without its value", ["lr-find", good, "--epochs"], /--epochs <n>: its value is missing/],
	["too few steps", ["lr-find", good, "--steps", "2"], /--steps: expected a whole number ≥ 20, received "2"\.\n {2}Example: --steps 200/],
	["another format", ["predict", "nowhere", good, "--format", "xml"], /--format: expected one of csv, jsonl, received "xml"/],
	["no such config", ["train", "--config", join(folder, "none.yaml")], /none\.yaml cannot be used:\n {2}there is no such file/],
	[
		"no such test data",
		["train", good, "--target", "kind", "--test", join(folder, "goood.csv")],
		/no such file or folder[\s\S]*Try: .*good\.csv/,
	],
	["no data at all of that name", ["data", join(folder, "value.csv")], /no such file or folder[\s\S]*Try: .*values\.csv/],
	["a report of what is no run", ["report", folder], /this is no run folder/],
	["no folder for the figure", ["lr-find", good, "--plot", join(folder, "none/a.svg")], /--plot \S+a\.svg: there is no folder/],
	["no folder for predictions", ["predict", "nowhere", good, "--out", join(folder, "none/p.csv")], /--out \S+p\.csv: there is no folder/],
	[
		"a folder of runs that cannot be",
		["train", good, "--target", "kind", "--epochs", "1", "--out", join(good, "x")],
		/x: a part of the path is a file/,
	],
	["a run that is not there", ["resume", "nowhere"], /no run folder/],
	["a model that is not there", ["predict", "nowhere", good], /nowhere: there is no such folder.*\n.*gradus runs lists the runs/],
];

describe("gradus says what is wrong and leaves nothing behind", PROCESSES, () => {
	it.each(mistakes)("%s", async (_, args, message) => {
		const { code, err } = await inProcess([
			...args,
			...(args[0] === "train" && !args.includes("--out") ? ["--out", join(folder, "none")] : []),
		]);
		expect(err).toMatch(message);
		expect(err).not.toMatch(/\n\s+at /);
		expect(err.split("\n").length).toBeLessThan(25);
		expect(code).toBe(2);
		expect(existsSync(join(folder, "none"))).toBe(false);
	});
});
