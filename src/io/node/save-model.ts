/** Writes a model into a folder. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ModelState } from "../../nn/state.ts";
import { encodeModel, type ModelFacts, modelFiles } from "../model-file.ts";
import { writeDurably } from "./durable-file.ts";

/**
 * Writes model.safetensors and model.json, each whole or not at all. The record goes last and names the checksum of its weights, so that two
 * files of different models are told apart.
 *
 * @throws the system's error, such as one with code ENOSPC
 * @example
 * await saveModel("runs/digits-1", { target, input, inputShape, layers, outputs: "softmax", metrics, provenance }, network.state());
 */
export async function saveModel(folder: string, facts: ModelFacts, state: Pick<ModelState, "tensors" | "numbers">): Promise<void> {
	const { json, weights } = await encodeModel(facts, state);
	await mkdir(folder, { recursive: true });
	await writeDurably(join(folder, modelFiles.weights), weights);
	await writeDurably(join(folder, modelFiles.record), json);
}
