/** Level lines of a function given on a grid, by marching squares. */

/** Values of a function on a grid: `z[row][column]` at (x[column], y[row]). */
export interface GridFunction {
	/** Ascending. */
	readonly x: ArrayLike<number>;
	/** Ascending. */
	readonly y: ArrayLike<number>;
	readonly z: readonly ArrayLike<number>[];
}

/** A piece of a level line, in the grid's coordinates. */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/** `count` levels between the values' quantiles: between neighbouring lines lies the same area, whatever the function. */
export function quantileLevels({ z }: GridFunction, count: number): number[] {
	const sorted = z
		.flatMap((row) => Array.from(row))
		.filter(Number.isFinite)
		.sort((a, b) => a - b);
	if (sorted.length === 0) return [];
	const levels = Array.from({ length: count }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / (count + 1))]);
	return [...new Set(levels)].filter((level) => level > sorted[0]);
}

/** The line z = level, in pieces; squares with a value that is not finite have none. */
export function contourSegments({ x, y, z }: GridFunction, level: number): Segment[] {
	const segments: Segment[] = [];
	for (let row = 0; row + 1 < y.length; row++) {
		for (let column = 0; column + 1 < x.length; column++) {
			const corners = [z[row][column], z[row][column + 1], z[row + 1][column + 1], z[row + 1][column]];
			if (!corners.every(Number.isFinite)) continue;
			const [x0, x1, y0, y1] = [x[column], x[column + 1], y[row], y[row + 1]];
			const places = [
				[x0, y0],
				[x1, y0],
				[x1, y1],
				[x0, y1],
			] as const;
			segments.push(...segmentsOf(corners, places, level));
		}
	}
	return segments;
}

/** Pieces joined where their ends meet, into lines as long as can be. */
export function joinSegments(segments: readonly Segment[]): (readonly [x: number, y: number])[][] {
	const ends = new Map<string, number[]>();
	const keyOf = (x: number, y: number): string => `${x} ${y}`;
	segments.forEach(([x1, y1, x2, y2], i) => {
		for (const key of [keyOf(x1, y1), keyOf(x2, y2)]) ends.set(key, [...(ends.get(key) ?? []), i]);
	});
	const used = new Set<number>();
	const next = ([x, y]: readonly [number, number]): readonly [number, number] | undefined => {
		const i = ends.get(keyOf(x, y))?.find((one) => !used.has(one));
		if (i === undefined) return undefined;
		used.add(i);
		const [x1, y1, x2, y2] = segments[i];
		return x1 === x && y1 === y ? [x2, y2] : [x1, y1];
	};
	return segments.flatMap(([x1, y1, x2, y2], i) => {
		if (used.has(i)) return [];
		used.add(i);
		const line: (readonly [number, number])[] = [
			[x1, y1],
			[x2, y2],
		];
		for (let place = next([x2, y2]); place !== undefined; place = next(place)) line.push(place);
		for (let place = next([x1, y1]); place !== undefined; place = next(place)) line.unshift(place);
		return [line];
	});
}

/** Pieces within one square, whose corners go round it. */
function segmentsOf(corners: readonly number[], places: readonly (readonly [number, number])[], level: number): Segment[] {
	const crossings: (readonly [number, number])[] = [];
	for (let i = 0; i < 4; i++) {
		const j = (i + 1) % 4;
		if (corners[i] >= level === corners[j] >= level) continue;
		// From the lower end of the edge, so that both squares at it find the same place to the last bit.
		const [a, b] = places[i][0] + places[i][1] < places[j][0] + places[j][1] ? [i, j] : [j, i];
		const part = (level - corners[a]) / (corners[b] - corners[a]);
		crossings.push([places[a][0] + part * (places[b][0] - places[a][0]), places[a][1] + part * (places[b][1] - places[a][1])]);
	}
	const piece = (a: number, b: number): Segment => [...crossings[a], ...crossings[b]];
	if (crossings.length === 2) return [piece(0, 1)];
	if (crossings.length !== 4) return [];
	// A saddle: the mean tells which pair of opposite corners is joined through the middle.
	const middleIsAbove = (corners[0] + corners[1] + corners[2] + corners[3]) / 4 >= level;
	return corners[0] >= level === middleIsAbove ? [piece(0, 1), piece(2, 3)] : [piece(3, 0), piece(1, 2)];
}
