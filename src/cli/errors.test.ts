/** Errors of the system and of the library, as they read at the command line. */
import { expect, it } from "vitest";
import { ArgumentError } from "../core/errors.ts";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import { createWasmExecutor } from "../executors/wasm/index.ts";
import { reportError, USER_ERROR, withFlags } from "./errors.ts";

function reported(error: unknown, interactive = false): { code: number; text: string } {
	let text = "";
	const screen = { interactive, columns: 100, write: (more: string) => void (text += more) };
	return { code: reportError(error, { screen, ownName: "gradus" }), text };
}

it.each([
	["ENOSPC", "the disk is full"],
	["EDQUOT", "your quota of disk space is used up"],
	["EFBIG", "the file would be larger than this system allows (ulimit -f, or the file system's own limit)"],
	["EACCES", "you may not read or write it"],
	["EEXIST", "it is a file; expected a folder"],
])("%s is told in words, and is no fault of ours", (code, words) => {
	const error = Object.assign(new Error(`${code}: write`), { code, path: "runs/a" });
	expect(reported(error)).toEqual({ code: USER_ERROR, text: `gradus: runs/a: ${words} (${code}).\n` });
	expect(reported(Object.assign(new Error(`${code}: write`), { code })).text).toBe(`gradus: ${words} (${code}).\n`);
});

it("a line of progress that stands half drawn is gone before the error is told", () => {
	expect(reported(new ArgumentError("no such column"), true).text).toBe("\r\x1b[Kgradus: no such column\n");
});

it.each([
	["reference", () => createReferenceExecutor({ limitBytes: 1000 })],
	["wasm", () => createWasmExecutor({ limitBytes: 2 ** 20 })],
])("advice of the %s executor where memory does not suffice names flags", (_, make) => {
	let message = "";
	try {
		make().allocate("float32", 1e7);
	} catch (error) {
		message = (error as Error).message;
	}
	expect(withFlags(message)).toMatch(/\n {2}Try: a smaller --batch-size, or a smaller --model\.$/);
});
