import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../scripts/compile.ts";

const root = new URL("..", import.meta.url).pathname;
const node = (...args: string[]): string => run(process.execPath, ["--conditions=gradus-source", ...args], root);

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
