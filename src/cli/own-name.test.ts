import { describe, expect, it } from "vitest";
import { ownName, shellWord, withOwnName } from "./own-name.ts";

describe("ownName", () => {
	it.each([
		["a shell", {}, "gradus"],
		["npm run in the repository", { npm_lifecycle_event: "gradus", npm_package_json: "/code/gradus/package.json" }, "npm run -s gradus --"],
		[
			"npm start in the repository",
			{ npm_lifecycle_event: "start", npm_package_json: "/code/gradus/package.json" },
			"npm run -s gradus --",
		],
		["npx", { npm_lifecycle_event: "npx", npm_package_json: "/home/me/own/package.json" }, "npx gradus"],
		["npx in the repository", { npm_lifecycle_event: "npx", npm_package_json: "/code/gradus/package.json" }, "npx gradus"],
		["a script of another package", { npm_lifecycle_event: "train", npm_package_json: "/home/me/own/package.json" }, "npx gradus"],
	])("from %s", (_, environment, name) => {
		expect(ownName(environment, "/code/gradus")).toBe(name);
	});
});

describe("withOwnName", () => {
	const name = "npx gradus";

	it("puts the name where a text names a command", () => {
		expect(withOwnName("Try: gradus train digits, or gradus --help.", name)).toBe("Try: npx gradus train digits, or npx gradus --help.");
		expect(withOwnName("gradus <command> --help", name)).toBe("npx gradus <command> --help");
	});

	it.each(["runs/gradus files", "gradus: no such file", "Gradus trains", "gradus.config.ts", "gradus 1.0"])("leaves %s", (text) => {
		expect(withOwnName(text, name)).toBe(text);
	});
});

it("on Windows a path's backslashes stand as they are, and others are quoted", () => {
	const [plain, spaced] = ["runs\\a-1", "my runs\\a"];
	expect([plain, "C:\\runs\\a", spaced].map((path) => shellWord(path, "win32"))).toEqual([plain, "C:\\runs\\a", `"${spaced}"`]);
});

it("a path with spaces or signs of the shell is quoted", () => {
	expect(["runs/a-1", "my runs/a", "a$b"].map((path) => shellWord(path, "linux"))).toEqual(["runs/a-1", '"my runs/a"', '"a\\$b"']);
});
