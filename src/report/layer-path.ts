/** Paths of layers and parameters in a model. */

/** Layer of a parameter: `2` for `2.weight`. */
export function layerOf(path: string): string {
	const end = path.lastIndexOf(".");
	return end < 0 ? path : path.slice(0, end);
}

/** Order of paths as layers follow one another: `2` before `10`, whatever order optimizers keep parameters in. */
export function comparePaths(a: string, b: string): number {
	const [as, bs] = [a.split("."), b.split(".")];
	for (let i = 0; i < Math.min(as.length, bs.length); i++) {
		if (as[i] === bs[i]) continue;
		const difference = Number(as[i]) - Number(bs[i]);
		return Number.isNaN(difference) ? (as[i] < bs[i] ? -1 : 1) : difference;
	}
	return as.length - bs.length;
}

/** A layer in words: its place and what it is, `2 linear`. */
export function layerName(path: string, kinds: Readonly<Record<string, string>>): string {
	if (path === "") return "model";
	return Object.hasOwn(kinds, path) ? `${path} ${kinds[path]}` : path;
}
