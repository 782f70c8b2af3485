/** Reads package.json: its entry points, and the trimmed manifest that is published. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./source-files.ts";

const sourceCondition = "gradus-source";

type Targets = Record<string, string>;

/** The fields of package.json that scripts read. */
export interface Manifest {
	name: string;
	version: string;
	exports: Record<string, string | Targets>;
	bin?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	[field: string]: unknown;
}

/** The repository's own package.json. */
export function readManifest(): Manifest {
	return JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
}

/** Source files of the entry points, as `src/index.ts`. */
export function sourceEntries(manifest: Manifest = readManifest()): string[] {
	return Object.values(manifest.exports).flatMap((targets) => {
		const source = typeof targets === "string" ? undefined : targets[sourceCondition];
		return source === undefined ? [] : [source.replace("./", "")];
	});
}

const publishedFields = [
	"name",
	"version",
	"description",
	"keywords",
	"license",
	"author",
	"type",
	"sideEffects",
	"engines",
	"bin",
	"files",
	"dependencies",
];

/** The manifest to publish: no scripts, no development dependencies, no bundled Node, only built files in the export map. */
export function publishedManifest(manifest: Manifest): Record<string, unknown> {
	const kept = Object.fromEntries(publishedFields.filter((field) => field in manifest).map((field) => [field, manifest[field]]));
	const optional = Object.entries(manifest.optionalDependencies ?? {}).filter(([name]) => !name.startsWith("node-"));
	return { ...kept, exports: publishedExports(manifest.exports), optionalDependencies: Object.fromEntries(optional) };
}

function publishedExports(exports: Manifest["exports"]): Manifest["exports"] {
	return Object.fromEntries(
		Object.entries(exports).map(([subpath, targets]) => {
			if (typeof targets === "string") return [subpath, targets];
			const { [sourceCondition]: _, ...built } = targets;
			return [subpath, built];
		}),
	);
}
