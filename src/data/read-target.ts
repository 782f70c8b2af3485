/** Reads what is to be predicted out of JSON of unknown origin. */
import type { TargetKind } from "./dataset.ts";
import type { JsonReader } from "./preprocessing/json-reader.ts";

/** The target that a record names. @throws DataError that says where it is none */
export function readTarget(json: JsonReader): TargetKind {
	const isClasses = typeof json.value === "object" && json.value !== null && Object.hasOwn(json.value, "classes");
	if (isClasses) {
		const { kind, classes } = json.fields("kind", "classes");
		return { kind: kind.word("classes"), classes: classes.names() };
	}
	const { kind, names } = json.fields("kind", "names");
	return { kind: kind.word("values"), names: names.names() };
}
