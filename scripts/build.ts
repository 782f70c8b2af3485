/** Compiles src/ to dist/, from nothing. */
import { join } from "node:path";
import { compile } from "./compile.ts";
import { repositoryRoot } from "./source-files.ts";

await compile(join(repositoryRoot, "dist"));
