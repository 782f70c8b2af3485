/**
 * Which folder under src/ may import which, and what a file imports.
 * Type-only imports count: a type that reaches upwards is a dependency too.
 */
import { posix } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

const engine = ["core", "kernels", "executors", "tensor"] as const;
const belowTrain = [...engine, "runs", "nn", "optim", "data", "io"] as const;
const library = [...belowTrain, "predict", "config", "train", "project", "doctor", "search", "report", "lab"] as const;

/** What each folder under src/ may import besides itself; `.` is src/'s own files. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
	core: [],
	runs: ["core"],
	kernels: ["core"],
	executors: ["core", "kernels"],
	tensor: ["core", "kernels", "executors"],
	nn: ["core", "kernels", "tensor"],
	optim: ["core", "kernels", "tensor"],
	data: ["core", "tensor"],
	io: ["core", "runs", "tensor", "nn", "optim", "data"],
	predict: [...engine, "nn", "data", "io"],
	train: belowTrain,
	config: [...belowTrain, "train"],
	project: [...belowTrain, "predict", "train", "config", "report"],
	doctor: ["core", "runs"],
	search: ["core", "runs"],
	report: ["core", "runs"],
	lab: ["core", "runs", "doctor", "search", "report"],
	testing: library,
	cli: [...library, "testing", "."],
	".": [...library, "testing"],
};

/** An import that the table does not allow, for people. */
export interface ImportProblem {
	file: string;
	line: number;
	message: string;
}

/**
 * Imports of one file that break the order.
 *
 * @param file - path from the repository's root, such as `src/tensor/tensor.ts`
 */
export function importProblems(file: string, source: string): ImportProblem[] {
	const from = folderOf(file);
	const allowed = allowedImports[from];
	if (allowed === undefined) {
		const message = `src/${from}/ is not in the table of folders; add it to scripts/import-order.ts with what it may import`;
		return [{ file, line: 1, message }];
	}
	return importsOf(file, source).flatMap(({ specifier, start }) => {
		const complaint = complaintAbout(specifier, file, allowed);
		return complaint === undefined ? [] : [{ file, line: lineAt(source, start), message: `imports "${specifier}": ${complaint}` }];
	});
}

function complaintAbout(specifier: string, file: string, allowed: readonly string[]): string | undefined {
	if (!specifier.startsWith(".")) return "src/ imports its own files by relative path";
	const target = posix.normalize(posix.join(posix.dirname(file), specifier));
	if (!target.startsWith("src/")) return "src/ may not import what lies outside it";
	const [from, to] = [folderOf(file), folderOf(target)];
	if (to === from || allowed.includes(to)) return undefined;
	return `${from}/ may import ${describe(allowed)}, not ${to === "." ? "src/ itself" : `${to}/`}`;
}

interface OwnImport {
	specifier: string;
	start: number;
}

/** Specifiers, relative or of this package, of imports, re-exports, `import()` of a literal, import types and `new URL("./x", import.meta.url)`. */
function importsOf(file: string, source: string): OwnImport[] {
	const { program, module, errors } = parseSync(file, source);
	if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0].message}`);
	const found: OwnImport[] = [];
	const add = (specifier: unknown, start: number) => {
		if (typeof specifier === "string" && /^(\.\.?|gradus)(\/|$)/.test(specifier)) found.push({ specifier, start });
	};
	for (const { moduleRequest } of module.staticImports) add(moduleRequest.value, moduleRequest.start);
	for (const { entries } of module.staticExports) {
		const request = entries[0]?.moduleRequest;
		if (request) add(request.value, request.start);
	}
	new Visitor({
		ImportExpression: (node) => add("value" in node.source ? node.source.value : undefined, node.start),
		TSImportType: (node) => add(node.source.value, node.start),
		NewExpression: (node) => {
			const [path, base] = node.arguments;
			const isUrl = node.callee.type === "Identifier" && node.callee.name === "URL" && base?.type === "MemberExpression";
			if (isUrl && path?.type === "Literal") add(path.value, node.start);
		},
	}).visit(program);
	return found;
}

/** `tensor` for `src/tensor/ops/add.ts`, `.` for `src/index.ts`. */
function folderOf(path: string): string {
	const [, folder, ...rest] = path.split("/");
	return rest.length > 0 ? folder : ".";
}

function lineAt(source: string, offset: number): number {
	return source.slice(0, offset).split("\n").length;
}

function describe(folders: readonly string[]): string {
	return folders.length === 0 ? "no other folder" : folders.map((folder) => (folder === "." ? "src/" : `${folder}/`)).join(", ");
}
