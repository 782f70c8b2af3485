/** How raw inputs become network inputs: what a saved model must know of its data. */
import { type ImageSpec, imageShapeOf, parseImageSpec } from "./images/decode-image.ts";
import { checkScalingFits, type ImageScaling } from "./images/image-scaling.ts";
import type { ImageShape } from "./images/image-shape.ts";
import { parseImageScaling } from "./images/parse-image-scaling.ts";
import { preprocessorFromJson } from "./preprocessing/json.ts";
import { JsonReader } from "./preprocessing/json-reader.ts";
import type { Preprocessor } from "./preprocessing/preprocessor.ts";

/** How raw inputs become network inputs. Plain JSON, saved with the model. */
export type InputSpec =
	| { readonly kind: "table"; readonly preprocessor: Preprocessor }
	| {
			readonly kind: "images";
			/** `[channels, height, width]` */
			readonly shape: ImageShape;
			/** How image files are decoded; null where images came as arrays. */
			readonly spec: ImageSpec | null;
			readonly scaling: ImageScaling;
			readonly classes: readonly string[];
	  };

/**
 * The spec out of parsed JSON of unknown origin.
 *
 * @throws DataError that says where the record is none
 */
export function inputSpecFromJson(value: unknown): InputSpec {
	const root = new JsonReader(value, "input");
	const isImages = typeof value === "object" && value !== null && Object.hasOwn(value, "scaling");
	if (!isImages) {
		const { kind, preprocessor } = root.fields("kind", "preprocessor");
		return { kind: kind.word("table"), preprocessor: preprocessorFromJson(preprocessor.value) };
	}
	const { kind, shape, spec, scaling, classes } = root.fields("kind", "shape", "spec", "scaling", "classes");
	const lengths = shape.items().map((length) => length.integer(1));
	if (lengths.length !== 3) shape.refuse("[channels, height, width]");
	const imageShape = lengths as unknown as ImageShape;
	const read = {
		kind: kind.word("images"),
		shape: imageShape,
		spec: spec.value === null ? null : parseImageSpec(spec.value),
		scaling: parseImageScaling(scaling.value),
		classes: classes.names(),
	};
	checkScalingFits(read.scaling, imageShape);
	if (read.spec !== null && imageShapeOf(read.spec).some((length, i) => length !== lengths[i]))
		spec.refuse(`a spec for images [${lengths}]`);
	return read;
}
