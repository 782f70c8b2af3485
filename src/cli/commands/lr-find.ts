/** `gradus lr-find`. */
import { writeFileSync } from "node:fs";
import { RandomStream } from "../../core/random/index.ts";
import type { Executor } from "../../kernels/contracts.ts";
import { assemble } from "../../project/assemble.ts";
import { makeExecutor } from "../../project/machine.ts";
import { splitOf } from "../../project/split.ts";
import { lineChart } from "../../report/charts/index.ts";
import { findLearningRate, type LrFinding } from "../../train/lr-finder.ts";
import type { TrainFlags } from "../config-from-flags.ts";
import { short, sparkline } from "../format.ts";
import { openTrainingData } from "../open-training-data.ts";
import { checkOutput } from "../output-path.ts";
import type { Terminal } from "../terminal.ts";

/** Flags of `lr-find` besides those of training. */
export interface LrFindFlags extends TrainFlags {
	readonly steps: number;
	readonly plot?: string;
}

/** Characters of the curve of losses. */
const CURVE_WIDTH = 60;

/** Runs the range test and prints its suggestion. */
export async function lrFind(data: string | undefined, flags: LrFindFlags, terminal: Terminal): Promise<undefined> {
	checkOutput("--plot", flags.plot);
	const { config, opened } = await openTrainingData(data, flags, terminal);
	let executor: Executor | null = null;
	try {
		const prepared = await opened.prepare(splitOf(config, opened));
		executor = await makeExecutor(config.machine, prepared);
		const { model, optimizer, loss, plan } = assemble(config, prepared, executor);
		const rng = new RandomStream(config.seed).split("lr-find");
		const found = await findLearningRate({
			model,
			optimizer,
			loss,
			train: prepared.train,
			rng,
			batchSize: plan.batchSize,
			steps: flags.steps,
		});
		if (flags.plot !== undefined) writeFileSync(flags.plot, figure(found));
		if (terminal.json) {
			terminal.out(JSON.stringify(found));
			return;
		}
		terminal.out(findingText(found));
	} finally {
		await opened.close();
		await executor?.close?.();
	}
}

function findingText({ tried, suggestion, largest }: LrFinding): string {
	const [first, last] = [tried[0], tried.at(-1)];
	if (first === undefined || last === undefined) {
		return "The loss is no number from the first step on: no rate can be suggested. Try: other initial weights, or a look at the data.";
	}
	const curve = sparkline(
		tried.map(({ smoothed }) => smoothed),
		CURVE_WIDTH,
	);
	const head = `loss from lr ${short(first.lr)} to ${short(last.lr)}:\n  ${curve}\n`;
	if (suggestion === null)
		return `${head}The loss never falls: no rate can be suggested. Try: other initial weights, or a look at the data.`;
	return `${head}suggestion: --lr ${short(suggestion)}, where the loss falls fastest; above ${short(largest ?? 0)} it rises.`;
}

function figure({ tried, suggestion }: LrFinding): string {
	const series = { name: "loss", x: tried.map(({ lr }) => lr), y: tried.map(({ smoothed }) => smoothed) };
	const markers = suggestion === null ? [] : [{ axis: "x" as const, at: suggestion, label: short(suggestion) }];
	return lineChart([series], {
		title: "Learning-rate range test",
		x: { label: "learning rate", scale: "log" },
		y: { label: "smoothed loss" },
		markers,
	});
}
