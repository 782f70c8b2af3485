/** Config files: which one is meant, and what it holds. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { ConfigError } from "../config/parse.ts";
import { nearestNames } from "../core/nearest.ts";
import { show } from "../core/options.ts";

/** Config files that are found by themselves, in this order. */
const CONFIG_NAMES = ["ts", "mts", "js", "mjs", "yaml", "yml"].map((ending) => `gradus.config.${ending}`);

/** Endings of files that are programs which give a config. */
const PROGRAM_ENDINGS = new Set([".ts", ".mts", ".js", ".mjs"]);

/** Endings of files that are configs and not data. */
const CONFIG_ENDINGS = new Set([...PROGRAM_ENDINGS, ".yaml", ".yml"]);

const EXAMPLE = 'data: { source: "titanic.csv", target: "survived" }';

/** Whether a path names a config and no data. */
export function isConfigName(path: string): boolean {
	return CONFIG_ENDINGS.has(extname(path).toLowerCase());
}

/** The name of the config that lies in a folder, if there is one. */
export function configNameIn(folder: string): string | undefined {
	return CONFIG_NAMES.find((name) => existsSync(resolve(folder, name)));
}

/**
 * Reads a config file: TypeScript, JavaScript, YAML or JSON.
 *
 * @param name - as the user wrote it, for messages
 * @throws ConfigError if there is none, or it holds no config
 */
export async function readConfig(path: string, name = path): Promise<Record<string, unknown>> {
	if (!existsSync(path)) throw missingConfig(path, name);
	const isProgram = PROGRAM_ENDINGS.has(extname(path).toLowerCase());
	const value = isProgram ? await defaultExport(path, name) : readYaml(path, name);
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	const expected = isProgram ? "a config, an object, as its default export" : "a config: names with values";
	const received = value === undefined || value === null ? "nothing" : Array.isArray(value) ? "a list" : show(value);
	throw problem(name, `expected ${expected}, received ${received}.`, isProgram ? `export default { ${EXAMPLE} };` : EXAMPLE);
}

function problem(name: string, text: string, example?: string): ConfigError {
	return new ConfigError(name, [{ place: "", text, ...(example === undefined ? {} : { example }) }]);
}

function missingConfig(path: string, name: string): ConfigError {
	const folder = dirname(path);
	const near = nearestNames(basename(path), existsSync(folder) ? readdirSync(folder).filter(isConfigName) : []);
	return problem(name, `there is no such file.${near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : ""}`);
}

async function defaultExport(path: string, name: string): Promise<unknown> {
	try {
		return ((await withoutTypelessWarning(() => import(pathToFileURL(path).href))) as { default?: unknown }).default;
	} catch (error) {
		// What a user's program throws is for the user to see, as it is.
		throw problem(name, `it cannot be run: ${error instanceof Error ? error.message : String(error)}`);
	}
}

/** Node's name of the warning that a file's package does not say which kind of modules it holds. */
const TYPELESS = "MODULE_TYPELESS_PACKAGE_JSON";

/** Runs an import without that one warning: a config is no package, and where it lies is nobody's mistake. */
async function withoutTypelessWarning<T>(run: () => Promise<T>): Promise<T> {
	const { emitWarning } = process;
	const selective = (...args: readonly unknown[]): void => {
		const isTypeless = args.some(
			(arg) => arg === TYPELESS || (typeof arg === "object" && arg !== null && "code" in arg && arg.code === TYPELESS),
		);
		if (!isTypeless) Reflect.apply(emitWarning, process, args);
	};
	process.emitWarning = selective as typeof process.emitWarning;
	try {
		return await run();
	} finally {
		process.emitWarning = emitWarning;
	}
}

function readYaml(path: string, name: string): unknown {
	try {
		return parseYaml(readFileSync(path, "utf8"));
	} catch (error) {
		if (!(error instanceof YAMLParseError)) throw problem(name, (error as Error).message);
		const line = error.linePos === undefined ? "" : `line ${error.linePos[0].line}: `;
		const [what] = error.message.split(/ at line \d+/);
		throw problem(name, `${line}it is no YAML: ${what}.`, EXAMPLE);
	}
}
