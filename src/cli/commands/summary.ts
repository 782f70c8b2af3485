/** `gradus summary`. */
import { flowText } from "../../config/place.ts";
import type { Executor } from "../../kernels/contracts.ts";
import { summary } from "../../nn/summary.ts";
import { assemble } from "../../project/assemble.ts";
import { makeExecutor } from "../../project/machine.ts";
import { splitOf } from "../../project/split.ts";
import type { TrainFlags } from "../config-from-flags.ts";
import { counted } from "../format.ts";
import { openTrainingData } from "../open-training-data.ts";
import type { Terminal } from "../terminal.ts";

/** Builds the model for the data and prints what it consists of. */
export async function showSummary(data: string | undefined, flags: TrainFlags, terminal: Terminal): Promise<undefined> {
	const { config, opened } = await openTrainingData(data, flags, terminal);
	let executor: Executor | null = null;
	try {
		executor = await makeExecutor({ ...config.machine, threads: 1 });
		const prepared = await opened.prepare(splitOf(config, opened));
		const { model, plan } = assemble(config, prepared, executor);
		const found = summary(model, prepared.train.inputShape);
		if (terminal.json) {
			terminal.out(JSON.stringify({ ...found, plan }));
			return;
		}
		terminal.out(String(found));
		terminal.out(
			`${counted(prepared.train.size, "training example")}, ${counted(plan.epochs, "epoch")} in batches of ${plan.batchSize}; ` +
				`loss ${flowText(plan.loss)}, optimizer ${flowText(plan.optimizer)}, schedule ${flowText(plan.schedule)}`,
		);
	} finally {
		await opened.close();
		await executor?.close?.();
	}
}
