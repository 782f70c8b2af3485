/** Curves in a line of characters, for terminals. */

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A curve in one line of at most `width` block characters, lowest value to highest; longer ones are thinned. Values that are no numbers leave gaps. */
export function sparkline(values: readonly number[], width: number): string {
	const count = Math.min(width, values.length);
	const shown = Array.from({ length: count }, (_, i) => values[count === 1 ? 0 : Math.round((i * (values.length - 1)) / (count - 1))]);
	const finite = shown.filter(Number.isFinite);
	const [low, high] = [Math.min(...finite), Math.max(...finite)];
	const place = (value: number): number => (high === low ? 0 : Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1)));
	return shown.map((value) => (Number.isFinite(value) ? BLOCKS[place(value)] : " ")).join("");
}
