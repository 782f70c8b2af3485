/** Runs the TypeScript compiler, the bundler and other programs of the repository, in its root folder. */
import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { rolldown } from "rolldown";
import { readManifest } from "./manifest.ts";
import { repositoryRoot } from "./source-files.ts";

const attribution = join("data", "builtin", "ATTRIBUTION.md");

/** The program of worker threads, which is started by its file name. */
const worker = "executors/wasm/threads.worker.js";

/**
 * Empties `outputFolder` and writes JavaScript and declarations of src/ into it; the JavaScript of all entry points is joined into
 * few files, since opening a hundred takes longer than running them.
 */
export async function compile(outputFolder: string): Promise<void> {
	rmSync(outputFolder, { recursive: true, force: true });
	const compiler = join(repositoryRoot, "node_modules", "typescript", "bin", "tsc");
	run(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", outputFolder]);
	// The licence of the built-in data sets asks that their attribution travels with them.
	copyFileSync(join(repositoryRoot, "src", attribution), join(outputFolder, attribution));
	await bundle(outputFolder);
	await bundleExperiments(join(outputFolder, "experiments"));
}

/** The experiments see the package by its name, as its users do. */
async function bundleExperiments(folder: string): Promise<void> {
	const source = join(repositoryRoot, "experiments");
	const input = { index: join(source, "index.ts"), measure: join(source, "measure.ts") };
	const build = await rolldown({ input, external: (id) => !id.startsWith(".") && !isAbsolute(id), platform: "node", logLevel: "warn" });
	await build.write({ dir: folder, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" });
	await build.close();
}

async function bundle(folder: string): Promise<void> {
	const entries = Object.values(readManifest().exports).flatMap((entry) =>
		typeof entry === "string" ? [] : [entry.default.replace("./dist/", "")],
	);
	const programs = Object.values(readManifest().bin ?? {}).map((file) => file.replace("./dist/", ""));
	const input = Object.fromEntries([...entries, ...programs, worker].map((file) => [file.replace(/\.js$/, ""), join(folder, file)]));
	const options = { external: (id: string) => !id.startsWith(".") && !isAbsolute(id), platform: "neutral", logLevel: "warn" } as const;
	const modulesOf = async (file: string): Promise<Set<string>> => {
		const alone = await rolldown({ ...options, input: join(folder, file) });
		const { output } = await alone.generate();
		await alone.close();
		return new Set(output.flatMap((part) => (part.type === "chunk" && part.isEntry ? part.moduleIds : [])));
	};
	// What the main entry point needs is one file, since opening thirty costs it a fifth of its time; a thread should not wait for all of it.
	const [ofMain, ofWorker] = [await modulesOf("index.js"), await modulesOf(worker)];
	const groups = [
		{ name: "threads", priority: 2, test: (id: string) => ofWorker.has(id) },
		{ name: "gradus", priority: 1, test: (id: string) => ofMain.has(id) && !id.endsWith("index.js") },
	];
	const build = await rolldown({ ...options, input });
	const { output } = await build.generate({
		format: "esm",
		entryFileNames: "[name].js",
		codeSplitting: { groups },
		// Shared code starts the worker by a path beside its own.
		chunkFileNames: "executors/wasm/[name]-[hash].js",
	});
	await build.close();
	for (const file of globSync("**/*.js", { cwd: folder })) rmSync(join(folder, file));
	for (const file of output) if (file.type === "chunk") writeFileSync(join(folder, file.fileName), file.code);
}

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws Error with the program's output if it does not end with status 0
 */
export function run(program: string, args: readonly string[], folder = repositoryRoot): string {
	// On Windows npm is a script that only a shell can start.
	const { status, stdout, stderr, error } = spawnSync(program, args, {
		cwd: folder,
		encoding: "utf8",
		shell: process.platform === "win32" && program === "npm",
	});
	if (error !== undefined) throw error;
	if (status !== 0) throw new Error(`${[program, ...args].join(" ")} ended with status ${status}.\n${stdout}${stderr}`);
	return stdout;
}
