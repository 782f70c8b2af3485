/** Who takes part in `versus`: how each is started, how to tell that it is there, and what to do when it is not. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

export interface Contestant {
	name: string;
	/** Runs every variant that it lists itself; an executor of Gradus has one, its name. */
	isRival: boolean;
	command(options: { dataFolder: string; threads: number }): string[];
	isInstalled(): boolean;
	remedy: string;
}

const hasPackage = (name: string) => existsSync(pathOf(`node_modules/${name}/package.json`));
const canRun = (code: string) => spawnSync(python, ["-c", code]).status === 0;

/** Scripts of this folder, all with the same arguments. */
const rival = (name: string, program: string, script: string): Pick<Contestant, "name" | "isRival" | "command"> => ({
	name,
	isRival: true,
	command: ({ dataFolder, threads }) => [program, pathOf(script), "--server", "--data", dataFolder, "--threads", `${threads}`],
});

export const rivals: readonly Contestant[] = [
	{
		...rival("torch", python, "torch_steps.py"),
		isInstalled: () => canRun("import torch, ctypes; ctypes.CDLL('libopenblas.so.0')"),
		remedy: "apt-get install python3-torch libopenblas0-pthread",
	},
	{
		...rival("jax", process.execPath, "jax_steps.mjs"),
		isInstalled: () => hasPackage("@jax-js/jax"),
		remedy: "npm install --prefix bench/versus",
	},
	{
		...rival("tfjs", process.execPath, "tfjs_steps.mjs"),
		isInstalled: () => hasPackage("@tensorflow/tfjs") && hasPackage("@tensorflow/tfjs-backend-wasm"),
		remedy: "npm install --prefix bench/versus",
	},
];

/** Only in matrix multiplication. */
export const openblas: Contestant = {
	name: "openblas",
	isRival: true,
	command: ({ threads }) => [python, pathOf("blas_matmul.py"), "--threads", `${threads}`],
	isInstalled: () => canRun("import ctypes; ctypes.CDLL('libopenblas.so.0')"),
	remedy: "apt-get install libopenblas0-pthread",
};

/** Gradus itself, one process an executor. */
export const gradus = (executor: string): Contestant => ({
	name: executor,
	isRival: false,
	command: ({ threads }) => [process.execPath, ...process.execArgv, pathOf("../steps.ts"), "--server", "--threads", `${threads}`],
	isInstalled: () => existsSync(pathOf("../steps.ts")),
	remedy: "bench/steps.ts is missing from this checkout",
});
