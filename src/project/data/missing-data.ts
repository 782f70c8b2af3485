/** What is said where there is no data at a path: names that are near, else what lies there. */
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nearestNames } from "../../core/nearest.ts";
import type { DataError } from "../../data/errors.ts";
import { dataError, quoted } from "../../data/sources/refuse.ts";

/** Endings of files of rows. */
const DATA_FILE = /\.(csv|tsv|tab|parquet|pq|jsonl|ndjson|json)(\.gz)?$/i;

/** Files that hold settings as often as rows: proposed if their name is near, but not otherwise. */
const OFTEN_SETTINGS = /\.json$/i;

/** Most files that are named. */
const MOST_NAMED = 8;

/** The error for a path where nothing is. @param builtIn - names that mean data without a file */
export function missingData(path: string, builtIn: readonly string[] = []): DataError {
	const folder = dirname(path);
	const entries = entriesOf(folder);
	const common = { file: path, expected: "a file of rows or a folder of images" };
	if (entries === null) {
		const received = `a path in ${quoted(folder)}, which is no folder`;
		return dataError({ ...common, fault: "there is no such file", received, attempt: whereText() });
	}
	const candidates = entries.map((name) => ({ name, path: join(folder, name) }));
	const known = [...candidates, ...(folder === "." ? builtIn.map((name) => ({ name, path: name })) : [])];
	const near = nearestNames(
		stemOf(basename(path)),
		known.map(({ name }) => stemOf(name)),
	);
	const meant = known.filter(({ name }) => near.includes(stemOf(name)));
	const files = candidates.filter(({ name }) => DATA_FILE.test(name) && !OFTEN_SETTINGS.test(name));
	return dataError({
		...common,
		fault: "there is no such file or folder",
		received: `a name that is not in ${quoted(folder)}${builtIn.length > 0 ? ", and no built-in data set" : ""}`,
		attempt:
			meant.length > 0
				? meant.map((one) => one.path).join(" or ")
				: files.length > 0
					? `one of the data files there: ${listed(files.map(({ name }) => name))}`
					: `${builtIn.length > 0 ? `${builtIn.join(" or ")}, which are built in; or ` : ""}${whereText()}`,
	});
}

/** Names of data files and folders; null if there is no such folder. */
function entriesOf(folder: string): string[] | null {
	try {
		return readdirSync(folder, { withFileTypes: true })
			.filter((entry) => (entry.isDirectory() && !entry.name.startsWith(".")) || DATA_FILE.test(entry.name))
			.map(({ name }) => name)
			.sort();
	} catch {
		return null;
	}
}

/** The name without its ending, which is alike in most files and says nothing of which is meant. */
function stemOf(name: string): string {
	return name.replace(DATA_FILE, "") || name;
}

function listed(names: readonly string[]): string {
	const more = names.length - MOST_NAMED;
	return more <= 0 ? names.join(", ") : `${names.slice(0, MOST_NAMED).join(", ")} and ${more} more`;
}

function whereText(): string {
	return `check the path; unless it is absolute, it starts from ${process.cwd()}`;
}
