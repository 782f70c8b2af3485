import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";

const program = new URL("../src/cli/main.ts", import.meta.url).pathname;

it.skipIf(process.platform === "win32")(
	"leaves no temporary file behind when it is interrupted while it reads a large table",
	{ timeout: 60_000 },
	async () => {
		const folder = mkdtempSync(join(tmpdir(), "gradus-interrupt-"));
		const temporary = join(folder, "temporary");
		mkdirSync(temporary);
		try {
			// 40 MB: from 16 MiB on the text is packed into a temporary file.
			const rows = Array.from({ length: 1000 }, (_, i) => `${i / 7},${(i * 13) % 101},k${i % 20},${i % 3 === 0 ? "yes" : "no"}\n`);
			writeFileSync(join(folder, "large.csv"), `a,b,c,outcome\n${rows.join("").repeat(1500)}`);
			const args = ["--conditions=gradus-source", program, "train", "large.csv", "--target", "outcome", "--epochs", "1"];
			const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, TMPDIR: temporary }, stdio: "ignore" });
			const exit = once(child, "exit");
			while (readdirSync(temporary).length === 0 && child.exitCode === null) await wait(10);
			child.kill("SIGINT");
			expect((await exit)[0]).toBe(130);
			expect(readdirSync(temporary)).toEqual([]);
		} finally {
			rmSync(folder, { recursive: true });
		}
	},
);
