/** Network inputs as images to look at: any scaling is undone as far as the eye needs it. */
import type { ExampleInput } from "../report/run-report-data.ts";

/** Longest side in pixels; larger images are averaged down, so that a report stays small. */
const LONGEST_SIDE = 80;

/**
 * An image with its smallest value black and its largest white.
 *
 * @param x - `[channels, height, width]`; three channels or more are red, green and blue, of two the first is grey
 */
export function displayImage(
	x: ArrayLike<number>,
	[channelCount, height, width]: readonly [number, number, number],
): Extract<ExampleInput, { kind: "image" }> {
	const channels = channelCount >= 3 ? 3 : 1;
	const step = Math.ceil(Math.max(height, width) / LONGEST_SIDE);
	const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
	const values = new Float32Array(rows * columns * channels);
	for (let c = 0; c < channels; c++) {
		for (let row = 0; row < rows; row++) {
			for (let column = 0; column < columns; column++) {
				const block = {
					top: row * step,
					left: column * step,
					bottom: Math.min(height, (row + 1) * step),
					right: Math.min(width, (column + 1) * step),
				};
				values[(row * columns + column) * channels + c] = blockMean(x, c * height * width, { ...block, width });
			}
		}
	}
	const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	const pixels = values.map((value) => (high > low ? (value - low) / (high - low) : 0.5));
	return { kind: "image", width: columns, height: rows, channels, pixels };
}

function blockMean(
	x: ArrayLike<number>,
	start: number,
	{ top, left, bottom, right, width }: { top: number; left: number; bottom: number; right: number; width: number },
): number {
	let sum = 0;
	for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) sum += x[start + row * width + column];
	return sum / ((bottom - top) * (right - left));
}
