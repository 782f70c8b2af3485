import { expect, test } from "vitest";
import { ExportReader } from "./exports.ts";

const problems = (files: Record<string, string>) =>
	new ExportReader((file) => files[file]).undocumented("src/index.ts").map(({ file, line, message }) => `${file}:${line} ${message}`);

test("a comment directly before the declaration documents it, any other does not", () => {
	const source = [
		"/** Header. */\nimport './b.ts';",
		"/** Documented. */\nexport function a() {}",
		"export const b = 1;",
		"/** */\nexport type C = 1;",
		"// line\nexport interface D {}",
		"/** Far. */\nconst between = 1;\nexport class E {}",
	].join("\n");
	expect(problems({ "src/index.ts": source })).toEqual([
		"src/index.ts:5 public export b has no TSDoc comment",
		"src/index.ts:7 public export C has no TSDoc comment",
		"src/index.ts:9 public export D has no TSDoc comment",
		"src/index.ts:12 public export E has no TSDoc comment",
	]);
});

test("re-exports are followed to the declaration", () => {
	const files = {
		"src/index.ts": `export * from "./a/index.ts";\nexport { c as d } from "./c.ts";\nexport type { Outside } from "package";`,
		"src/a/index.ts": `import { e } from "../c.ts";\nexport * from "./a.ts";\nexport { e };`,
		"src/a/a.ts": "/** A. */\nexport const a = 1;\nexport const b = 2;",
		"src/c.ts": "const c = 1;\nexport { c };\n/** E. */\nexport class e {}",
	};
	expect(problems(files)).toEqual(["src/c.ts:1 public export d has no TSDoc comment", "src/a/a.ts:3 public export b has no TSDoc comment"]);
});

test("overloads need one comment, destructuring and namespaces one on the statement", () => {
	const source = [
		"/** F. */\nexport function f(x: number): number;\nexport function f(x: string): string;\nexport function f(x: never): never { return x; }",
		"/** G and H. */\nexport const { g, other: h } = object;",
		"/** N. */\nexport * as n from './n.ts';",
		"export * as m from './n.ts';",
		"/** Default. */\nexport default class {}",
	].join("\n");
	expect(problems({ "src/index.ts": source, "src/n.ts": "" })).toEqual(["src/index.ts:9 public export m has no TSDoc comment"]);
});

test("an entry point or an export that cannot be found is a problem", () => {
	expect(problems({})).toEqual(["src/index.ts:1 an entry point of package.json does not exist"]);
	expect(problems({ "src/index.ts": `export { a } from "./a.ts";` })).toEqual(["src/index.ts:1 cannot follow export a into src/a.ts"]);
});
