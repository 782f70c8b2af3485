/** What loading an entry point loads besides it: packages and Node's modules that are imported at module level. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";
import { sourceEntries } from "../scripts/manifest.ts";

/** Specifiers of the values that a file imports or passes on; types are erased. */
function imports(file: string): string[] {
	const { module } = parseSync(file, readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));
	const statements = [
		...module.staticImports.map(({ moduleRequest, entries }) => ({ specifier: moduleRequest.value, entries })),
		...module.staticExports.flatMap(({ entries }) =>
			entries.flatMap((entry) => (entry.moduleRequest === null ? [] : [{ specifier: entry.moduleRequest.value, entries: [entry] }])),
		),
	];
	return statements
		.filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
		.map(({ specifier }) => specifier);
}

function packagesOf(entry: string): string[] {
	const [seen, found] = [new Set<string>(), new Set<string>()];
	const visit = (file: string): void => {
		if (seen.has(file)) return;
		seen.add(file);
		for (const specifier of imports(file)) {
			if (specifier.startsWith(".")) visit(posix.normalize(posix.join(posix.dirname(file), specifier)));
			else found.add(specifier);
		}
	};
	visit(entry);
	return [...found].sort();
}

const forBrowsers = sourceEntries().filter((entry) => !/\/(node|cli)\//.test(entry));

test.each(forBrowsers)("%s loads in a browser, and zod only where configs are checked", (entry) => {
	expect(packagesOf(entry)).toEqual(entry.startsWith("src/config/") ? ["zod"] : []);
});

test("entries for Node load no native package before it is needed", () => {
	const [entry] = sourceEntries().filter((one) => one.includes("data/node"));
	expect(packagesOf(entry).filter((name) => !name.startsWith("node:"))).toEqual([]);
});
