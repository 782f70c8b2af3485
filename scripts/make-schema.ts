/** Writes schema/run-config.json, by which editors complete and check configs. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaText } from "./schema-text.ts";
import { repositoryRoot } from "./source-files.ts";

mkdirSync(join(repositoryRoot, "schema"), { recursive: true });
writeFileSync(join(repositoryRoot, "schema", "run-config.json"), schemaText());
