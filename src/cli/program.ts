/** The command line. Commands are loaded when they are called, so that `--help` is quick. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { gradusVersion } from "../core/version.ts";
import { reportError, USER_ERROR } from "./errors.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

type Run = (terminal: Terminal) => Promise<number | undefined>;

/** Makes the terminal of a command; `json` where results are to be JSON lines. */
type MakeTerminal = (json: boolean) => Terminal;

/**
 * Runs a command line.
 *
 * @param args - without the program's name, as `["train", "digits"]`
 * @returns the exit code: 0, 2 for the user's mistake, 1 for ours, 130 where Ctrl-C ended it
 */
export async function runCli(args: readonly string[], makeTerminal: MakeTerminal = processTerminal): Promise<number> {
	const state = { code: 0, makeTerminal };
	try {
		await program(state).parseAsync(args, { from: "user" });
		return state.code;
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		// Help and version end with 0, wrong usage with the user's code.
		return error.exitCode === 0 ? 0 : USER_ERROR;
	}
}

/** What a command leaves. */
interface CliState {
	code: number;
	readonly makeTerminal: MakeTerminal;
}

function program(state: CliState): Command {
	const write = (text: string): void => state.makeTerminal(false).screen.write(text);
	// Before commands are added, for they inherit it.
	const cli = new Command("gradus")
		.configureOutput({ writeErr: write })
		.description("Trains neural networks: from a file to a model that predicts.")
		.version(gradusVersion, "-v, --version")
		.option("--debug", "show the stack of errors")
		.showSuggestionAfterError()
		.showHelpAfterError("Try: gradus --help, or gradus <command> --help.")
		.exitOverride();
	addTrain(cli, state);
	addRunCommands(cli, state);
	addDataCommands(cli, state);
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
		.option("--split <how>", "random, stratified, group:<column> or time:<column>")
		.option("--delimiter <character>", "between cells; found by itself")
		.addOption(new Option("--encoding <name>", "of text files").choices(["utf-8", "latin-1"]))
		.option("--no-header", "the first line holds values")
		.addOption(new Option("--missing-target <what>", "what happens to rows without target").choices(["error", "drop"]))
		.option("--validation <share>", "share of the examples that judge while training", number)
		.option("--test <share or path>", "share kept for the test, or a file of test data", shareOrPath)
		.option("--patience <epochs>", "epochs without improvement before training stops", whole)
		.addOption(new Option("--executor <name>", "what computes").choices(["auto", "native", "wasm", "reference"]))
		.option("--threads <n>", "threads of the executor", whole)
		.option("--deterministic", "the same bits on every machine")
		.option("-c, --config <file>", "config in TypeScript or YAML; flags come on top");
}

function addTrain(cli: Command, state: CliState): void {
	const act = actOf(cli, state);
	withTrainingFlags(
		cli.command("train").argument("[data]", "a CSV, Parquet or JSON-lines file, a folder of images, digits, iris, or a config"),
	)
		.description("Trains a model and scores it.")
		.option("--folds <n>", "cross-validate with so many parts", whole)
		.option("--out <folder>", "where runs are kept", "runs")
		.option("--keep-leaks", "train with columns that say what is to be predicted")
		.option("--json", "one JSON record an epoch, the result last")
		.action((data: string | undefined, flags) =>
			act(flags, async (terminal) => (await import("./commands/train.ts")).train(data, flags, terminal)),
		);
	cli
		.command("resume")
		.description("Goes on with an interrupted run, with the bits of an uninterrupted one.")
		.argument("<run>", "a run's folder")
		.option("--json", "one JSON record an epoch, the result last")
		.action((run: string, flags) => act(flags, async (terminal) => (await import("./commands/train.ts")).resume(run, terminal)));
	withTrainingFlags(cli.command("lr-find").argument("[data]", "as for train"))
		.description("Finds a learning rate: raises it step by step and watches the loss.")
		.option("--steps <n>", "steps of the test", whole, 200)
		.option("--plot <file>", "where the figure goes, an SVG file")
		.option("--json", "as JSON")
		.action((data: string | undefined, flags) =>
			act(flags, async (terminal) => (await import("./commands/lr-find.ts")).lrFind(data, flags, terminal)),
		);
	withTrainingFlags(cli.command("summary").argument("[data]", "as for train"))
		.description("Shows a model's layers, shapes, parameters and cost without training it.")
		.option("--json", "as JSON")
		.action((data: string | undefined, flags) =>
			act(flags, async (terminal) => (await import("./commands/summary.ts")).showSummary(data, flags, terminal)),
		);
}

function addRunCommands(cli: Command, state: CliState): void {
	const act = actOf(cli, state);
	cli
		.command("evaluate")
		.description("Scores a trained model on labelled data.")
		.argument("<run>", "a run's folder")
		.argument("<data>", "a file or folder like the training data")
		.option("--json", "as JSON")
		.action((run: string, data: string, flags) =>
			act(flags, async (terminal) => (await import("./commands/evaluate.ts")).evaluateRun(run, data, terminal)),
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
			act(flags, async (terminal) => (await import("./commands/predict.ts")).predict(run, data, flags, terminal)),
		);
	const runs = cli.command("runs").description("Lists, shows, compares and removes runs.");
	const runsIn = (command: Command): Command => command.option("--out <folder>", "where runs are kept", "runs").option("--json", "as JSON");
	runsIn(runs.command("list", { isDefault: true }).description("All runs, the latest last.")).action((flags) =>
		act(flags, async (terminal) => (await import("./commands/runs.ts")).listAll(flags.out, terminal)),
	);
	runs
		.command("show")
		.description("One run in words.")
		.argument("<run>")
		.option("--json", "as JSON")
		.action((run: string, flags) => act(flags, async (terminal) => (await import("./commands/runs.ts")).show(run, terminal)));
	runs
		.command("compare")
		.description("Runs side by side.")
		.argument("<runs...>")
		.option("--json", "as JSON")
		.action((paths: string[], flags) => act(flags, async (terminal) => (await import("./commands/runs.ts")).compare(paths, terminal)));
	runs
		.command("remove")
		.description("Removes runs and everything in their folders.")
		.argument("<runs...>")
		.option("--json", "as JSON")
		.action((paths: string[], flags) => act(flags, async (terminal) => (await import("./commands/runs.ts")).remove(paths, terminal)));
	cli
		.command("report")
		.description("Writes a run's HTML report.")
		.argument("<run>", "a run's folder")
		.option("--text", "in words, to the terminal")
		.option("--json", "as JSON")
		.action((run: string, flags) => act(flags, async (terminal) => (await import("./commands/report.ts")).report(run, flags, terminal)));
}

function addDataCommands(cli: Command, state: CliState): void {
	const act = actOf(cli, state);
	cli
		.command("data")
		.description("Shows how Gradus sees a file: types, missing cells, ranges, what is suspicious.")
		.argument("<file>", "CSV, TSV, Parquet or JSON lines")
		.option("-t, --target <column>", "also look for columns that give it away")
		.option("--json", "as JSON")
		.action((file: string, flags) => act(flags, async (terminal) => (await import("./commands/data.ts")).showData(file, flags, terminal)));
	cli
		.command("experiment")
		.description("Runs classical experiments of the field and compares with the known results; list shows them.")
		.argument("[names...]", "names, all or list", ["list"])
		.option("--seed <n>", "the first seed")
		.option("--seeds <n>", "how many seeds; bands instead of single lines")
		.option("--quick", "small sizes, for a first look")
		.option("--mnist <folder>", "MNIST's IDX files; digits take their place where there are none")
		.option("--processes <n>", "processes side by side")
		.option("--out <folder>", "where reports go", "experiments")
		.action((names: string[], flags: Record<string, string | true>) => {
			const words = Object.entries(flags).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value]));
			return act({}, async () => (await import("./commands/experiment.ts")).experiment([...names, ...words]));
		});
	cli
		.command("schema")
		.description("Prints the JSON Schema of configs, for editors.")
		.action((flags) => act(flags, async (terminal) => (await import("./commands/info.ts")).schema(terminal)));
	cli
		.command("info")
		.description("Version, executors found, threads.")
		.option("--json", "as JSON")
		.action((flags) => act(flags, async (terminal) => (await import("./commands/info.ts")).info(terminal)));
}

/** Runs a command's work and turns what it throws into a message and an exit code. */
function actOf(cli: Command, state: CliState): (flags: { json?: boolean }, run: Run) => Promise<void> {
	return async (flags, run) => {
		const terminal = state.makeTerminal(flags.json === true);
		try {
			state.code = (await run(terminal)) ?? 0;
		} catch (error) {
			state.code = reportError(error, { debug: cli.opts().debug === true, write: terminal.screen.write });
		}
	};
}
