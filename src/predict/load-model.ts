/** Loads a saved model, from files in Node and from addresses in Node and browsers. */
import { ArgumentError } from "../core/errors.ts";
import { showKind } from "../core/options.ts";
import { FileError } from "../io/errors.ts";
import { decodeModelRecord, decodeModelWeights, modelFiles } from "../io/model-file.ts";
import type { ModelRecord } from "../io/model-record.ts";
import type { Executor } from "../kernels/contracts.ts";
import type { NetworkShelf } from "../nn/build.ts";
import { currentExecutor, withExecutor } from "../tensor/context.ts";
import { buildSaved } from "./build-network.ts";
import { type ClassPrediction, Model, type Prediction, type ValuePrediction } from "./model.ts";

/** The contents of a model's files. */
export interface ModelContents {
	/** Text of model.json. */
	readonly json: string;
	/** Bytes of model.safetensors. */
	readonly weights: Uint8Array | ArrayBuffer;
}

/** Options of `loadModel`. */
export interface LoadModelOptions<T extends ModelRecord["task"] = ModelRecord["task"]> {
	/** Where it computes. Default: the executor for new tensors. */
	readonly executor?: Executor;
	/** What it must be for; the result then has that type. */
	readonly task?: T;
	/** Names of layers, where the model has some of your own: `layerRegistry.with(mine)`. Default: the shelf. */
	readonly layers?: NetworkShelf["layers"];
	/** Names of activations likewise: `activationRegistry.with(mine)`. */
	readonly activations?: NetworkShelf["activations"];
}

/** What a model of a task predicts. */
export type PredictionOf<T extends ModelRecord["task"]> = T extends "classes"
	? ClassPrediction
	: T extends "values"
		? ValuePrediction
		: Prediction;

/**
 * Loads a model that `gradus train`, `saveModel` or `encodeModel` wrote.
 *
 * @param source - a folder, its model.json, an address of either (in browsers always an address), or the files' contents
 * @throws FileError if files are absent, damaged, do not belong together or come from a later Gradus
 * @throws DataError or ArgumentError if the record describes no network
 * @example
 * const model = await loadModel("runs/titanic-1", { task: "classes" });
 * const [{ class: survived, probability }] = await model.predict([{ age: 29, sex: "female", fare: 80 }]);
 */
export async function loadModel<T extends ModelRecord["task"] = ModelRecord["task"]>(
	source: string | URL | ModelContents,
	{ executor = currentExecutor(), task, ...shelf }: LoadModelOptions<T> = {},
): Promise<Model<PredictionOf<T>>> {
	const { record, weights } = await contentsOf(source);
	if (task !== undefined && record.task !== task) {
		throw new ArgumentError(`loadModel: expected a model that predicts ${task}; this one predicts ${record.task}: ${namesOf(record)}.`);
	}
	const state = await decodeModelWeights(weights, record);
	const network = withExecutor(executor, () => buildSaved(record, state, shelf));
	return new Model<PredictionOf<T>>(record, network, executor);
}

interface Contents {
	readonly record: ModelRecord;
	readonly weights: Uint8Array<ArrayBuffer>;
}

async function contentsOf(source: string | URL | ModelContents): Promise<Contents> {
	if (typeof source === "object" && source !== null && "json" in source) {
		const bytes = source.weights instanceof ArrayBuffer ? new Uint8Array(source.weights) : source.weights;
		return { record: decodeModelRecord(source.json), weights: bytes as Uint8Array<ArrayBuffer> };
	}
	if (typeof source !== "string" && !(source instanceof URL)) {
		throw new ArgumentError(
			`loadModel: expected the path or address of a model's folder, or { json, weights }, received ${showKind(source)}.\n  Try: loadModel("models/flowers").`,
		);
	}
	const text = String(source);
	const base = text.endsWith(modelFiles.record)
		? text.slice(0, -modelFiles.record.length)
		: text === "" || text.endsWith("/")
			? text
			: `${text}/`;
	const read = readerFor(text);
	const record = decodeModelRecord(new TextDecoder().decode(await read(`${base}${modelFiles.record}`)));
	return { record, weights: await read(`${base}${record.weights.file}`) };
}

/** Reads bytes by path in Node, by address elsewhere and for addresses. */
function readerFor(source: string): (place: string) => Promise<Uint8Array<ArrayBuffer>> {
	const getBuiltin = globalThis.process?.getBuiltinModule;
	if (getBuiltin === undefined || /^(https?|blob|data):/.test(source)) return fetchBytes;
	const { readFile } = getBuiltin("node:fs/promises");
	return async (place) => {
		try {
			return new Uint8Array(await readFile(place.startsWith("file:") ? new URL(place) : place));
		} catch (error) {
			throw missing(place, (error as { code?: string }).code ?? String(error));
		}
	};
}

async function fetchBytes(place: string): Promise<Uint8Array<ArrayBuffer>> {
	let response: Response;
	try {
		response = await fetch(place);
	} catch (error) {
		throw missing(place, String(error));
	}
	if (!response.ok) throw missing(place, `status ${response.status}`);
	return new Uint8Array(await response.arrayBuffer());
}

function missing(place: string, why: string): FileError {
	return new FileError(
		"missing",
		`${place}: cannot be read (${why}).\n  Try: the folder that holds ${modelFiles.record} and ${modelFiles.weights}.`,
		place,
	);
}

function namesOf({ target }: ModelRecord): string {
	return (target.kind === "classes" ? target.classes : target.names).slice(0, 5).join(", ");
}
