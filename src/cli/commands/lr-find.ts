/** `gradus lr-find`. */
import { writeFileSync } from "node:fs";
import { RandomStream } from "../../core/random/index.ts";
import { assemble } from "../../project/assemble.ts";
import { openData } from "../../project/data/open.ts";
import { makeExecutor } from "../../project/machine.ts";
import { splitOf } from "../../project/split.ts";
import { lineChart } from "../../report/charts/index.ts";
import { findLearningRate, type LrFinding } from "../../train/lr-finder.ts";
import { configFromFlags, type TrainFlags } from "../config-from-flags.ts";
import { short, sparkline } from "../format.ts";
import type { Terminal } from "../terminal.ts";

/** Flags of `lr-find` besides those of training. */
export interface LrFindFlags extends TrainFlags {
	readonly steps: number;
	readonly plot?: string;
}

/** Runs the range test and prints its suggestion. */
export async function lrFind(data: string | undefined, flags: LrFindFlags, terminal: Terminal): Promise<undefined> {
	const config = await configFromFlags(data, flags);
	const opened = await openData(config);
	const prepared = await opened.prepare(splitOf(config, opened));
	const executor = await makeExecutor(config.machine, prepared);
	try {
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
		terminal.out(
			`loss from lr ${short(found.tried[0].lr)} to ${short(found.tried.at(-1)?.lr ?? 0)}:\n  ${sparkline(
				found.tried.map(({ smoothed }) => smoothed),
				60,
			)}`,
		);
		if (found.suggestion === null)
			terminal.out("The loss never falls: no rate can be suggested. Try: other initial weights, or a look at the data.");
		else
			terminal.out(
				`suggestion: --lr ${short(found.suggestion)}, where the loss falls fastest; above ${short(found.largest ?? 0)} it rises.`,
			);
	} finally {
		await opened.close();
		await executor.close?.();
	}
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
