import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { isAbsolute, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RandomStream } from "../src/core/random/index.ts";
import { fitPreprocessor } from "../src/data/preprocessing/fit.ts";
import { targetKind } from "../src/data/preprocessing/preprocessor.ts";
import type { Table } from "../src/data/table.ts";
import { createWasmExecutor } from "../src/executors/index.ts";
import { writeModel } from "../src/io/node/save-model.ts";
import { buildNetwork } from "../src/nn/build.ts";
import { loadModel } from "../src/predict/index.ts";
import { withExecutor } from "../src/tensor/context.ts";
import { describeIf, requires } from "./requires.ts";

const rows = [
	{ length: 5.1, colour: "red", day: "2024-05-17" },
	{ length: "6.25", colour: "green", day: "2024-02-29" },
	{ length: null, colour: "never seen", day: "" },
];

const page = `<!doctype html><title>Model</title><script type="module">
const report = (data) => fetch("/report", { method: "POST", body: JSON.stringify(data) });
try {
	const { createWasmExecutor } = await import("/dist/index.js");
	const { loadModel } = await import("/dist/predict.js");
	const model = await loadModel("/model", { executor: createWasmExecutor({ deterministic: true }), task: "classes" });
	const hostile = await loadModel("/nothing").catch((error) => error.name + " " + error.fault);
	await report({ predictions: await model.predict(${JSON.stringify(rows)}), hostile });
} catch (error) {
	await report({ error: String(error.stack ?? error) });
}
</script>`;

/** The example page, which then draws a line and tells what it says of it. */
const example = readFileSync(new URL("../examples/browser/index.html", import.meta.url), "utf8").replace(
	"await clear();",
	`await clear();
	pen.moveTo(120, 30);
	pen.lineTo(120, 210);
	pen.stroke();
	await show();
	await fetch("/report", { method: "POST", body: JSON.stringify(answer.textContent) });`,
);

const table: Table = {
	rowCount: 6,
	columns: [
		{ kind: "numeric", name: "length", values: Float64Array.of(5, 6, 7, 4.5, 5.5, Number.NaN) },
		{ kind: "nominal", name: "colour", categories: ["green", "red"], codes: Int32Array.of(0, 1, 1, 0, 0, 1) },
		{ kind: "numeric", name: "day", temporal: true, values: Float64Array.from({ length: 6 }, (_, i) => 1.7e9 + 1e6 * i) },
		{ kind: "nominal", name: "kind", categories: ["a", "b", "c"], codes: Int32Array.of(0, 1, 2, 0, 1, 2) },
	],
};

/** The two entry points as a web project's bundler would join them; nothing of Node may be left in them. */
async function bundle(dir: string): Promise<void> {
	const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));
	const build = await rolldown({
		input: { index: source("index.ts"), predict: source("predict/index.ts") },
		platform: "neutral",
		external: (id) => !id.startsWith(".") && !isAbsolute(id),
		logLevel: "silent",
	});
	const { output } = await build.write({ dir, format: "esm", chunkFileNames: "[name].js" });
	await build.close();
	for (const file of output) expect(file.type === "chunk" ? file.imports.filter((name) => !name.endsWith(".js")) : []).toEqual([]);
}

/** A model of the kind that `gradus train digits` makes, whose answer is always "3". */
async function writeDigitsModel(path: string): Promise<void> {
	const shape = [1, 8, 8] as const;
	const classes = [..."0123456789"];
	const layers = ["flatten", { linear: 10 }];
	const network = buildNetwork(layers, { inputShape: shape, rng: new RandomStream(1), weightInit: "zeros" });
	const bias = Object.values(network.parameters()).at(-1);
	bias?.executor.write(
		bias.block,
		"float32",
		bias.offset,
		Float32Array.from(classes, (name) => (name === "3" ? 5 : 0)),
	);
	await writeModel(
		path,
		{
			target: { kind: "classes", classes },
			input: { kind: "images", shape, spec: null, scaling: { kind: "scale" }, classes },
			inputShape: shape,
			layers,
			outputs: "softmax",
			metrics: {},
			provenance: { config: {}, seed: 1, data: { name: "digits", rows: 0 }, date: "2026-01-01", executor: "wasm", steps: 0 },
		},
		network.state(),
	);
}

describeIf(requires.chromium, "a saved model in Chromium", () => {
	const folder = mkdtempSync(join(tmpdir(), "gradus-model-browser-"));
	const executor = createWasmExecutor({ deterministic: true });
	let server: Server;
	let browser: ChildProcess | undefined;
	let reported: (report: unknown) => void = () => {};

	beforeAll(async () => {
		await bundle(join(folder, "dist"));
		const preprocessor = fitPreprocessor(table, { target: "kind" });
		const inputShape = [preprocessor.featureNames.length];
		const layers = [{ linear: 16 }, "batchNorm", "tanh", { dropout: 0.3 }, { linear: 3 }];
		const network = withExecutor(executor, () => buildNetwork(layers, { inputShape, rng: new RandomStream(9) }));
		await writeModel(
			join(folder, "model"),
			{
				target: targetKind(preprocessor),
				input: { kind: "table", preprocessor },
				inputShape,
				layers,
				outputs: "softmax",
				metrics: { accuracy: 0.5 },
				provenance: { config: {}, seed: 9, data: { name: "toy", rows: 6 }, date: "2026-01-01", executor: "wasm", steps: 0 },
			},
			network.state(),
		);
		await writeDigitsModel(join(folder, "runs", "digits-1"));
		server = createServer((request, response) => {
			const path = normalize(request.url ?? "/");
			if (path === "/report") {
				let body = "";
				request.on("data", (chunk) => {
					body += chunk;
				});
				request.on("end", () => {
					response.end();
					reported(JSON.parse(body));
				});
			} else if (path === "/example.html") response.setHeader("Content-Type", "text/html").end(example);
			else if (path === "/node_modules/gradus/dist/predict/index.js") {
				response.setHeader("Content-Type", "text/javascript").end(`export * from "/dist/predict.js";`);
			} else if (path === "/") response.setHeader("Content-Type", "text/html").end(page);
			else if (/^\/(dist|model|runs)\//.test(path)) {
				if (path.endsWith(".js")) response.setHeader("Content-Type", "text/javascript");
				response.end(readFileSync(join(folder, path)));
			} else response.writeHead(404).end();
		});
		await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	}, 60_000);

	afterAll(() => {
		browser?.kill("SIGKILL");
		server?.close();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	});

	/** Opens a page; what it reports. */
	function open(path: string): Promise<unknown> {
		const { port } = server.address() as AddressInfo;
		const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
		const result = new Promise<unknown>((resolve) => {
			reported = resolve;
		});
		browser?.kill("SIGKILL");
		browser = spawn(
			requires.chromium.location ?? "",
			[...flags, "--disable-dev-shm-usage", `--user-data-dir=${mkdtempSync(join(folder, "profile-"))}`, `http://127.0.0.1:${port}${path}`],
			{ stdio: "ignore" },
		);
		return result;
	}

	it("predicts rows with the numbers of Node", { timeout: 60_000 }, async () => {
		const result = open("/");
		const model = await loadModel(join(folder, "model"), { executor, task: "classes" });
		const predictions = await model.predict(rows);
		expect(await result).toEqual({ predictions, hostile: "FileError missing" });
		expect(predictions[0].probability).toBeGreaterThan(1 / 3);
	});

	it("says what was drawn on the example page", { timeout: 60_000 }, async () => {
		// e⁵ / (e⁵ + 9)
		expect(await open("/example.html")).toBe("This is a 3 (94 %).");
	});
});
