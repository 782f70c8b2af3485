/** Reads a saved preprocessor, which may be damaged or hostile: every field is checked and copied. */
import { suggestion } from "../../core/nearest.ts";
import { JsonReader } from "./json-reader.ts";
import {
	type FittedTransform,
	featuresOf,
	type InputColumn,
	type Preprocessor,
	type TargetEncoding,
	transformNamed,
} from "./preprocessor.ts";
import { refuse } from "./refuse.ts";
import { targetColumns } from "./target.ts";
import { transforms } from "./transforms/index.ts";

/**
 * The preprocessor out of parsed JSON.
 *
 * @throws DataError that says where the record is not one that `fitPreprocessor` makes
 */
export function preprocessorFromJson(value: unknown): Preprocessor {
	const root = new JsonReader(value, "preprocessor");
	const { version, inputs, featureNames, embeddings, target, missingTarget, rowCount, remarks } = root.fields(
		"version",
		"inputs",
		"featureNames",
		"embeddings",
		"target",
		"missingTarget",
		"rowCount",
		"remarks",
	);
	if (version.value !== 1) {
		refuse(version.path, {
			expected: "1",
			received: String(version.value),
			advice: "a release of Gradus as new as the one that saved the model.",
		});
	}
	const preprocessor: Preprocessor = {
		version: 1,
		inputs: inputs.items().map(readInput),
		featureNames: featureNames.items().map((name) => name.text()),
		embeddings: embeddings.items().map(readEmbedding),
		target: readTarget(target),
		missingTarget: missingTarget.word("error", "drop"),
		rowCount: rowCount.integer(),
		remarks: remarks.items().map((remark) => remark.text()),
	};
	checkAgreement(preprocessor, { inputs, featureNames, embeddings });
	return preprocessor;
}

function readInput(json: JsonReader): InputColumn {
	const { name, kind, temporal, fill, steps } = json.fields("name", "kind", "temporal", "fill", "steps");
	const columnKind = kind.word("numeric", "nominal");
	const read = { name: name.text(), kind: columnKind, temporal: temporal.truth(), steps: steps.items().map(readStep) };
	if (read.kind === "nominal" && read.steps.some(({ transform }) => transformNamed(transform)?.role === "scale")) {
		steps.refuse("no scaling of a nominal column");
	}
	if (fill.value === null) return { ...read, fill: null };
	return { ...read, fill: columnKind === "numeric" ? fill.number() : fill.text() };
}

function readStep(json: JsonReader): FittedTransform {
	const { transform, state } = json.fields("transform", "state");
	const name = transform.text();
	const found = transformNamed(name);
	const names = transforms.map((known) => known.name);
	if (found === undefined) return transform.refuse(`a transform that this release has. ${suggestion(name, names)}`);
	return { transform: name, state: found.read(state) };
}

function readEmbedding(json: JsonReader): Preprocessor["embeddings"][number] {
	const { column, name, count, dim } = json.fields("column", "name", "count", "dim");
	return { column: column.integer(), name: name.text(), count: count.integer(1), dim: dim.integer(1) };
}

function readTarget(json: JsonReader): TargetEncoding {
	const isClasses = typeof json.value === "object" && json.value !== null && Object.hasOwn(json.value, "classes");
	return isClasses ? readClasses(json) : readValues(json);
}

function readClasses(json: JsonReader): TargetEncoding {
	const { kind, column, classes, counts } = json.fields("kind", "column", "classes", "counts");
	const names = classes.names();
	if (names.length < 2) classes.refuse("at least two classes");
	const numbers = counts.items().map((count) => count.integer());
	if (numbers.length !== names.length) counts.refuse(`a count for each of ${names.length} classes`);
	return { kind: kind.word("classes"), column: column.text(), classes: names, counts: numbers };
}

function readValues(json: JsonReader): TargetEncoding {
	const { kind, columns } = json.fields("kind", "columns");
	const read = columns.items().map((item) => {
		const { name, mean, deviation } = item.fields("name", "mean", "deviation");
		return { name: name.text(), mean: mean.number(), deviation: deviation.positive() };
	});
	if (read.length === 0) columns.refuse("at least one target column");
	return { kind: kind.word("values"), columns: read };
}

type Part = "inputs" | "featureNames" | "embeddings";

/** What the record says twice must agree, or features would land in the wrong places. */
function checkAgreement(preprocessor: Preprocessor, json: Record<Part, JsonReader>): void {
	const names = preprocessor.inputs.map(({ name }) => name);
	if (names.length === 0) json.inputs.refuse("at least one input column");
	if (new Set([...names, ...targetColumns(preprocessor.target)]).size < names.length + targetColumns(preprocessor.target).length) {
		json.inputs.refuse("columns with different names, the target not among them");
	}
	const made = featuresOf(preprocessor.inputs);
	if (JSON.stringify(made.featureNames) !== JSON.stringify(preprocessor.featureNames)) {
		json.featureNames.refuse(`the ${made.featureNames.length} features that the inputs make`);
	}
	const sizes = (list: Preprocessor["embeddings"]) =>
		JSON.stringify(list.map(({ column, name, count, dim }) => [column, name, count, dim]));
	if (sizes(made.embeddings) !== sizes(preprocessor.embeddings)) {
		json.embeddings.refuse(`the ${made.embeddings.length} embedded features that the inputs make`);
	}
}
