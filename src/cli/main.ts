#!/usr/bin/env node
/** The command line. Commands are loaded when they are called, so that `--help` is quick. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { gradusVersion } from "../core/version.ts";
import { INTERNAL_ERROR, reportError, USER_ERROR } from "./errors.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

type Run = (terminal: Terminal) => Promise<number | undefined>;

function program(): Command {
	const cli = new Command("gradus")
		.description("Trains neural networks: from a file to a model that predicts.")
		.version(gradusVersion, "-v, --version")
		.option("--debug", "show the stack of errors")
		.showSuggestionAfterError()
		.showHelpAfterError("Try: gradus --help, or gradus <command> --help.")
		.exitOverride();
	addTrain(cli);
	addRunCommands(cli);
	addDataCommands(cli);
	return cli;
}

const whole = (text: string): number => {
	const value = Number(text);
	if (!Number.isInteger(value)) throw new InvalidArgumentError(`expected a whole number, received "${text}".`);
	return value;
};
const number = (text: string): number => {
	const value = Number(text);
	if (text.trim() === "" || Number.isNaN(value)) throw new InvalidArgumentError(`expected a number, received "${text}".`);
	return value;
};
const list = (text: string): string[] => text.split(",").map((part) => part.trim());
const shareOrPath = (text: string): number | string => (Number.isNaN(Number(text)) ? text : Number(text));

/** Flags that say what is trained and how; `train`, `lr-find` and `summary` share them. */
function withTrainingFlags(command: Command): Command {
	return command
		.option("-t, --target <column>", "column to predict; several numbers: a,b")
		.addOption(new Option("--task <task>", "what is predicted; found by itself").choices(["classes", "values"]))
		.option("--exclude <columns>", "columns to leave out, a,b", list)
		.option("-m, --model <model>", "mlp:256x3, cnn, resnet:14, …")
		.option("-e, --epochs <n>", "passes over the training data", whole)
		.option("-b, --batch-size <n>", 'examples of a step, or "all"', (text) => (text === "all" ? "all" : whole(text)))
		.option("--lr <rate>", "learning rate", number)
		.option("-o, --optimizer <name>", "adamW, sgd, lion, …")
		.option("--schedule <name>", 'oneCycle, cosine, … or "none"')
		.option("--loss <name>", "crossEntropy, huber, …")
		.option("-s, --seed <n>", "seed of everything random", whole)
		.option("--validation <share>", "share of the examples that judge while training", number)
		.option("--test <share or path>", "share kept for the test, or a file of test data", shareOrPath)
		.option("--patience <epochs>", "epochs without improvement before training stops", whole)
		.addOption(new Option("--executor <name>", "what computes").choices(["auto", "native", "wasm", "reference"]))
		.option("--threads <n>", "threads of the executor", whole)
		.option("--deterministic", "the same bits on every machine")
		.option("-c, --config <file>", "config in TypeScript or YAML; flags come on top");
}

function addTrain(cli: Command): void {
	withTrainingFlags(
		cli.command("train").argument("[data]", "a CSV, Parquet or JSON-lines file, a folder of images, digits, iris, or a config"),
	)
		.description("Trains a model and scores it.")
		.option("--folds <n>", "cross-validate with so many parts", whole)
		.option("--out <folder>", "where runs are kept", "runs")
		.option("--keep-leaks", "train with columns that say what is to be predicted")
		.option("--json", "one JSON record an epoch, the result last")
		.action((data: string | undefined, flags) =>
			act(cli, flags, async (terminal) => (await import("./commands/train.ts")).train(data, flags, terminal)),
		);
	cli
		.command("resume")
		.description("Goes on with an interrupted run, with the bits of an uninterrupted one.")
		.argument("<run>", "a run's folder")
		.option("--json", "one JSON record an epoch, the result last")
		.action((run: string, flags) => act(cli, flags, async (terminal) => (await import("./commands/train.ts")).resume(run, terminal)));
	withTrainingFlags(cli.command("lr-find").argument("[data]", "as for train"))
		.description("Finds a learning rate: raises it step by step and watches the loss.")
		.option("--steps <n>", "steps of the test", whole, 200)
		.option("--plot <file>", "where the figure goes, an SVG file")
		.option("--json", "as JSON")
		.action((data: string | undefined, flags) =>
			act(cli, flags, async (terminal) => (await import("./commands/lr-find.ts")).lrFind(data, flags, terminal)),
		);
	withTrainingFlags(cli.command("summary").argument("[data]", "as for train"))
		.description("Shows a model's layers, shapes, parameters and cost without training it.")
		.option("--json", "as JSON")
		.action((data: string | undefined, flags) =>
			act(cli, flags, async (terminal) => (await import("./commands/summary.ts")).showSummary(data, flags, terminal)),
		);
}

function addRunCommands(cli: Command): void {
	cli
		.command("evaluate")
		.description("Scores a trained model on labelled data.")
		.argument("<run>", "a run's folder")
		.argument("<data>", "a file or folder like the training data")
		.option("--json", "as JSON")
		.action((run: string, data: string, flags) =>
			act(cli, flags, async (terminal) => (await import("./commands/evaluate.ts")).evaluateRun(run, data, terminal)),
		);
	cli
		.command("predict")
		.description("Predicts with a trained model.")
		.argument("<run>", "a run's folder")
		.argument("<data>", "CSV, JSON lines, an image or a folder of images; - for standard input")
		.option("--out <file>", "where predictions go; default standard output")
		.addOption(new Option("--format <format>", "of the predictions").choices(["csv", "jsonl"]))
		.addOption(new Option("--input-format <format>", "of standard input").choices(["csv", "tsv", "jsonl"]))
		.option("--json", "as --format jsonl")
		.action((run: string, data: string, flags) =>
			act(cli, flags, async (terminal) => (await import("./commands/predict.ts")).predict(run, data, flags, terminal)),
		);
	const runs = cli.command("runs").description("Lists, shows, compares and removes runs.");
	const runsIn = (command: Command): Command => command.option("--out <folder>", "where runs are kept", "runs").option("--json", "as JSON");
	runsIn(runs.command("list", { isDefault: true }).description("All runs, the latest last.")).action((flags) =>
		act(cli, flags, async (terminal) => (await import("./commands/runs.ts")).listAll(flags.out, terminal)),
	);
	runs
		.command("show")
		.description("One run in words.")
		.argument("<run>")
		.option("--json", "as JSON")
		.action((run: string, flags) => act(cli, flags, async (terminal) => (await import("./commands/runs.ts")).show(run, terminal)));
	runs
		.command("compare")
		.description("Runs side by side.")
		.argument("<runs...>")
		.option("--json", "as JSON")
		.action((paths: string[], flags) => act(cli, flags, async (terminal) => (await import("./commands/runs.ts")).compare(paths, terminal)));
	runs
		.command("remove")
		.description("Removes runs and everything in their folders.")
		.argument("<runs...>")
		.option("--json", "as JSON")
		.action((paths: string[], flags) => act(cli, flags, async (terminal) => (await import("./commands/runs.ts")).remove(paths, terminal)));
	cli
		.command("report")
		.description("Writes a run's HTML report.")
		.argument("<run>", "a run's folder")
		.option("--text", "in words, to the terminal")
		.option("--json", "as JSON")
		.action((run: string, flags) =>
			act(cli, flags, async (terminal) => (await import("./commands/report.ts")).report(run, flags, terminal)),
		);
}

function addDataCommands(cli: Command): void {
	cli
		.command("data")
		.description("Shows how Gradus sees a file: types, missing cells, ranges, what is suspicious.")
		.argument("<file>", "CSV, TSV, Parquet or JSON lines")
		.option("-t, --target <column>", "also look for columns that give it away")
		.option("--json", "as JSON")
		.action((file: string, flags) =>
			act(cli, flags, async (terminal) => (await import("./commands/data.ts")).showData(file, flags, terminal)),
		);
	cli
		.command("schema")
		.description("Prints the JSON Schema of configs, for editors.")
		.action((flags) => act(cli, flags, async (terminal) => (await import("./commands/info.ts")).schema(terminal)));
	cli
		.command("info")
		.description("Version, executors found, threads.")
		.option("--json", "as JSON")
		.action((flags) => act(cli, flags, async (terminal) => (await import("./commands/info.ts")).info(terminal)));
}

async function act(cli: Command, flags: { json?: boolean }, run: Run): Promise<void> {
	const terminal = processTerminal(flags.json === true);
	try {
		process.exitCode = (await run(terminal)) ?? 0;
	} catch (error) {
		process.exitCode = reportError(error, { debug: cli.opts().debug === true, write: terminal.screen.write });
	}
}

try {
	await program().parseAsync();
} catch (error) {
	if (!(error instanceof CommanderError)) throw error;
	// Help and version end with 0, wrong usage with the user's code.
	process.exitCode = error.exitCode === 0 ? 0 : error.exitCode === 1 ? USER_ERROR : INTERNAL_ERROR;
}
