import { expect, test } from "vitest";
import { contourSegments, type GridFunction, joinSegments, quantileLevels } from "./contour.ts";

const axis = (count: number, low: number, high: number) => Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
const on = (count: number, f: (x: number, y: number) => number): GridFunction => {
	const x = axis(count, -2, 2);
	return { x, y: x, z: x.map((y) => x.map((one) => f(one, y))) };
};

test("the level line of a plane is a straight line at the right place", () => {
	const lines = joinSegments(
		contourSegments(
			on(5, (x) => x),
			0.25,
		),
	);
	expect(lines).toHaveLength(1);
	expect(lines[0]).toHaveLength(5);
	expect(lines[0].every(([x]) => x === 0.25)).toBe(true);
});

test("the level line of x² + y² is one closed line on the circle", () => {
	const lines = joinSegments(
		contourSegments(
			on(81, (x, y) => x * x + y * y),
			1,
		),
	);
	expect(lines).toHaveLength(1);
	expect(lines[0][0]).toEqual(lines[0].at(-1));
	// Interpolating a parabola over a step h = 0.05 is off by at most h² / 8 · f'' = 6e-4 in z, half of that in the radius; at a square's edge both ways.
	for (const [x, y] of lines[0]) expect(Math.abs(Math.hypot(x, y) - 1)).toBeLessThan(7e-4);
});

test("a saddle has two branches that do not cross", () => {
	expect(
		joinSegments(
			contourSegments(
				on(4, (x, y) => x * y),
				0.1,
			),
		),
	).toHaveLength(2);
	expect(
		joinSegments(
			contourSegments(
				on(4, (x, y) => x * y),
				-0.1,
			),
		),
	).toHaveLength(2);
});

test("squares with a value that is not finite have no lines", () => {
	expect(
		contourSegments(
			on(2, () => Number.NaN),
			0,
		),
	).toEqual([]);
	expect(
		quantileLevels(
			on(2, () => Number.NaN),
			5,
		),
	).toEqual([]);
});

test("levels split the values into equal parts", () => {
	const x = axis(101, 0, 100);
	expect(quantileLevels({ x, y: [0], z: [x] }, 3)).toEqual([25, 50, 75]);
});
