import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "./config-file.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-config-"));
const write = (name: string, text: string): string => {
	writeFileSync(join(folder, name), text);
	return join(folder, name);
};
afterAll(() => rmSync(folder, { recursive: true }));

describe("readConfig", () => {
	it.each([
		["a.yaml", "data: { source: digits }"],
		["a.json", '{ "data": { "source": "digits" } }'],
		["a.mjs", 'export default { data: { source: "digits" } };'],
	])("reads %s", async (name, text) => {
		expect(await readConfig(write(name, text))).toEqual({ data: { source: "digits" } });
	});

	it.each([
		["no file", "b.yaml", null, /^b\.yaml cannot be used:\n {2}there is no such file\. Did you mean a\.yaml\?/],
		["a list", "list.yaml", "- a", /expected a config: names with values, received a list\.\n {4}Example: data: \{ source/],
		["nothing", "empty.yaml", "", /received nothing/],
		["no YAML", "cut.yaml", "x: 1\na: [b", /line 2: it is no YAML: Flow sequence/],
		[
			"no default export",
			"none.mjs",
			"export const a = 5;",
			/as its default export, received nothing\.\n {4}Example: export default \{ data/,
		],
		["another default export", "five.mjs", "export default 5;", /as its default export, received 5/],
		["a program that fails", "throws.mjs", 'throw new Error("boom");', /it cannot be run: boom/],
	])("of %s says so", async (_, name, text, message) => {
		const path = text === null ? join(folder, name) : write(name, text);
		await expect(readConfig(path, name)).rejects.toThrow(message);
	});

	it("in TypeScript, in a folder without a package, brings no warning of Node's, but its own", () => {
		write("package.json", '{ "name": "own" }');
		const config = write("own.ts", 'process.emitWarning("mine"); const source: string = "digits"; export default { data: { source } };');
		const reader = new URL("./config-file.ts", import.meta.url).href;
		const program = `import { readConfig } from ${JSON.stringify(reader)}; console.log(JSON.stringify(await readConfig(${JSON.stringify(config)})));`;
		const args = ["--conditions=gradus-source", "--input-type=module", "--eval", program];
		const printed = execFileSync("sh", ["-c", '"$0" "$@" 2>&1', process.execPath, ...args], { encoding: "utf8" });
		expect(printed).toContain('{"data":{"source":"digits"}}');
		expect(printed).toContain("Warning: mine");
		expect(printed).not.toContain("MODULE_TYPELESS_PACKAGE_JSON");
	});
});
