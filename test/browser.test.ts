import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compile } from "../scripts/compile.ts";
import * as gradus from "../src/index.ts";
import { trainedBits } from "./deterministic-program.ts";
import { describeIf, requires } from "./requires.ts";

/** What the page reports. */
interface Report {
	readonly bits?: number[];
	readonly shared?: boolean;
	readonly chosen?: string;
	readonly error?: string;
}

const page = `<!doctype html><title>Gradus</title><script type="module">
const report = (data) => fetch("/report", { method: "POST", body: JSON.stringify(data) });
try {
	const gradus = await import("/dist/index.js");
	const { trainedBits } = await import("/program.js");
	const executor = gradus.createWasmExecutor({ deterministic: true });
	const bits = trainedBits(gradus, executor);
	await report({ bits, shared: executor.facts().details.sharedMemory, chosen: gradus.executorInfo().chosen.name });
} catch (error) {
	await report({ error: String(error.stack ?? error) });
}
</script>`;

describeIf(requires.chromium, "in Chromium", () => {
	const folder = mkdtempSync(join(tmpdir(), "gradus-browser-"));
	const program = stripTypeScriptTypes(readFileSync(new URL("./deterministic-program.ts", import.meta.url), "utf8"));
	let server: Server;
	let browser: ChildProcess | undefined;
	let isolated = true;
	let reported: (report: Report) => void = () => {};

	beforeAll(async () => {
		await compile(join(folder, "dist"));
		server = createServer((request, response) => {
			const path = request.url ?? "/";
			if (isolated) {
				response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
				response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
			}
			if (path === "/report") {
				let body = "";
				request.on("data", (chunk) => {
					body += chunk;
				});
				request.on("end", () => {
					response.end();
					reported(JSON.parse(body));
				});
			} else if (path === "/") response.setHeader("Content-Type", "text/html").end(page);
			else if (path === "/program.js") response.setHeader("Content-Type", "text/javascript").end(program);
			else if (path.startsWith("/dist/")) {
				response.setHeader("Content-Type", "text/javascript").end(readFileSync(join(folder, path)));
			} else response.writeHead(404).end();
		});
		await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	}, 60_000);

	afterAll(() => {
		browser?.kill("SIGKILL");
		server.close();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	});

	async function open(isolate: boolean): Promise<Report> {
		isolated = isolate;
		const { port } = server.address() as AddressInfo;
		const flags = [
			"--headless",
			"--no-sandbox",
			"--disable-gpu",
			"--disable-background-networking",
			"--no-first-run",
			"--disable-dev-shm-usage",
		];
		const profile = mkdtempSync(join(folder, "profile-"));
		const result = new Promise<Report>((resolve) => {
			reported = resolve;
		});
		browser = spawn(requires.chromium.location ?? "", [...flags, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
			stdio: "ignore",
		});
		const report = await result;
		browser.kill("SIGKILL");
		return report;
	}

	it.each([true, false])(
		"the engine trains, with the bits of Node under deterministic (memory shared: %s)",
		async (isolate) => {
			const report = await open(isolate);
			expect(report.error).toBeUndefined();
			expect(report.shared).toBe(isolate);
			expect(report.chosen).toBe("wasm");
			expect(report.bits).toEqual(trainedBits(gradus, gradus.createWasmExecutor({ deterministic: true })));
		},
		60_000,
	);
});
