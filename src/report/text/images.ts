/** Small images in characters. */
import type { ExampleInput } from "../run-report-data.ts";

const SHADES = " ░▒▓█";
/** Pixels in a row at most; each is one character. */
const MOST_COLUMNS = 22;

/** An image as lines of shades. A character is about twice as high as wide, so every line stands for two rows. */
export function shadedImage({ width, height, channels, pixels }: Extract<ExampleInput, { kind: "image" }>): string[] {
	const step = Math.max(1, Math.ceil(width / MOST_COLUMNS));
	const stretch = width <= MOST_COLUMNS / 2 ? 2 : 1;
	const rowStep = stretch === 2 ? 1 : 2 * step;
	const lines: string[] = [];
	for (let y = 0; y < height; y += rowStep) {
		let line = "";
		for (let x = 0; x < width; x += step) {
			let [sum, count] = [0, 0];
			for (let row = y; row < Math.min(height, y + rowStep); row++) {
				for (let column = x; column < Math.min(width, x + step); column++) {
					for (let c = 0; c < channels; c++) sum += pixels[(row * width + column) * channels + c];
					count += channels;
				}
			}
			line += SHADES[Math.min(SHADES.length - 1, Math.floor((sum / count) * SHADES.length))].repeat(stretch);
		}
		lines.push(line);
	}
	return lines;
}
