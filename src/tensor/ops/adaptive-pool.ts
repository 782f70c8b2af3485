/** Adaptive pooling: the size of the result is given, the windows follow. And its opposite, enlarging by repetition. */
import type { Tensor } from "../tensor.ts";
import { type Pair, toPair } from "./checks.ts";
import { composed } from "./composed.ts";
import { asImage, fromImage } from "./conv.ts";
import { checkImage, checkSequence } from "./pool.ts";
import { adaptiveWindows } from "./pool-windows.ts";
import { averageOverWindows, maxOverWindows } from "./pooling.ts";
import { expand, reshape } from "./views.ts";

/**
 * Mean over windows ⌊i · h / outHeight⌋ … ⌈(i + 1) · h / outHeight⌉ − 1, columns likewise.
 *
 * @param x - `[n, channels, height, width]`
 * @param size - rows and columns of the result, ≥ 1
 * @returns `[n, channels, ...size]`
 */
export function adaptiveAvgPool2d(x: Tensor, size: Pair): Tensor {
	const windows = windowsFor("adaptiveAvgPool2d", x, size);
	return composed([x], () => averageOverWindows(x, windows));
}

/** Largest value over the windows of {@link adaptiveAvgPool2d}: `[n, channels, height, width]` → `[n, channels, ...size]`. */
export function adaptiveMaxPool2d(x: Tensor, size: Pair): Tensor {
	const windows = windowsFor("adaptiveMaxPool2d", x, size);
	return composed([x], () => maxOverWindows(x, windows));
}

/** Mean over windows as even as integers allow: `[n, channels, length]` → `[n, channels, size]`. */
export function adaptiveAvgPool1d(x: Tensor, size: number): Tensor {
	checkSequence(x, "adaptiveAvgPool1d");
	return composed([x], () => {
		const image = asImage(x);
		return fromImage(averageOverWindows(image, windowsFor("adaptiveAvgPool1d", image, [1, size])));
	});
}

/** Largest value over windows as even as integers allow: `[n, channels, length]` → `[n, channels, size]`. */
export function adaptiveMaxPool1d(x: Tensor, size: number): Tensor {
	checkSequence(x, "adaptiveMaxPool1d");
	return composed([x], () => {
		const image = asImage(x);
		return fromImage(maxOverWindows(image, windowsFor("adaptiveMaxPool1d", image, [1, size])));
	});
}

function windowsFor(where: string, x: Tensor, size: Pair): ReturnType<typeof adaptiveWindows> {
	checkImage(x, where);
	return adaptiveWindows(where, [x.shape[2], x.shape[3]], toPair(size, where, "the size", 1));
}

/**
 * Every pixel repeated `factor` times in both directions: nearest-neighbour enlargement.
 *
 * @param x - `[n, channels, height, width]`
 * @param factor - integers ≥ 1
 * @returns `[n, channels, height · factor, width · factor]`
 */
export function upsampleNearest2d(x: Tensor, factor: Pair): Tensor {
	checkImage(x, "upsampleNearest2d");
	const [rows, columns] = toPair(factor, "upsampleNearest2d", "the factor", 1);
	const [n, channels, height, width] = x.shape;
	return composed([x], () => {
		const spread = expand(reshape(x, [n, channels, height, 1, width, 1]), [n, channels, height, rows, width, columns]);
		return reshape(spread, [n, channels, height * rows, width * columns]);
	});
}
