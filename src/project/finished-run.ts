/** A run with its data, its weights and its scores, once it is over or as far as it came: what reports are made from. */
import { join } from "node:path";
import { parseRunConfig } from "../config/parse.ts";
import type { RunConfig } from "../config/run-config.ts";
import { ArgumentError } from "../core/errors.ts";
import { FileError } from "../io/errors.ts";
import { readJournalFile } from "../io/node/journal-file.ts";
import { RunFolder, readRunConfig } from "../io/node/run-folder.ts";
import { runFiles } from "../io/node/run-info.ts";
import type { Executor } from "../kernels/contracts.ts";
import { loadModel } from "../predict/load-model.ts";
import type { RunEvent } from "../runs/events.ts";
import { type Evaluation, evaluate } from "../train/evaluate.ts";
import type { TrainingState } from "../train/state.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { closedOnFailure } from "./closed-on-failure.ts";
import { openData } from "./data/open.ts";
import type { OpenedData, PreparedData } from "./data/opened.ts";
import { prepareDataAgain } from "./data/prepare.ts";
import { makeExecutor } from "./machine.ts";

/** Everything that is known of a run. */
export interface FinishedRun {
	/** The run's folder. */
	readonly path: string;
	readonly config: RunConfig;
	readonly opened: OpenedData;
	readonly data: PreparedData;
	readonly executor: Executor;
	/** Its model has the weights that were kept, or the best so far of a run that is not over. */
	readonly assembly: Assembly;
	/** All of its journal. */
	readonly events: readonly RunEvent[];
	/** Null for parts that there are not, and for both where no weights are saved yet. */
	readonly evaluations: { readonly validation: Evaluation | null; readonly test: Evaluation | null };
	/** What there is to say about its weights. */
	readonly remarks: readonly string[];
}

/**
 * Opens a run's data and model again and scores it, as after training. A run that is not over has the best weights of its last
 * checkpoint, if there is one. The caller closes `opened` and `executor`; where this throws, they
 * are closed.
 *
 * @throws FileError if the folder is no run's
 */
export async function reopenRun(path: string): Promise<FinishedRun> {
	const config = parseRunConfig(await readRunConfig(path), join(path, "config.yaml"));
	return closedOnFailure(async (own) => {
		const opened = own(await openData(config));
		const data = await prepareDataAgain(config, opened);
		const executor = own(await makeExecutor(config.machine, data));
		const assembly = assemble(config, data, executor);
		const weights = await loadWeights(path, assembly, executor);
		// Test data judges once, when nothing is to be decided any more.
		const judges = weights.areKept ? data : { validation: data.validation, test: null };
		const evaluations = weights.found ? await evaluateParts(assembly, judges) : { validation: null, test: null };
		const { events } = await readJournalFile(join(path, runFiles.journal)).catch(noneIfMissing({ events: [] }));
		return { path, config, opened, data, executor, assembly, events, evaluations, remarks: weights.remarks };
	});
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

interface FoundWeights {
	readonly found: boolean;
	/** Whether they are those of a training that is over. */
	readonly areKept: boolean;
	readonly remarks: readonly string[];
}

/** Gives the model the weights that were kept, or those of the last checkpoint. */
async function loadWeights(path: string, { model }: Assembly, executor: Executor): Promise<FoundWeights> {
	const saved = await loadModel(path, { executor }).catch(noneIfMissing(null));
	if (saved === null) return loadCheckpoint(path, model);
	const [own, kept] = [model.parameters(), saved.network.parameters()];
	if (Object.keys(own).join() !== Object.keys(kept).join())
		throw new ArgumentError(`${path}: the saved model has other layers than its config says.`);
	model.load({ ...saved.network.state(), streams: {} });
	return { found: true, areKept: true, remarks: [] };
}

async function loadCheckpoint(path: string, model: Assembly["model"]): Promise<FoundWeights> {
	const unfinished = "The run is not over";
	let folder: RunFolder<TrainingState>;
	try {
		folder = await RunFolder.open<TrainingState>(path);
	} catch (error) {
		if (!(error instanceof FileError && error.fault === "in use")) throw error;
		return {
			found: false,
			areKept: false,
			remarks: [`${unfinished}: it is being trained right now. Its weights can be judged when it is.`],
		};
	}
	try {
		const { state } = await folder.loadLatest();
		if (state === null)
			return { found: false, areKept: false, remarks: [`${unfinished}, and it has no checkpoint yet whose weights could be judged.`] };
		model.load(state.best?.model ?? state.model);
		const which = state.best === null ? `those after step ${state.step}` : `the best so far, of epoch ${state.best.epoch + 1}`;
		return { found: true, areKept: false, remarks: [`${unfinished}: the weights that are judged here are ${which}.`] };
	} finally {
		folder.close();
	}
}

function noneIfMissing<T>(none: T): (error: unknown) => T {
	return (error) => {
		if (error instanceof FileError && error.fault === "missing") return none;
		throw error;
	};
}
