/** The command line. Commands are loaded when they are called, so that `--help` is quick. */
import { Command, CommanderError, Option } from "commander";
import { GradusError } from "../core/errors.ts";
import { integerOption } from "../core/options.ts";
import { gradusVersion } from "../core/version.ts";
import { reportError, USER_ERROR } from "./errors.ts";
import { choiceFlag, numberFlag } from "./flag-values.ts";
import { withOwnName } from "./own-name.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { addTrainingFlags } from "./training-flags.ts";

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
		if (error instanceof GradusError) return reportError(error, makeTerminal(false), args.includes("--debug"));
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
	const { screen, ownName } = state.makeTerminal(false);
	const writeErr = (text: string): void => screen.write(text);
	// Before commands are added, for they inherit it.
	const cli = new Command("gradus")
		.configureOutput({ writeErr, outputError: (text, write) => write(inOurWords(text)) })
		.description("Trains neural networks: from a file to a model that predicts.")
		.version(gradusVersion, "-v, --version")
		.option("--debug", "show the stack of errors")
		.showSuggestionAfterError()
		.showHelpAfterError(withOwnName("  Try: gradus --help, or gradus <command> --help.", ownName))
		.addHelpText(
			"after",
			examplesText(["gradus train digits", "gradus train titanic.csv --target survived", "gradus predict runs/titanic-1 new.csv"], ownName),
		)
		.exitOverride();
	addTrain(cli, state, ownName);
	addRunCommands(cli, state);
	addDataCommands(cli, state);
	return cli;
}

/** Commander's errors as ours begin. */
function inOurWords(text: string): string {
	return text.replace(/^error: option '(.+)' argument missing/, "gradus: $1: its value is missing.").replace(/^error: /, "gradus: ");
}

function examplesText(commands: readonly string[], ownName: string): string {
	return `\nExamples:\n${commands.map((command) => `  ${withOwnName(command, ownName)}`).join("\n")}`;
}

function addTrain(cli: Command, state: CliState, ownName: string): void {
	const act = actOf(cli, state);
	const data = "a CSV, Parquet or JSON-lines file, a folder of images, digits, iris, or a config";
	addTrainingFlags(cli.command("train").argument("[data]", data), { trains: true })
		.description("Trains a model and scores it.")
		.option("--out <folder>", "where runs are kept", "runs")
		.option("--json", "one JSON record an epoch, the result last")
		.addHelpText("after", examplesText(TRAIN_EXAMPLES, ownName))
		.action((data: string | undefined, flags) =>
			act(flags, async (terminal) => (await import("./commands/train.ts")).train(data, flags, terminal)),
		);
	cli
		.command("resume")
		.description("Goes on with an interrupted run, with the bits of an uninterrupted one.")
		.argument("<run>", "a run's folder")
		.option("--json", "one JSON record an epoch, the result last")
		.action((run: string, flags) => act(flags, async (terminal) => (await import("./commands/train.ts")).resume(run, terminal)));
	addTrainingFlags(cli.command("lr-find").argument("[data]", "as for train"))
		.description("Finds a learning rate: raises it step by step and watches the loss.")
		.option("--steps <n>", "steps of the test", numberFlag(integerOption("", undefined, { min: 20 }), "--steps 200"), 200)
		.option("--plot <file>", "where the figure goes, an SVG file")
		.option("--json", "as JSON: { suggestion, largest, tried }")
		.action((data: string | undefined, flags) =>
			act(flags, async (terminal) => (await import("./commands/lr-find.ts")).lrFind(data, flags, terminal)),
		);
	addTrainingFlags(cli.command("summary").argument("[data]", "as for train"))
		.description("Shows a model's layers, shapes, parameters and cost without training it.")
		.option("--json", "as JSON")
		.action((data: string | undefined, flags) =>
			act(flags, async (terminal) => (await import("./commands/summary.ts")).showSummary(data, flags, terminal)),
		);
}

const TRAIN_EXAMPLES = [
	"gradus train titanic.csv --target survived --test 0.1",
	"gradus train houses.csv --target price --model mlp:64x2 --epochs 50 --patience 5",
	"gradus train photos/",
	"gradus train gradus.config.ts --lr 0.001",
];

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
		.addOption(
			new Option("--format <format>", "of the predictions: csv or jsonl").argParser(choiceFlag(["csv", "jsonl"], "--format jsonl")),
		)
		.addOption(
			new Option("--input-format <format>", "of standard input: csv, tsv or jsonl").argParser(
				choiceFlag(["csv", "tsv", "jsonl"], "--input-format jsonl"),
			),
		)
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
		.argument("<run>", "a run's folder")
		.option("--json", "as JSON")
		.action((run: string, flags) => act(flags, async (terminal) => (await import("./commands/runs.ts")).show(run, terminal)));
	runs
		.command("compare")
		.description("Runs side by side.")
		.argument("<runs...>", "folders of runs")
		.option("--json", "as JSON")
		.action((paths: string[], flags) => act(flags, async (terminal) => (await import("./commands/runs.ts")).compare(paths, terminal)));
	runs
		.command("remove")
		.description("Removes runs and everything in their folders: all that are named, or none if one of them cannot be.")
		.argument("<runs...>", "folders of runs")
		.option("--json", "as JSON")
		.action((paths: string[], flags) => act(flags, async (terminal) => (await import("./commands/runs.ts")).remove(paths, terminal)));
	cli
		.command("report")
		.description("Writes a run's HTML report.")
		.argument("<run>", "a run's folder")
		.option("--text", "in words, to the terminal")
		.option("--json", "writes it and prints what it comes to as JSON")
		.addHelpText("after", REPORT_JSON)
		.action((run: string, flags) => act(flags, async (terminal) => (await import("./commands/report.ts")).report(run, flags, terminal)));
}

const REPORT_JSON = `
With --json, one object:
  report     the path of the HTML file
  run, end   the run's folder, and why it ended: "finished", "early stopping", …; null if it has not
  scores     { validation, test }, each { loss, accuracy, … }; null without such data
  diagnoses  [{ kind, evidence, advice }], the gravest first; kind "fine" alone if nothing is wrong`;

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
			state.code = reportError(error, terminal, cli.opts().debug === true);
		}
	};
}
