/** `gradus summary`. */
import { summary } from "../../nn/summary.ts";
import { assemble } from "../../project/assemble.ts";
import { openData } from "../../project/data/open.ts";
import { makeExecutor } from "../../project/machine.ts";
import { splitOf } from "../../project/split.ts";
import { configFromFlags, type TrainFlags } from "../config-from-flags.ts";
import type { Terminal } from "../terminal.ts";

/** Builds the model for the data and prints what it consists of. */
export async function showSummary(data: string | undefined, flags: TrainFlags, terminal: Terminal): Promise<undefined> {
	const config = await configFromFlags(data, flags);
	const opened = await openData(config);
	const executor = await makeExecutor({ ...config.machine, threads: 1 });
	try {
		const prepared = await opened.prepare(splitOf(config, opened));
		const { model, plan } = assemble(config, prepared, executor);
		const found = summary(model, prepared.train.inputShape);
		if (terminal.json) {
			terminal.out(JSON.stringify({ ...found, plan }));
			return;
		}
		terminal.out(String(found));
		terminal.out(
			`${prepared.train.size} training examples, ${plan.epochs} epochs in batches of ${plan.batchSize}; ` +
				`loss ${JSON.stringify(plan.loss)}, optimizer ${JSON.stringify(plan.optimizer)}, schedule ${JSON.stringify(plan.schedule)}`,
		);
	} finally {
		await opened.close();
		await executor.close?.();
	}
}
