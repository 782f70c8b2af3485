/** Writes a model into a folder. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError } from "../../core/errors.ts";
import { show } from "../../core/options.ts";
import type { ModelState } from "../../nn/state.ts";
import { FileError, systemReason } from "../errors.ts";
import { modelFacts, type TrainedModel } from "../model-facts.ts";
import { encodeModel, type ModelFacts, modelFiles } from "../model-file.ts";
import { writeDurably } from "./durable-file.ts";

/**
 * Saves a trained network as model.json and model.safetensors in a folder, which is made if need be; `loadModel` of `gradus/predict` reads it.
 *
 * @throws ArgumentError or ShapeError if the network was not made by `buildNetwork`, or does not fit the data
 * @throws FileError if the folder cannot be written to
 * @example
 * const { best } = await trainer.fit();
 * await saveModel("models/flowers", { model, data: flowers, metrics: best });
 */
export async function saveModel(folder: string, trained: TrainedModel): Promise<void> {
	if (typeof folder !== "string" || folder === "") {
		throw new ArgumentError(
			`saveModel: expected the path of a folder first, received ${show(folder)}.\n  Try: saveModel("models/flowers", { model, data }).`,
		);
	}
	const facts = modelFacts(trained, "saveModel");
	try {
		await writeModel(folder, facts, trained.model.state());
	} catch (error) {
		throw unwritable(folder, error);
	}
}

/**
 * Writes a model of which all facts are at hand, each file whole or not at all. The record goes last and names the checksum of its
 * weights, so that two files of different models are told apart.
 *
 * @throws the system's error, such as one with code ENOSPC
 */
export async function writeModel(folder: string, facts: ModelFacts, state: Pick<ModelState, "tensors" | "numbers">): Promise<void> {
	const { json, weights } = await encodeModel(facts, state);
	await mkdir(folder, { recursive: true });
	await writeDurably(join(folder, modelFiles.weights), weights);
	await writeDurably(join(folder, modelFiles.record), json);
}

/** The system's errors in the user's words; others as they are. */
function unwritable(folder: string, error: unknown): unknown {
	const { code } = (error ?? {}) as { code?: unknown };
	if (typeof code !== "string") return error;
	const why = systemReason(error) ?? code;
	return new FileError(
		"unwritable",
		`saveModel: ${folder} cannot be written: ${why}.\n  Try: another folder, such as models/flowers.`,
		folder,
	);
}
