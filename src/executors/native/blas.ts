/**
 * Finds a BLAS on the machine and calls its `sgemm` through koffi, on plain addresses. Both are optional: where one is
 * missing the answer says what was tried and why it failed.
 */
import { type Koffi, type Library, loadKoffi } from "../koffi.ts";

/** What was found, for a run's record. */
export interface BlasFacts {
	/** `OpenBLAS`, `MKL`, `BLIS`, `Accelerate` or `BLAS`. */
	readonly name: string;
	/** File or framework that was loaded. */
	readonly path: string;
	/** Version and configuration in the library's own words; empty if it does not tell. */
	readonly version: string;
	/** Kind of processor core it chose its code for; empty if it does not tell. */
	readonly core: string;
}

/**
 * `cblas_sgemm`: (order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc), pointers as plain numbers.
 * Of the pointer types that koffi offers, numbers as uint64 cost least: about half a microsecond a call.
 */
export type Sgemm = (
	order: number,
	transA: number,
	transB: number,
	m: number,
	n: number,
	k: number,
	alpha: number,
	a: number,
	lda: number,
	b: number,
	ldb: number,
	beta: number,
	c: number,
	ldc: number,
) => void;

/** A loaded BLAS. */
export interface Blas {
	readonly facts: BlasFacts;
	readonly sgemm: Sgemm;
	/** Sets its number of threads; false if it has no such function. */
	setThreads(count: number): boolean;
	/** The address at which a buffer's bytes lie in this process. */
	addressOf(buffer: ArrayBufferLike): number;
}

/** The result of looking for a BLAS. */
export type BlasSearch =
	| { readonly kind: "found"; readonly blas: Blas }
	/** One line a thing that was tried. */
	| { readonly kind: "missing"; readonly tried: readonly string[] };

/** Libraries by platform, best first. */
const candidates: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
	linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so", "libblis.so.4", "libblis.so", "libblas.so.3"],
	darwin: [
		"/System/Library/Frameworks/Accelerate.framework/Accelerate",
		"/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
		"/usr/local/opt/openblas/lib/libopenblas.dylib",
	],
	win32: ["openblas.dll", "libopenblas.dll", "mkl_rt.2.dll", "mkl_rt.dll"],
};

/**
 * Looks for a BLAS.
 *
 * @param path - a library to try instead of the usual ones
 */
export function findBlas(path?: string): BlasSearch {
	let koffi: Koffi;
	try {
		koffi = loadKoffi();
	} catch (error) {
		return { kind: "missing", tried: [`koffi, the optional package that calls libraries: ${reasonOf(error)}`] };
	}
	const tried: string[] = [];
	const paths = path === undefined ? (candidates[process.platform] ?? []) : [path];
	for (const candidate of paths) {
		try {
			return { kind: "found", blas: open(koffi, candidate) };
		} catch (error) {
			tried.push(`${candidate}: ${reasonOf(error)}`);
		}
	}
	return { kind: "missing", tried: tried.length > 0 ? tried : [`no BLAS is known for ${process.platform}`] };
}

function reasonOf(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}

function open(koffi: Koffi, path: string): Blas {
	const library = koffi.load(path);
	const [int, float, pointer] = ["int", "float", "uint64_t"];
	const sgemm = library.func("cblas_sgemm", "void", [
		...[int, int, int, int, int, int, float, pointer, int, pointer, int, float, pointer, int],
	]) as Sgemm;
	const threads = optional(library, "void", ["int"], ["openblas_set_num_threads", "MKL_Set_Num_Threads", "bli_thread_set_num_threads"]);
	return {
		facts: factsOf(library, path),
		sgemm,
		setThreads: (count) => {
			threads?.call(count);
			return threads !== null;
		},
		addressOf: (buffer) => Number(koffi.address(buffer)),
	};
}

/** The first of these functions that the library has. */
function optional(library: Library, result: string, parameters: readonly string[], names: readonly string[]) {
	for (const name of names) {
		try {
			return { name, call: library.func(name, result, parameters) };
		} catch {
			// Another library's function.
		}
	}
	return null;
}

function factsOf(library: Library, path: string): BlasFacts {
	const openblas = optional(library, "str", [], ["openblas_get_config"]);
	if (openblas !== null) {
		const core = optional(library, "str", [], ["openblas_get_corename"])?.call() ?? "";
		return {
			name: "OpenBLAS",
			path,
			version: String(openblas.call())
				.replace(/^OpenBLAS /, "")
				.trim(),
			core,
		};
	}
	const blis = optional(library, "str", [], ["bli_info_get_version_str"]);
	if (blis !== null) return { name: "BLIS", path, version: String(blis.call()), core: "" };
	const isMkl = optional(library, "void", ["int"], ["MKL_Set_Num_Threads"]) !== null;
	return { name: isMkl ? "MKL" : path.includes("Accelerate") ? "Accelerate" : "BLAS", path, version: "", core: "" };
}
