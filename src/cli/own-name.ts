/** What people type to get here: hints name commands as `gradus …`, and are shown as they can be typed. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Variables that npm sets for what it runs. */
export type NpmEnvironment = Readonly<Record<string, string | undefined>>;

/** The package that this file belongs to. */
const ownPackage = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * How the program was called: `npm run -s gradus --` from a script of its own repository, `npx gradus` from npx or a script of another
 * package, where the installed program is in no path of the shell; else `gradus`.
 *
 * @param own - folder of the package that the program belongs to
 */
export function ownName(environment: NpmEnvironment, own = ownPackage): string {
	const { npm_lifecycle_event: script, npm_package_json: manifest } = environment;
	if (script === undefined) return "gradus";
	const isOwnScript = script !== "npx" && manifest !== undefined && resolve(dirname(manifest)) === own;
	return isOwnScript ? "npm run -s gradus --" : "npx gradus";
}

/** A text with the commands in it as they can be typed: `gradus resume runs/a-1` becomes `npx gradus resume runs/a-1`. */
export function withOwnName(text: string, name: string): string {
	// A command's name or an option follows; file names and prose have no such place for the word.
	return text.replace(/(?<![\w./-])gradus (?=[a-z<-])/g, () => `${name} `);
}

/** A path as a word of a command line; in those of Windows a backslash is a sign like others. */
export function shellWord(path: string, platform: string = process.platform): string {
	if (platform === "win32") return /^[\w./\\:@%+,=~-]+$/.test(path) ? path : `"${path}"`;
	return /^[\w./:@%+,=~-]+$/.test(path) ? path : `"${path.replaceAll(/["\\$`]/g, "\\$&")}"`;
}
