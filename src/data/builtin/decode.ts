/** Turns the base64 of a generated module into rows of features and labels, in Node and in browsers. */

/** Features and labels of a table whose rows are feature bytes followed by one label byte. */
export interface LabeledRows {
	features: Float32Array;
	labels: Int32Array;
}

/**
 * Unpacks a gzip given as base64 into `rowCount` rows.
 *
 * @param columnCount - features a row, the label not counted
 * @param divisor - what each feature byte is divided by
 */
export async function decodeRows(
	base64: string,
	options: { rowCount: number; columnCount: number; divisor?: number },
): Promise<LabeledRows> {
	const { rowCount, columnCount, divisor = 1 } = options;
	const bytes = await gunzip(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
	const features = new Float32Array(rowCount * columnCount);
	const labels = new Int32Array(rowCount);
	for (let row = 0, at = 0; row < rowCount; row++) {
		for (let column = 0; column < columnCount; column++) features[row * columnCount + column] = bytes[at++] / divisor;
		labels[row] = bytes[at++];
	}
	return { features, labels };
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}
