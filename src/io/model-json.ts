/** Reads model.json, which may come from anywhere: every field is checked and copied. */
import { sizeOf } from "../core/shape.ts";
import type { TargetKind } from "../data/dataset.ts";
import { inputSpecFromJson } from "../data/input-spec.ts";
import { JsonReader } from "../data/preprocessing/json-reader.ts";
import { targetKind } from "../data/preprocessing/preprocessor.ts";
import { readTarget } from "../data/read-target.ts";
import type { LayerConfig } from "../nn/build.ts";
import { refuseNewer } from "./errors.ts";
import { MODEL_FORMAT, type ModelInput, type ModelRecord, type Provenance } from "./model-record.ts";

/** Bounds far above what networks have; what goes beyond is hostile. */
const MAX_DEPTH = 24;
const MAX_LAYERS = 10_000;
const MAX_INPUT_SIZE = 2 ** 26;
const MAX_AXES = 16;

/**
 * The record out of parsed JSON of unknown origin.
 *
 * @throws FileError if a later Gradus wrote it
 * @throws DataError that says which field is not as it should be
 */
export function modelRecordFromJson(value: unknown): ModelRecord {
	const root = new JsonReader(value, "model.json");
	refuseLaterFormat(root);
	const fields = root.fields(
		"format",
		"gradus",
		"task",
		"target",
		"input",
		"inputShape",
		"layers",
		"outputs",
		"metrics",
		"provenance",
		"weights",
	);
	if (fields.format.value !== MODEL_FORMAT) fields.format.refuse(String(MODEL_FORMAT));
	const record: ModelRecord = {
		format: MODEL_FORMAT,
		gradus: fields.gradus.text(),
		task: fields.task.word("classes", "values"),
		target: readTarget(fields.target),
		input: readInput(fields.input),
		inputShape: readShape(fields.inputShape),
		layers: readLayers(fields.layers),
		outputs: fields.outputs.word("softmax", "identity"),
		metrics: readNumbers(fields.metrics),
		provenance: readProvenance(fields.provenance),
		weights: readWeights(fields.weights),
	};
	checkAgreement(record, fields);
	return record;
}

/** Later formats may have other fields, so the format is looked at before them. */
function refuseLaterFormat({ value }: JsonReader): void {
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, "format")) return;
	const { format, gradus } = value as { format: unknown; gradus?: unknown };
	if (typeof format === "number" && format > MODEL_FORMAT) refuseNewer("model.json", { format, by: gradus, known: MODEL_FORMAT });
}

function readInput(json: JsonReader): ModelInput {
	const { value } = json;
	const hasKind = typeof value === "object" && value !== null && Object.hasOwn(value, "kind");
	if (!hasKind || (value as { kind: unknown }).kind !== "values") return inputSpecFromJson(value);
	return { kind: json.fields("kind").kind.word("values") };
}

function readShape(json: JsonReader): number[] {
	const refuse = (): never => json.refuse(`a shape of at most ${MAX_AXES} axes and at most ${MAX_INPUT_SIZE} values`);
	// Before anything is made for each of them.
	if (Array.isArray(json.value) && json.value.length > MAX_AXES) refuse();
	const shape = json.items().map((length) => length.integer(1));
	return shape.length > 0 && sizeOf(shape) <= MAX_INPUT_SIZE ? shape : refuse();
}

function readLayers(json: JsonReader): LayerConfig[] {
	const count = { values: 0 };
	return json.items().map((item) => {
		const layer = readPlain(item, count, 0);
		return typeof layer === "string" || (typeof layer === "object" && layer !== null && !Array.isArray(layer))
			? (layer as LayerConfig)
			: item.refuse("a layer's name, or { name: options }");
	});
}

function readNumbers(json: JsonReader): Record<string, number> {
	return Object.fromEntries(entriesOf(json).map(([name, item]) => [name, item.number()]));
}

function readProvenance(json: JsonReader): Provenance {
	const { config, seed, data, date, executor, steps } = json.fields("config", "seed", "data", "date", "executor", "steps");
	const { name, rows } = data.fields("name", "rows");
	const count = { values: 0 };
	return {
		config: Object.fromEntries(entriesOf(config).map(([key, item]) => [key, readPlain(item, count, 0)])),
		seed: seed.value === null ? null : seed.number(),
		data: { name: name.text(), rows: rows.integer() },
		date: date.text(),
		executor: executor.text(),
		steps: steps.value === null ? null : steps.integer(),
	};
}

/** A name only: a path could lead out of the model's folder. */
function readWeights(json: JsonReader): ModelRecord["weights"] {
	const { file, sha256 } = json.fields("file", "sha256");
	if (!/^[A-Za-z0-9_][\w.-]{0,100}\.safetensors$/.test(file.text())) file.refuse("the name of a .safetensors file beside model.json");
	if (!/^[0-9a-f]{64}$/.test(sha256.text())) sha256.refuse("64 hexadecimal digits");
	return { file: file.text(), sha256: sha256.text() };
}

/** JSON copied as it is, within bounds. */
function readPlain(json: JsonReader, count: { values: number }, depth: number): unknown {
	if (++count.values > MAX_LAYERS * 10 || depth > MAX_DEPTH) json.refuse(`at most ${MAX_DEPTH} levels and ${MAX_LAYERS * 10} values`);
	const { value } = json;
	if (value === null || typeof value === "boolean" || typeof value === "string") return value;
	if (typeof value === "number") return json.number();
	if (Array.isArray(value)) return json.items().map((item) => readPlain(item, count, depth + 1));
	return Object.fromEntries(entriesOf(json).map(([key, item]) => [key, readPlain(item, count, depth + 1)]));
}

function entriesOf(json: JsonReader): [string, JsonReader][] {
	const { value, path } = json;
	if (typeof value !== "object" || value === null || Array.isArray(value)) return json.refuse("an object");
	return Object.keys(value).map((key) => {
		if (key === "__proto__") json.refuse("names of fields other than __proto__");
		return [key, new JsonReader(Object.getOwnPropertyDescriptor(value, key)?.value, `${path}.${key.slice(0, 60)}`)];
	});
}

/** What the record says twice must agree. */
function checkAgreement(
	{ task, target, input, inputShape }: ModelRecord,
	json: Record<"task" | "target" | "inputShape", JsonReader>,
): void {
	if (task !== target.kind) json.task.refuse(`"${target.kind}", as target is`);
	if (namesOf(target).length === 0) json.target.refuse("at least one name");
	// Inputs that are the network's own say nothing of what is predicted, nor of the shape.
	if (input.kind === "values") return;
	const wanted = targetOf(input);
	if (wanted.kind !== target.kind || JSON.stringify(namesOf(wanted)) !== JSON.stringify(namesOf(target))) {
		json.target.refuse("the same names as in input");
	}
	const shape = input.kind === "images" ? input.shape : [input.preprocessor.featureNames.length];
	if (JSON.stringify(shape) !== JSON.stringify(inputShape)) json.inputShape.refuse(`[${shape.join(", ")}], as input makes it`);
}

function targetOf(input: Exclude<ModelInput, { kind: "values" }>): TargetKind {
	return input.kind === "images" ? { kind: "classes", classes: input.classes } : targetKind(input.preprocessor);
}

function namesOf(target: TargetKind): readonly string[] {
	return target.kind === "classes" ? target.classes : target.names;
}
