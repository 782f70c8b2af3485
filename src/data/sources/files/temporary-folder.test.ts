import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

test("a folder is there until it is removed, with what is in it", async () => {
	const folder = await temporaryFolder();
	writeFileSync(join(folder.path, "file"), "text");
	await folder.remove();
	expect(existsSync(folder.path)).toBe(false);
});

test("a process that exits early leaves no folder behind", () => {
	const module = new URL("./temporary-folder.ts", import.meta.url).href;
	const program = `
		import { writeFileSync } from "node:fs";
		const { path } = await (await import(${JSON.stringify(module)})).temporaryFolder();
		writeFileSync(path + "/file", "text");
		console.log(path);
		process.exit(130);`;
	let path = "";
	try {
		execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
	} catch (error) {
		path = (error as { stdout: string }).stdout.trim();
	}
	expect(path).toMatch(/gradus-/);
	expect(existsSync(path)).toBe(false);
});
