/** Errors of the system and of the library, as they read at the command line. */
import { expect, it } from "vitest";
import { createReferenceExecutor } from "../executors/reference/index.ts";
import { createWasmExecutor } from "../executors/wasm/index.ts";
import { reportError, USER_ERROR, withFlags } from "./errors.ts";

function reported(error: unknown): { code: number; text: string } {
	let text = "";
	const screen = { interactive: false, columns: 100, write: (more: string) => void (text += more) };
	return { code: reportError(error, { screen, ownName: "gradus" }), text };
}

it.each([
	["ENOSPC", "the disk is full"],
	["EDQUOT", "your quota of disk space is used up"],
	["EFBIG", "the file would be larger than this system allows (ulimit -f, or the file system's own limit)"],
	["EACCES", "it may not be read or written by you"],
])("%s is told in words, and is no fault of ours", (code, words) => {
	const error = Object.assign(new Error(`${code}: write`), { code, path: "runs/a" });
	expect(reported(error)).toEqual({ code: USER_ERROR, text: `gradus: runs/a: ${words} (${code}).\n` });
	expect(reported(Object.assign(new Error(`${code}: write`), { code })).text).toBe(`gradus: ${words} (${code}).\n`);
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
