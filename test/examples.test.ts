import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../scripts/compile.ts";

const root = new URL("..", import.meta.url).pathname;
const node = (...args: string[]): string => run(process.execPath, ["--conditions=gradus-source", ...args], root);

/** A table like that of the passengers of the Titanic: women survive, and ages are missing at times. */
function passengers(): string {
	const rows = Array.from({ length: 200 }, (_, i) => {
		const sex = i % 3 === 0 ? "female" : "male";
		const survived = sex === "female" ? "yes" : "no";
		return [survived, survived, 1 + (i % 3), sex, i % 7 === 0 ? "" : 20 + (i % 40), 10 + (i % 90), i % 2 === 0 ? "S" : "C"].join(",");
	});
	return ["survived,alive,pclass,sex,age,fare,embarked", ...rows].join("\n");
}

describe("README", () => {
	const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
	const snippets = [...text.matchAll(/^( *)```ts\n([\s\S]*?)^ *```/gm)].map(([, indent, code]) =>
		code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
	);

	const snippetWith = (part: string): string => snippets.find((code) => code.includes(part)) ?? "";

	it("has a training step whose loss falls", () => {
		const losses = node("--input-type=module-typescript", "--eval", snippetWith("optimizer.step()"))
			.trim()
			.split("\n")
			.map((line) => Number(line.split(" ")[1]));
		expect(losses).toHaveLength(5);
		expect(losses[4]).toBeLessThan(losses[0] / 4);
	});

	it.each([
		["arrays", "arrayDataset({ x, y, target", /^inside [01]\.\d\d \[ 'inside', 'outside' \]\n$/],
		[
			"a CSV file",
			'openTable("titanic.csv")',
			/class: 'yes',[\s\S]*'Column "age": 1 of 1 row has no value\.'[\s\S]*'Column "embarked": [^\n]* \("Q"\)\.'/,
		],
	])("has a way from %s to a saved model that predicts", (_, part, printed) => {
		// Inside the repository, so that the package is found by its name.
		mkdirSync(join(root, "build"), { recursive: true });
		const folder = mkdtempSync(join(root, "build", "readme-"));
		try {
			writeFileSync(join(folder, "titanic.csv"), passengers());
			const args = ["--conditions=gradus-source", "--input-type=module-typescript", "--eval", snippetWith(part)];
			expect(run(process.execPath, args, folder)).toMatch(printed);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	it("has a swish that gives x · sigmoid(x)", () => {
		// 1 / (1 + e) = 0.26894
		expect(node("--input-type=module-typescript", "--eval", snippetWith('elementwise("swish"'))).toContain("[-0.2689,  0.0000,  0.7311]");
	});
});

describe("examples that stand in the README", () => {
	const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
	const expected: [name: string, output: RegExp][] = [
		// 120 flowers for training: three classes of which two overlap; at most three of 30 wrong.
		["trainer", /validation accuracy (9\d\.\d|100\.0) %/],
		// 16 · 9 + 16, 2 · 16, 16 · 16 · 9 + 16 and 16 · 10 + 10.
		["network-from-config", /2,682 parameters/],
		["custom-activation", /^\d+ checks passed: linear 2 → 8, hardTanh, linear 8 → 1$/m],
	];

	it.each(expected)("%s runs, and the README shows it as it is", (name, output) => {
		const text = readFileSync(new URL(`../examples/${name}.ts`, import.meta.url), "utf8");
		const code = text.slice(text.indexOf(" */\n") + 4);
		expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
		expect(node(`examples/${name}.ts`)).toMatch(output);
	});
});

describe("examples/digits.ts", () => {
	it("ends above 94 % test accuracy", { timeout: 60_000 }, () => {
		const accuracies = [...node("examples/digits.ts").matchAll(/test accuracy ([\d.]+) %/g)].map(([, percent]) => Number(percent));
		expect(accuracies.at(-1)).toBeGreaterThan(94);
	});
});
