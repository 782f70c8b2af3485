/** Checks that every export reachable from the entry points of package.json has a TSDoc comment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ExportReader } from "./exports.ts";
import { sourceEntries } from "./manifest.ts";
import { repositoryRoot } from "./source-files.ts";

const reader = new ExportReader((file) => {
	try {
		return readFileSync(join(repositoryRoot, file), "utf8");
	} catch {
		return undefined;
	}
});

const entries = sourceEntries();
const problems = new Map(
	entries.flatMap((entry) => reader.undocumented(entry)).map((problem) => [Object.values(problem).join(":"), problem]),
);
const exportCount = entries.reduce((count, entry) => count + reader.names(entry).size, 0);

for (const { file, line, message } of problems.values()) console.error(`${file}:${line} ${message}`);
console.log(`Documentation: ${exportCount} exports of ${entries.length} entry points, ${problems.size} problems.`);
if (problems.size > 0) process.exitCode = 1;
