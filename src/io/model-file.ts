/** A model as two files: model.json, the record, and model.safetensors, the weights. */
import { gradusVersion } from "../core/version.ts";
import type { ModelState } from "../nn/state.ts";
import { hasSha256, sha256 } from "./checksum.ts";
import { FileError, refuseDamaged } from "./errors.ts";
import { modelRecordFromJson } from "./model-json.ts";
import { MODEL_FORMAT, type ModelRecord } from "./model-record.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** Names of a model's files. */
export const modelFiles = { record: "model.json", weights: "model.safetensors" } as const;

/** What the writer of a model states. */
export type ModelFacts = Omit<ModelRecord, "format" | "gradus" | "weights" | "task">;

/** A model as files. */
export interface EncodedModel {
	/** Text of model.json. */
	readonly json: string;
	/** Bytes of model.safetensors. */
	readonly weights: Uint8Array<ArrayBuffer>;
}

/**
 * A model as the contents of its files. Random streams stay out: inference draws nothing.
 *
 * @param state - of the network, as `network.state()` gives it
 * @throws DataError if the facts do not agree with each other
 */
export async function encodeModel(facts: ModelFacts, state: Pick<ModelState, "tensors" | "numbers">): Promise<EncodedModel> {
	const { tensors, numbers } = state;
	const metadata = {
		format: "pt",
		gradus: gradusVersion,
		...(Object.keys(numbers).length > 0 ? { numbers: JSON.stringify(numbers) } : {}),
	};
	const weights = writeSafetensors(tensors, metadata);
	const record = {
		format: MODEL_FORMAT,
		gradus: gradusVersion,
		task: facts.target.kind,
		...facts,
		// JSON has no NaN; a score that is none says nothing.
		metrics: Object.fromEntries(Object.entries(facts.metrics).filter(([, value]) => Number.isFinite(value))),
		weights: { file: modelFiles.weights, sha256: await sha256(weights) },
	};
	const json = JSON.stringify(record, null, "\t");
	// What cannot be read must not be written.
	modelRecordFromJson(JSON.parse(json));
	return { json: `${json}\n`, weights };
}

/** The record in the text of model.json. @throws FileError or DataError that says what is wrong with it */
export function decodeModelRecord(json: string): ModelRecord {
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		return refuseDamaged(modelFiles.record, "JSON", JSON.stringify(json.slice(0, 40)));
	}
	return modelRecordFromJson(value);
}

/**
 * The network's state in the bytes of model.safetensors. The checksum is compared where the platform has one: browsers have on pages from https: and localhost.
 *
 * @throws FileError if they are damaged or belong to another record
 */
export async function decodeModelWeights(bytes: Uint8Array<ArrayBuffer>, { weights }: Pick<ModelRecord, "weights">): Promise<ModelState> {
	if (hasSha256() && (await sha256(bytes)) !== weights.sha256) {
		throw new FileError(
			"damaged",
			`${weights.file}: these are not the weights that ${modelFiles.record} was written with; the checksum differs.\n  Try: copy both files again, from one place.`,
		);
	}
	const { tensors, metadata } = readSafetensors(bytes, weights.file);
	return { tensors: Object.fromEntries(tensors), streams: {}, numbers: readNumbers(metadata.get("numbers"), weights.file) };
}

function readNumbers(text: string | undefined, where: string): ModelState["numbers"] {
	if (text === undefined) return {};
	const refuse = (): never => refuseDamaged(`${where}: numbers`, "numbers by module and name", text.slice(0, 60));
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return refuse();
	}
	const entries = (given: unknown): [string, unknown][] =>
		typeof given === "object" && given !== null && !Array.isArray(given) ? Object.entries(given) : refuse();
	const read = entries(value).map(([path, numbers]) => {
		const own = entries(numbers).map(([name, number]) => [name, typeof number === "number" ? number : refuse()] as const);
		return [path, Object.fromEntries(own)] as const;
	});
	return Object.fromEntries(read);
}
