/** Committed files that are made from code. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { schemaText } from "./schema-text.ts";
import { shelfPage } from "./shelf-page.ts";

const committed = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

test("docs/shelf.md is what the registries say; else run npm run make:shelf", () => {
	expect(committed("docs/shelf.md") === shelfPage()).toBe(true);
});

test("schema/run-config.json is what the shelf says; else run npm run make:schema", () => {
	expect(committed("schema/run-config.json") === schemaText()).toBe(true);
});
