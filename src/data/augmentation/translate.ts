/** Moves an image by whole pixels: what `crop` and `shift` have in common. */
import type { ImageShape } from "../images/image-shape.ts";
import type { Outside } from "./outside.ts";

/** Where to, and what comes in from outside. */
export interface Translation {
	/** Pixels to the right. */
	readonly x: number;
	/** Pixels down. */
	readonly y: number;
	readonly outside: Outside;
}

/** x[c, i, j] ← x[c, i − y, j − x] */
export function translate(image: Float32Array, shape: ImageShape, { x, y, outside }: Translation): void {
	if (x === 0 && y === 0) return;
	const [channels, height, width] = shape;
	const source = image.slice();
	const [rows, columns] = [nearestOrigins(height, y), nearestOrigins(width, x)];
	// Loops over elements, since methods of typed arrays cost more than a short row; and no test within, which would double the time.
	for (let row = 0; row < channels * height; row++) {
		const i = row % height;
		const [to, from] = [row * width, (row - i + rows[i]) * width];
		for (let j = 0; j < width; j++) image[to + j] = source[from + columns[j]];
	}
	if (outside === "zero") clearOutside(image, shape, { x, y });
}

/** Where each place of an axis comes from, or the nearest place that there is. */
function nearestOrigins(length: number, by: number): Int32Array {
	const origins = new Int32Array(length);
	for (let place = 0; place < length; place++) origins[place] = Math.min(Math.max(place - by, 0), length - 1);
	return origins;
}

function clearOutside(image: Float32Array, [channels, height, width]: ImageShape, { x, y }: { x: number; y: number }): void {
	for (let row = 0; row < channels * height; row++) {
		const [i, start] = [row % height, row * width];
		const isOutside = i - y < 0 || i - y >= height;
		const [begin, end] = isOutside ? [0, width] : x > 0 ? [0, Math.min(x, width)] : [Math.max(width + x, 0), width];
		image.fill(0, start + begin, start + end);
	}
}
