/** Fisher's iris, shipped with the package; see ATTRIBUTION.md. */
import { decodeRows } from "./decode.ts";

/** 150 flowers of three species of iris, four lengths each. */
export interface Iris {
	/** `[rowCount, columnCount]`, row-major: lengths in cm, in the order of `columnNames`. */
	features: Float32Array;
	/** `[rowCount]`: the species, an index into `classNames`. */
	labels: Int32Array;
	/** 150. */
	rowCount: number;
	/** 4. */
	columnCount: number;
	/** Sepal length, sepal width, petal length, petal width. */
	columnNames: readonly string[];
	/** Names of the species; the label is the index. */
	classNames: readonly string[];
}

/**
 * Fisher's iris: 150 flowers, 50 of each species, sorted by species: shuffle before splitting.
 * Nothing is downloaded: the data is part of the package and unpacked at each call, so the caller may change the arrays.
 *
 * @example
 * ```ts
 * import { iris } from "gradus/data";
 * const { features, labels, classNames } = await iris();
 * console.log(classNames[labels[0]]); // setosa
 * ```
 * @see Fisher 1936, https://doi.org/10.1111/j.1469-1809.1936.tb02137.x
 */
export async function iris(): Promise<Iris> {
	const { irisBase64 } = await import("./iris.generated.ts");
	const size = { rowCount: 150, columnCount: 4 };
	const columnNames = ["sepal_length", "sepal_width", "petal_length", "petal_width"];
	const classNames = ["setosa", "versicolor", "virginica"];
	return { ...(await decodeRows(irisBase64, { ...size, divisor: 10 })), ...size, columnNames, classNames };
}
