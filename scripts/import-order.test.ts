import { expect, test } from "vitest";
import { importProblems } from "./import-order.ts";

const messages = (file: string, source: string) => importProblems(file, source).map(({ line, message }) => `${line} ${message}`);

test("an import downwards, of the same folder or of a package is allowed", () => {
	const source = `import { a } from "../core/shape.ts";\nimport b from "./ops/add.ts";\nimport { readFile } from "node:fs";\nimport koffi from "koffi";\n`;
	expect(messages("src/tensor/tensor.ts", source)).toEqual([]);
});

test("an import upwards is named with its line and what the folder may import", () => {
	expect(messages("src/core/shape.ts", `\nimport type { Tensor } from "../tensor/tensor.ts";`)).toEqual([
		`2 imports "../tensor/tensor.ts": core/ may import no other folder, not tensor/`,
	]);
	expect(messages("src/data/builtin/digits.ts", `export * from "../../nn/index.ts";`)).toEqual([
		`1 imports "../../nn/index.ts": data/ may import core/, tensor/, not nn/`,
	]);
	expect(messages("src/nn/linear.ts", `import { x } from "../index.ts";`)).toEqual([
		`1 imports "../index.ts": nn/ may import core/, kernels/, tensor/, not src/ itself`,
	]);
});

test("dynamic imports, import types and worker addresses count", () => {
	const source = `const a = await import("../nn/a.ts");\ntype B = import("../nn/b.ts").B;\nnew Worker(new URL("../nn/worker.ts", import.meta.url));`;
	expect(messages("src/core/a.ts", source)).toHaveLength(3);
});

test("src/ may not reach outside, and an unknown folder is asked to be added", () => {
	expect(messages("src/core/a.ts", `import "../../test/requires.ts";`)).toEqual([
		`1 imports "../../test/requires.ts": src/ may not import what lies outside it`,
	]);
	expect(messages("src/novel/a.ts", "")[0]).toContain("src/novel/ is not in the table of folders");
});

test("src/ may not import the package by its name", () => {
	expect(messages("src/io/a.ts", `import { digits } from "gradus/data";`)).toEqual([
		`1 imports "gradus/data": src/ imports its own files by relative path`,
	]);
	expect(messages("src/io/a.ts", `import other from "gradus-other";`)).toEqual([]);
});
