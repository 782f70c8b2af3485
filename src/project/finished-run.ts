/** A run that is over, with its data, its best weights and its scores: what reports are made from. */
import { join } from "node:path";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import { ArgumentError } from "../core/errors.ts";
import { readJournalFile } from "../io/node/journal-file.ts";
import { readRunConfig } from "../io/node/run-folder.ts";
import { runFiles } from "../io/node/run-info.ts";
import type { Executor } from "../kernels/contracts.ts";
import { loadModel } from "../predict/load-model.ts";
import type { RunEvent } from "../runs/events.ts";
import { type Evaluation, evaluate } from "../train/evaluate.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { openData } from "./data/open.ts";
import type { OpenedData, PreparedData } from "./data/opened.ts";
import { makeExecutor } from "./machine.ts";
import { splitOf } from "./split.ts";

/** Everything that is known of a run. */
export interface FinishedRun {
	/** The run's folder. */
	readonly path: string;
	readonly config: RunConfig;
	readonly opened: OpenedData;
	readonly data: PreparedData;
	readonly executor: Executor;
	/** Its model has the weights that were kept. */
	readonly assembly: Assembly;
	/** All of its journal. */
	readonly events: readonly RunEvent[];
	readonly evaluations: { readonly validation: Evaluation | null; readonly test: Evaluation | null };
}

/**
 * Opens a run's data and model again and scores it, as after training. The caller closes `opened` and `executor`.
 *
 * @throws FileError if the folder holds no trained model
 */
export async function reopenRun(path: string): Promise<FinishedRun> {
	const config = parseRunConfig(await readRunConfig(path), join(path, "config.yaml"));
	const opened = await openData(config);
	const data = await opened.prepare(splitOf(config, opened));
	const executor = await makeExecutor(config.machine, data);
	const assembly = assemble(config, data, executor);
	const saved = await loadModel(path, { executor });
	const [own, kept] = [assembly.model.parameters(), saved.network.parameters()];
	if (Object.keys(own).join() !== Object.keys(kept).join())
		throw new ArgumentError(`${path}: the saved model has other layers than its config says.`);
	assembly.model.load({ ...saved.network.state(), streams: {} });
	const { events } = await readJournalFile(join(path, runFiles.journal));
	return { path, config, opened, data, executor, assembly, events, evaluations: await evaluateParts(assembly, data) };
}

/** Scores a model on the parts that judge it. */
export async function evaluateParts(
	{ model, loss, metrics, outputs, decode }: Assembly,
	{ validation, test }: Pick<PreparedData, "validation" | "test">,
) {
	const judge = { loss, metrics, outputs, decode };
	return {
		validation: validation === null ? null : await evaluate(model, validation, judge),
		test: test === null ? null : await evaluate(model, test, judge),
	};
}
