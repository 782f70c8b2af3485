/** From flags and config files to a config: files first, flags over them. */
import { resolve } from "node:path";
import { ConfigError, parseRunConfig } from "../config/parse.ts";
import type { ConfigProblem } from "../config/problems.ts";
import type { RunConfig } from "../config/run-config.ts";
import { ArgumentError } from "../core/errors.ts";
import { defaultOptimizer } from "../project/defaults.ts";
import { configNameIn, isConfigName, readConfig } from "./config-file.ts";
import { flagName, type TrainingFlag, type TrainingFlagValues, trainingFlags } from "./training-flags.ts";

/** What a config can be told by flags. */
export interface TrainFlags extends TrainingFlagValues {
	readonly config?: string;
}

/**
 * The config of a run: from a config file (named, given in place of data, or found in the folder) with the flags laid over it.
 *
 * @throws ConfigError with every problem, each at its flag or its place in the file
 */
export async function configFromFlags(data: string | undefined, flags: TrainFlags, folder = process.cwd()): Promise<RunConfig> {
	const isConfig = data !== undefined && isConfigName(data);
	const file = flags.config ?? (isConfig ? data : data === undefined ? configNameIn(folder) : undefined);
	if (data === undefined && file === undefined) {
		throw new ArgumentError(
			"What is to be trained on?\n  Try: gradus train digits, gradus train data.csv --target column, or a gradus.config.ts.",
		);
	}
	const base = file === undefined ? {} : await readConfig(resolve(folder, file), file);
	const given = givenFlags(flags);
	refuseEmpty(given);
	const whole = overlaid(isConfig || data === undefined ? base : at(base, ["data", "source"], data), given);
	try {
		return parseRunConfig(whole);
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		throw atFlags(error, given, file);
	}
}

/** A flag, and the value that it was given. */
interface GivenFlag extends TrainingFlag {
	readonly value: unknown;
}

function givenFlags(flags: TrainFlags): GivenFlag[] {
	return Object.entries<TrainingFlag>(trainingFlags).flatMap(([name, flag]) => {
		const value = flags[name as keyof TrainingFlagValues];
		// Commander says true where --no-header was not given.
		const isGiven = value !== undefined && !(flag.usage.startsWith("--no-") && value === true);
		if (!isGiven) return [];
		return [{ ...flag, value: typeof value === "string" && flag.read !== undefined ? flag.read(value) : value }];
	});
}

/** @throws ConfigError for each flag that was given an empty text, which no flag takes */
function refuseEmpty(given: readonly GivenFlag[]): void {
	const empty = given.filter(({ value }) => [value].flat().every((part) => part === ""));
	if (empty.length === 0) return;
	const text = "its value is empty. Where it comes from a variable of the shell, that may not be set.";
	throw new ConfigError(
		"What was asked for",
		empty.map((flag) => ({ place: flagName(flag), text, example: flag.example })),
	);
}

/** The config with the flags over it; flags that set an option of a technique come last, for it is that of the technique there is. */
function overlaid(base: Record<string, unknown>, given: readonly GivenFlag[]): Record<string, unknown> {
	let config = base;
	for (const { place, value } of given.filter(({ option }) => option === undefined)) config = at(config, place, value);
	for (const { place, option, value } of given) {
		if (option !== undefined) config = at(config, place, withOption(config[place[0]] ?? defaultOptimizer, option, value));
	}
	return config;
}

/** A copy with a value at a place; what is no object on the way there stays, for the check to refuse. */
function at(config: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
	if (rest.length === 0) return { ...config, [name]: value };
	const inner = config[name] ?? {};
	if (typeof inner !== "object" || Array.isArray(inner)) return config;
	return { ...config, [name]: at(inner as Record<string, unknown>, rest, value) };
}

/** A technique with another value of one option; what names none stays, for the check to refuse. */
function withOption(named: unknown, option: string, value: unknown): unknown {
	if (typeof named === "string") return { [named]: { [option]: value } };
	if (typeof named !== "object" || named === null || Object.keys(named).length !== 1) return named;
	const [[name, options]] = Object.entries(named);
	return { [name]: { ...(options as object), [option]: value } };
}

/** The same error, where problems of what flags set stand at those. */
function atFlags({ problems }: ConfigError, given: readonly GivenFlag[], file: string | undefined): ConfigError {
	const placed = problems.map((problem) => {
		const flag = flagOf(problem, given);
		return flag === undefined ? problem : { place: flagName(flag), text: problem.text, example: flag.example };
	});
	const ofFile = file === undefined ? 0 : placed.filter((problem) => problems.includes(problem)).length;
	if (ofFile === 0) return new ConfigError("What was asked for", placed);
	return new ConfigError(ofFile < placed.length ? `${file} with these flags` : `${file}`, placed);
}

/** Which flag a problem is about: the one that set its place; of several, the one whose option the text names. */
function flagOf({ place, text }: ConfigProblem, given: readonly GivenFlag[]): GivenFlag | undefined {
	const own = given.filter((flag) => {
		const set = flag.place.join(".");
		return place === set || place.startsWith(`${set}.`) || place.startsWith(`${set}[`);
	});
	const named = own.find(({ option }) => option !== undefined && new RegExp(`\\b${option}\\b`).test(text));
	return named ?? own.find(({ option }) => option === undefined);
}
