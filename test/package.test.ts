import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../scripts/compile.ts";
import { composePackage, packPackage } from "../scripts/compose-package.ts";
import { readManifest } from "../scripts/manifest.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-package-"));

beforeAll(async () => {
	await composePackage(join(folder, "package"));
	const tarball = packPackage(join(folder, "package"), folder);
	writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
	run("npm", ["install", "--omit=optional", "--no-audit", "--no-fund", "--prefer-offline", tarball], folder);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the packed package installs into an empty folder and every entry point can be imported", () => {
	const { name, exports } = readManifest();
	const entries = Object.keys(exports).filter((subpath) => subpath !== "./package.json");
	const specifiers = entries.map((subpath) => subpath.replace(".", name));
	const program = `for (const specifier of ${JSON.stringify(specifiers)}) console.log(Object.keys(await import(specifier)).length > 0);`;
	writeFileSync(join(folder, "program.js"), program);
	expect(run(process.execPath, ["program.js"], folder).trim().split("\n")).toEqual(specifiers.map(() => "true"));
}, 30_000);
