/** koffi, the optional package that calls functions of other languages: the part that is used here. */

/** What koffi offers. */
export interface Koffi {
	/** Opens a library; `null` is the process itself. */
	load(path: string | null): Library;
	address(buffer: ArrayBufferLike): bigint | number;
	/** The type of a function. */
	proto(declaration: string): unknown;
	/** What lies at an address: with the type of a function, the function. */
	decode(address: bigint, type: unknown): unknown;
}

/** An opened library. */
export interface Library {
	// biome-ignore lint/suspicious/noExplicitAny: a foreign function's arguments are known only to its caller
	func(name: string, result: string, parameters: readonly string[]): (...args: any[]) => any;
}

/**
 * Loads it. Asks Node at run time, so that the module can be imported in a browser.
 *
 * @throws Error if this is no Node.js or the package is not installed
 */
export function loadKoffi(): Koffi {
	const node = globalThis.process?.getBuiltinModule?.("node:module");
	if (node === undefined) throw new Error("this is no Node.js (or one before 22.3)");
	return node.createRequire(import.meta.url)("koffi") as Koffi;
}
