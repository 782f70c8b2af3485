/**
 * What some tests need beyond npm packages, and how to say so where it is absent.
 * Looks for itself, not through Gradus: if Gradus overlooks a BLAS that is there, a test must fail, not be skipped.
 */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";

/** Something a test needs from the machine. */
export interface Requirement {
	readonly found: boolean;
	/** Where it was found: a library's name, a program or a folder; undefined where it was not. */
	readonly location: string | undefined;
	/** Why tests that need it are skipped. */
	readonly reason: string;
	/** What to do so that they run. */
	readonly remedy: string;
}

const blasNames = {
	linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libblis.so.4", "libblas.so.3"],
	darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
	win32: ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll"],
} as Partial<Record<NodeJS.Platform, readonly string[]>>;

const chromiumNames = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];
const chromiumPaths = [
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const mnistFolder = fileURLToPath(new URL("../../shared/data/mnist", import.meta.url));
const mnistFiles = [
	"train-images-10k-idx3-ubyte.gz",
	"train-labels-10k-idx1-ubyte.gz",
	"t10k-images-idx3-ubyte.gz",
	"t10k-labels-idx1-ubyte.gz",
];

const tableFolder = fileURLToPath(new URL("../../shared/data", import.meta.url));
const tableFiles = ["breast_cancer.csv", "digits.csv.gz", "iris.csv", "mpg.csv", "titanic.csv", "wine.csv"];

/** What tests may ask for; each is looked for once, when first read. */
export const requires = {
	get blas() {
		return once("blas", findBlas, "no BLAS library found", "install OpenBLAS, e.g. apt-get install libopenblas0-pthread");
	},
	get machineCode() {
		return once("machine code", findInstructions, "no x86-64 processor with AVX2 under Linux", "run them on one");
	},
	get chromium() {
		return once("chromium", findChromium, "no Chromium found", "install it, e.g. apt-get install chromium");
	},
	get duckdb() {
		return once("duckdb", () => findPackage("@duckdb/node-api"), "DuckDB is not installed", "run npm install @duckdb/node-api");
	},
	get mnist() {
		return once("mnist", findMnist, "no MNIST files found", `put ${mnistFiles.join(", ")} into ../shared/data/mnist`);
	},
	get tables() {
		return once("tables", findTables, "no example tables found", `put ${tableFiles.join(", ")} into ../shared/data`);
	},
} satisfies Record<string, Requirement>;

/** `describe`, or, where the requirement is absent, one skipped test that carries the reason and the remedy in its name. */
export function describeIf(requirement: Requirement, name: string, body: () => void): void {
	if (requirement.found) describe(name, body);
	else test.skip(`${name} (skipped: ${requirement.reason}; ${requirement.remedy})`, () => {});
}

const looked = new Map<string, Requirement>();

function once(name: string, find: () => string | undefined, reason: string, remedy: string): Requirement {
	let requirement = looked.get(name);
	if (requirement === undefined) {
		const location = find();
		requirement = { found: location !== undefined, location, reason, remedy };
		looked.set(name, requirement);
	}
	return requirement;
}

function findBlas(): string | undefined {
	return blasNames[process.platform]?.find(canLoad);
}

/** The longest vectors' instructions, as the kernel names them. */
function findInstructions(): string | undefined {
	if (process.platform !== "linux" || process.arch !== "x64") return undefined;
	const flags = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1].split(" ") ?? [];
	if (!flags.includes("avx2") || !flags.includes("fma")) return undefined;
	return flags.includes("avx512f") ? "AVX-512" : "AVX2";
}

function canLoad(library: string): boolean {
	try {
		createRequire(import.meta.url)("koffi").load(library);
		return true;
	} catch {
		return false;
	}
}

function findChromium(): string | undefined {
	const folders = (process.env.PATH ?? "").split(delimiter);
	const candidates = chromiumNames.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...candidates, ...chromiumPaths].find(isExecutable);
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function findMnist(): string | undefined {
	return mnistFiles.every((file) => existsSync(join(mnistFolder, file))) ? mnistFolder : undefined;
}

function findTables(): string | undefined {
	return tableFiles.every((file) => existsSync(join(tableFolder, file))) ? tableFolder : undefined;
}

function findPackage(name: string): string | undefined {
	try {
		return createRequire(import.meta.url).resolve(name);
	} catch {
		return undefined;
	}
}
