/** Which names a module exports, following re-exports to the declaration, and whether a TSDoc comment stands there. */
import { posix } from "node:path";
import { parseSync } from "oxc-parser";

/** An exported name that has no TSDoc comment, or that cannot be followed. */
export interface ExportProblem {
	file: string;
	line: number;
	message: string;
}

/** Gives the text of a file by its path from the repository's root; undefined where there is none. */
export type ReadSource = (file: string) => string | undefined;

interface Declaration {
	file: string;
	line: number;
	documented: boolean;
}

type Resolution = { kind: "declared"; declaration: Declaration } | { kind: "external" } | { kind: "missing"; file: string };

/** Follows exports through modules; each file is parsed once. */
export class ExportReader {
	readonly #readSource: ReadSource;
	readonly #modules = new Map<string, Module | undefined>();

	constructor(readSource: ReadSource) {
		this.#readSource = readSource;
	}

	/** Every exported name reachable from `entry` that lacks a comment, each declaration once. */
	undocumented(entry: string): ExportProblem[] {
		if (this.#module(entry) === undefined) return [{ file: entry, line: 1, message: "an entry point of package.json does not exist" }];
		const problems = new Map<string, ExportProblem>();
		for (const name of this.names(entry)) {
			const resolution = this.#resolve(entry, name, new Set());
			if (resolution.kind === "missing") {
				problems.set(`${entry}:${name}`, { file: entry, line: 1, message: `cannot follow export ${name} into ${resolution.file}` });
			} else if (resolution.kind === "declared" && !resolution.declaration.documented) {
				const { file, line } = resolution.declaration;
				problems.set(`${file}:${line}:${name}`, { file, line, message: `public export ${name} has no TSDoc comment` });
			}
		}
		return [...problems.values()];
	}

	/** Names that `file` exports; `export *` gives those of its target but the default. */
	names(file: string, seen = new Set<string>()): Set<string> {
		const module = this.#module(file);
		if (module === undefined || seen.has(file)) return new Set();
		seen.add(file);
		const names = new Set([...module.declared.keys(), ...module.forwarded.keys()]);
		for (const target of module.stars) for (const name of this.names(target, seen)) if (name !== "default") names.add(name);
		return names;
	}

	#resolve(file: string, name: string, seen: Set<string>): Resolution {
		const module = this.#module(file);
		if (module === undefined || seen.has(`${file}:${name}`)) return { kind: "missing", file };
		seen.add(`${file}:${name}`);
		const declaration = module.declared.get(name);
		if (declaration !== undefined) return { kind: "declared", declaration };
		const forward = module.forwarded.get(name);
		if (forward !== undefined) return forward.file === undefined ? { kind: "external" } : this.#resolve(forward.file, forward.name, seen);
		for (const target of module.stars) {
			const resolution = this.#resolve(target, name, seen);
			if (resolution.kind !== "missing") return resolution;
		}
		return { kind: "missing", file };
	}

	#module(file: string): Module | undefined {
		if (!this.#modules.has(file)) {
			const source = this.#readSource(file);
			this.#modules.set(file, source === undefined ? undefined : readModule(file, source));
		}
		return this.#modules.get(file);
	}
}

interface Module {
	/** By exported name. */
	declared: Map<string, Declaration>;
	/** Exported name → where it comes from; no file where it comes from a package. */
	forwarded: Map<string, { file: string | undefined; name: string }>;
	/** Files of `export * from "./…"`. */
	stars: string[];
}

/** What is read of a syntax tree's node; each kind carries some of these. */
interface Node {
	type: string;
	start: number;
	name?: string;
	id?: Node | null;
	declaration?: Node | null;
	declarations?: Node[];
	properties?: Node[];
	value?: Node;
}

function readModule(file: string, source: string): Module {
	const { program, module, comments, errors } = parseSync(file, source);
	if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0].message}`);
	const locals = localDeclarations(program.body as unknown as Node[], (start) => ({
		file,
		line: source.slice(0, start).split("\n").length,
		documented: comments.some(
			(comment) =>
				comment.value.startsWith("*") && /\w/.test(comment.value) && comment.end <= start && source.slice(comment.end, start).trim() === "",
		),
	}));
	const imported = new Map(
		module.staticImports.flatMap(({ moduleRequest, entries }) =>
			entries.map(
				(entry) => [entry.localName.value, { file: resolve(file, moduleRequest.value), name: entry.importName.name ?? "default" }] as const,
			),
		),
	);
	const result: Module = { declared: new Map(), forwarded: new Map(), stars: [] };
	for (const { exportName, localName, importName, moduleRequest, start } of module.staticExports.flatMap((statement) =>
		statement.entries.map((entry) => ({ ...entry, start: statement.start })),
	)) {
		const target = moduleRequest ? resolve(file, moduleRequest.value) : undefined;
		const name = exportName.name ?? "default";
		const local = localName.name ?? name;
		if (exportName.kind === "None") {
			if (target !== undefined) result.stars.push(target);
		} else if (moduleRequest && importName.kind === "Name") {
			result.forwarded.set(name, { file: target, name: importName.name as string });
		} else if (imported.has(local)) {
			result.forwarded.set(name, imported.get(local) as { file: string | undefined; name: string });
		} else {
			const declaration = locals.get(local) ?? locals.get(`@${start}`);
			if (declaration !== undefined) result.declared.set(name, declaration);
		}
	}
	return result;
}

/** Top-level names, and `@start` for statements without one (`export default …`, `export * as x`); of overloads, any comment counts. */
function localDeclarations(body: Node[], describe: (start: number) => Declaration): Map<string, Declaration> {
	const locals = new Map<string, Declaration>();
	for (const statement of body) {
		const declaration = describe(statement.start);
		locals.set(`@${statement.start}`, declaration);
		for (const name of namesOf(statement.declaration ?? statement)) {
			const earlier = locals.get(name);
			if (earlier === undefined || (!earlier.documented && declaration.documented)) locals.set(name, declaration);
		}
	}
	return locals;
}

function namesOf(node: Node): string[] {
	const targets = node.declarations?.map(({ id }) => id) ?? [node.id];
	return targets.flatMap((target) => {
		if (target?.type === "ObjectPattern") return (target.properties ?? []).flatMap(({ value }) => value?.name ?? []);
		return target?.name ?? [];
	});
}

function resolve(file: string, specifier: string): string | undefined {
	return specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(file), specifier)) : undefined;
}
