/** From flags and config files to a config: files first, flags over them. */
import { existsSync, readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse as parseYaml } from "yaml";
import { ConfigError, parseRunConfig } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import { ArgumentError } from "../core/errors.ts";

/** What `gradus train` can be told by flags. */
export interface TrainFlags {
	readonly target?: string;
	readonly task?: string;
	readonly exclude?: readonly string[];
	readonly model?: string;
	readonly epochs?: number;
	readonly batchSize?: number | "all";
	readonly lr?: number;
	readonly optimizer?: string;
	readonly schedule?: string;
	readonly loss?: string;
	readonly seed?: number;
	readonly validation?: number;
	readonly test?: number | string;
	readonly folds?: number;
	readonly split?: string;
	readonly delimiter?: string;
	readonly encoding?: string;
	readonly header?: boolean;
	readonly missingTarget?: string;
	readonly patience?: number;
	readonly executor?: string;
	readonly threads?: number;
	readonly deterministic?: boolean;
	readonly config?: string;
}

/** Config files that are found by themselves, in this order. */
const CONFIG_NAMES = ["gradus.config.ts", "gradus.config.js", "gradus.config.yaml", "gradus.config.yml"];

/** Endings of files that are configs and not data. */
const CONFIG_ENDINGS = new Set([".ts", ".js", ".mjs", ".yaml", ".yml"]);

/**
 * The config of a run: from a config file (named, given in place of data, or found in the folder) with the flags laid over it.
 *
 * @throws ConfigError with every problem and its place
 */
export async function configFromFlags(data: string | undefined, flags: TrainFlags, folder = process.cwd()): Promise<RunConfig> {
	const isConfig = data !== undefined && CONFIG_ENDINGS.has(extname(data)) && existsSync(resolve(folder, data));
	const found = data === undefined ? CONFIG_NAMES.find((name) => existsSync(resolve(folder, name))) : undefined;
	const file = flags.config ?? (isConfig ? data : found);
	const base = file === undefined ? {} : await readConfig(resolve(folder, file));
	if (data === undefined && file === undefined) {
		throw new ArgumentError(
			"What is to be trained on?\n  Try: gradus train digits, gradus train data.csv --target column, or a gradus.config.ts.",
		);
	}
	const layered = overlay(base, flags, isConfig ? undefined : data);
	return parseRunConfig(layered, file === undefined ? "What was asked for" : file);
}

/** Reads a config file: TypeScript, JavaScript, YAML or JSON. @throws ConfigError if it holds no config */
export async function readConfig(path: string): Promise<Record<string, unknown>> {
	const value = /\.[mc]?[jt]s$/.test(path) ? ((await import(pathToFileURL(path).href)) as { default?: unknown }).default : readYaml(path);
	if (typeof value !== "object" || value === null || Array.isArray(value)) {
		throw new ConfigError(path, [{ place: "", text: "expected a config, an object (in TypeScript the default export)." }]);
	}
	return value as Record<string, unknown>;
}

function readYaml(path: string): unknown {
	try {
		return parseYaml(readFileSync(path, "utf8"));
	} catch (error) {
		throw new ConfigError(path, [{ place: "", text: (error as Error).message }]);
	}
}

/** Flags over a config; what a flag does not say stays. */
function overlay(base: Record<string, unknown>, flags: TrainFlags, source: string | undefined): Record<string, unknown> {
	const part = (name: string, values: Record<string, unknown>): Record<string, unknown> => {
		const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
		return { [name]: { ...(base[name] as object | undefined), ...given } };
	};
	const { epochs, batchSize, patience, executor, threads, deterministic } = flags;
	const target = flags.target?.includes(",") ? flags.target.split(",") : flags.target;
	const whole: Record<string, unknown> = {
		...base,
		...part("data", {
			source,
			target,
			task: flags.task,
			exclude: flags.exclude,
			validation: flags.validation,
			test: flags.test,
			folds: flags.folds,
			split: splitOf(flags.split),
			delimiter: flags.delimiter === "\\t" ? "\t" : flags.delimiter,
			encoding: flags.encoding,
			// Commander says true where --no-header was not given.
			header: flags.header === false ? false : undefined,
			missingTarget: flags.missingTarget,
		}),
		...part("training", { epochs, batchSize, patience }),
		...part("machine", { executor, threads, deterministic }),
	};
	const own = { model: flags.model, loss: flags.loss, schedule: flags.schedule === "none" ? null : flags.schedule, seed: flags.seed };
	for (const [name, value] of Object.entries(own)) if (value !== undefined) whole[name] = value;
	const optimizer = optimizerOf(base.optimizer, flags);
	if (optimizer !== undefined) whole.optimizer = optimizer;
	return whole;
}

/** `group:customer` and `time:day` name a column. */
function splitOf(text: string | undefined): unknown {
	const [, kind, column] = /^(group|time):(.+)$/.exec(text ?? "") ?? [];
	return kind === undefined ? text : { [kind]: column };
}

/** `--lr` changes the rate of whatever optimizer there is. */
function optimizerOf(base: unknown, { optimizer, lr }: TrainFlags): unknown {
	const named = optimizer ?? base;
	if (lr === undefined) return named;
	if (typeof named === "object" && named !== null) {
		const [[name, options]] = Object.entries(named);
		return { [name]: { ...(options as object), lr } };
	}
	return { [(named as string | undefined) ?? "adamW"]: { lr } };
}
