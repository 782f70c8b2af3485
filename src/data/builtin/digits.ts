/** The UCI optical digits, shipped with the package; see ATTRIBUTION.md. */
import { decodeRows } from "./decode.ts";

/** 1,797 handwritten digits as grey images of 8×8 pixels. */
export interface Digits {
	/** `[rowCount, columnCount]`, row-major: pixels of each image line by line, whole numbers from 0 (paper) to 16 (ink). */
	features: Float32Array;
	/** `[rowCount]`: the digit written, 0–9. */
	labels: Int32Array;
	/** 1797. */
	rowCount: number;
	/** 64: pixels an image. */
	columnCount: number;
	/** Names of the classes; the label is the index. */
	classNames: readonly string[];
	/** 8: pixels. */
	imageHeight: number;
	/** 8: pixels. */
	imageWidth: number;
}

/**
 * The UCI optical digits: 1,797 images of 8×8 pixels in ten classes, in their published order.
 * Nothing is downloaded: the data is part of the package and unpacked at each call, so the caller may change the arrays.
 *
 * @example
 * ```ts
 * import { digits } from "gradus/data";
 * const { features, labels, rowCount } = await digits();
 * const scaled = features.map((pixel) => pixel / 16);
 * ```
 * @see Alpaydin & Kaynak 1998, https://doi.org/10.24432/C50P49
 */
export async function digits(): Promise<Digits> {
	const { digitsBase64 } = await import("./digits.generated.ts");
	const size = { rowCount: 1797, columnCount: 64 };
	const classNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
	return { ...(await decodeRows(digitsBase64, size)), ...size, classNames, imageHeight: 8, imageWidth: 8 };
}
