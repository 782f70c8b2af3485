import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Modules that importing the file loads, its own and others; `import()` and types are not followed. */
function loads(file: URL, seen = new Set<string>()): Set<string> {
	if (seen.has(file.href)) return seen;
	seen.add(file.href);
	const source = readFileSync(file, "utf8");
	for (const [, clause, specifier] of source.matchAll(/^(?:import|export) ([^;]*?)from "([^"]+)";/gm)) {
		if (clause.startsWith("type ")) continue;
		if (specifier.startsWith(".")) loads(new URL(specifier, file), seen);
		else seen.add(specifier);
	}
	return seen;
}

test("importing the sources loads neither Node's modules nor DuckDB, so that they work in a browser", () => {
	const modules = [...loads(new URL("./index.ts", import.meta.url))];
	expect(modules.length).toBeGreaterThan(10);
	expect(modules.filter((module) => !module.startsWith("file:"))).toEqual([]);
});
