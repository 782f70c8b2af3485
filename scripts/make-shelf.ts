/** Writes docs/shelf.md from the registries of the shelf. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { shelfPage } from "./shelf-page.ts";
import { repositoryRoot } from "./source-files.ts";

writeFileSync(join(repositoryRoot, "docs", "shelf.md"), shelfPage());
