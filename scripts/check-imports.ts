/** Checks that each folder under src/ imports only what the table of import-order.ts names. Tests are excepted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importProblems } from "./import-order.ts";
import { repositoryRoot, typescriptFiles } from "./source-files.ts";

const files = typescriptFiles("src").filter((file) => !file.endsWith(".test.ts"));
const problems = files.flatMap((file) => importProblems(file, readFileSync(join(repositoryRoot, file), "utf8")));

for (const { file, line, message } of problems) console.error(`${file}:${line} ${message}`);
console.log(`Import order: ${files.length} files, ${problems.length} problems.`);
if (problems.length > 0) process.exitCode = 1;
