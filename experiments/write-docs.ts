/**
 * Writes docs/experiments: figures, results and the page, from what runs left in folders; of each experiment the first folder that has it.
 *
 *     node --conditions=gradus-source experiments/write-docs.ts build/experiments
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { experiments } from "./list.ts";
import { conditionsOf } from "./report-page.ts";
import { type ExperimentResult, readable } from "./run.ts";

const parts: readonly { readonly title: string; readonly about: string; readonly names: readonly string[] }[] = [
	{
		title: "Losses and descent",
		about: "What a network is told to make small, and how steps are taken.",
		names: ["mse-vs-cross-entropy", "learning-rate", "batch-modes", "optimizers", "schedules", "preprocessing"],
	},
	{
		title: "The start and the signal",
		about: "Whether values and gradients come through a deep network at all.",
		names: ["activations-by-init", "init-curves", "batch-norm-init", "covariate-shift", "activations", "dead-relu"],
	},
	{
		title: "Learning and learning by heart",
		about: "What a network does with examples it has not seen.",
		names: ["overfit", "weight-decay", "dropout", "l1-vs-l2", "hyperparameters"],
	},
	{ title: "Depth", about: "What layers bring and what they cost.", names: ["kernel-depth", "residual-depth", "width-vs-depth"] },
];

const cell = (text: string): string => text.replaceAll("|", "\\|");

function chapter(result: ExperimentResult): string {
	const figures = result.figures.map(({ title, caption, file }) => `![${title}](${file})\n\n*${title}.* ${caption}`);
	const rows = result.claims.map(
		({ claim, expected, measured, holds }) =>
			`| ${cell(claim)} | ${cell(expected)} | ${cell(measured)} | ${holds ? "holds" : "**does not hold**"} |`,
	);
	return [
		`### ${result.title}`,
		`**${result.question}**`,
		`*Set-up.* ${result.setUp}`,
		...figures,
		`*What it shows.* ${result.shows.join("\n\n")}`,
		`*In practice.* ${result.practice}`,
		["| known result | expected | measured | |", "|---|---|---|---|", ...rows].join("\n"),
		`\`gradus experiment ${result.name}\`. ${conditionsOf(result)} After: ${result.source}.`,
	].join("\n\n");
}

/** Writes the page and what it shows into `docs`; `from` are folders that `runExperiments` wrote. Experiments that were not run are left out. */
export function writeDocs(from: readonly string[], docs: string): void {
	rmSync(docs, { recursive: true, force: true });
	mkdirSync(docs, { recursive: true });
	const results = new Map<string, ExperimentResult>();
	for (const { name } of experiments) {
		const folder = from.map((one) => join(one, name)).find((one) => existsSync(join(one, "result.json")));
		if (folder === undefined) continue;
		const result = JSON.parse(readFileSync(join(folder, "result.json"), "utf8")) as ExperimentResult;
		results.set(name, result);
		for (const figure of result.figures) copyFileSync(join(folder, figure.file), join(docs, figure.file));
		writeFileSync(join(docs, `${name}.json`), readable(result));
	}
	const claims = [...results.values()].flatMap((result) => result.claims);
	const failed = [...results.values()].flatMap(({ title, claims }) =>
		claims.filter(({ holds }) => !holds).map(({ claim }) => `- ${title}: ${claim}`),
	);
	const sections = parts.map(({ title, about, names }) => {
		const found = names.map((name) => results.get(name)).filter((result) => result !== undefined);
		return [`## ${title}`, about, ...found.map(chapter)].join("\n\n");
	});
	const intro = `# The classical experiments

The techniques of training are mostly known from a handful of experiments, and those mostly as somebody else's pictures. Here they are run. Each is one program of
[experiments/](../../experiments) on the public API; \`gradus experiment list\` names them, and a name runs one: it trains, draws the figures, and holds what it measured against the known result.

Each table lists the known result, the bound within which it counts as reproduced, and what came out; what did not come out stays in the table. Of ${claims.length} claims
${claims.length - failed.length} hold. Those that do not, under these set-ups:

${failed.join("\n")}

This page is written by \`experiments/write-docs.ts\` from the results beside it.`;
	writeFileSync(join(docs, "README.md"), `${[intro, ...sections].join("\n\n")}\n`);
}

if (import.meta.main) {
	const from = process.argv.slice(2);
	writeDocs(from.length > 0 ? from : [join("build", "experiments")], fileURLToPath(new URL("../docs/experiments", import.meta.url)));
}
