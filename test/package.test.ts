import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../scripts/compile.ts";
import { composePackage, packPackage } from "../scripts/compose-package.ts";
import { readManifest } from "../scripts/manifest.ts";
import { repositoryRoot } from "../scripts/source-files.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-package-"));

beforeAll(async () => {
	await composePackage(join(folder, "package"));
	const tarball = packPackage(join(folder, "package"), folder);
	writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
	run("npm", ["install", "--omit=optional", "--no-audit", "--no-fund", "--prefer-offline", tarball], folder);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Public entry points, as programs import them. */
function entrySpecifiers(): string[] {
	const { name, exports } = readManifest();
	const entries = Object.keys(exports).filter((subpath) => subpath !== "./package.json");
	return entries.map((subpath) => subpath.replace(".", name));
}

test("the packed package installs into an empty folder and every entry point can be imported", () => {
	const specifiers = entrySpecifiers();
	const program = `for (const specifier of ${JSON.stringify(specifiers)}) console.log(Object.keys(await import(specifier)).length > 0);`;
	writeFileSync(join(folder, "program.js"), program);
	expect(run(process.execPath, ["program.js"], folder).trim().split("\n")).toEqual(specifiers.map(() => "true"));
}, 30_000);

test.each([
	["nodenext", "nodenext"],
	["esnext", "bundler"],
])(
	"its types and the README's programs compile under TypeScript's defaults: module %s, resolution %s",
	(module, moduleResolution) => {
		const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8");
		const programs = [...readme.matchAll(/^( *)```ts\n([\s\S]*?)^ *```/gm)].map(([, , code]) => code);
		const imports = entrySpecifiers().map((specifier, i) => `export * as entry${i} from "${specifier}";`);
		const files = [imports.join("\n"), ...programs].map((code, i) => {
			writeFileSync(join(folder, `program-${i}.ts`), `${code}\nexport {};\n`);
			return `program-${i}.ts`;
		});
		// No types of Node, no libraries beyond those that the target brings, and declarations are checked too.
		const compilerOptions = { strict: true, skipLibCheck: false, target: "es2022", module, moduleResolution, types: [], noEmit: true };
		writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
		const compiler = join(repositoryRoot, "node_modules", "typescript", "bin", "tsc");
		expect(run(process.execPath, [compiler, "-p", folder], folder)).toBe("");
	},
	60_000,
);
