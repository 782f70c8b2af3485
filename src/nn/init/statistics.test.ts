/** What each random initializer promises of its values, on every executor. Variances and bounds are those of the papers' formulas. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { sizeOf } from "../../core/shape.ts";
import { setExecutor } from "../../tensor/context.ts";
import { checkInitializer } from "../../testing/index.ts";
import { fansOf } from "./fans.ts";
import type { InitializerMaker } from "./initializer.ts";
import * as list from "./list.ts";

const fanIn = (shape: readonly number[]) => sizeOf(shape.slice(1));
const fanOut = (shape: readonly number[]) => shape[0] * sizeOf(shape.slice(2));
const around = (bound: number): readonly [number, number] => [-bound, bound];

const shapes = [
	[64, 100],
	[100, 64],
	[16, 8, 3, 3],
	[1, 7],
];
const badShapes = [[5], [], [0, 4], [4, 0], [4, 2, 0]];

// 20,000 values a shape and 5 standard errors, the suite's own: mean within 0.035 standard deviations, a normal variance within 5 %.
const rows: [name: string, run: () => unknown][] = [
	["normal", () => checkInitializer(list.normal, { shapes: [[200], ...shapes], options: { mean: 0.5, std: 2 }, mean: 0.5, variance: 4 })],
	["uniform", () => checkInitializer(list.uniform, { shapes, options: { low: -1, high: 3 }, mean: 1, variance: 16 / 12, bounds: [-1, 3] })],
	[
		"fanInUniform",
		() =>
			checkInitializer(list.fanInUniform, {
				shapes,
				badShapes,
				mean: 0,
				variance: (shape) => 1 / (3 * fanIn(shape)),
				bounds: (shape) => around(1 / Math.sqrt(fanIn(shape))),
			}),
	],
	[
		"xavierUniform",
		() =>
			checkInitializer(list.xavierUniform, {
				shapes,
				badShapes,
				options: { gain: 5 / 3 },
				mean: 0,
				variance: (shape) => ((25 / 9) * 2) / (fanIn(shape) + fanOut(shape)),
				bounds: (shape) => around((5 / 3) * Math.sqrt(6 / (fanIn(shape) + fanOut(shape)))),
			}),
	],
	[
		"xavierNormal",
		() => checkInitializer(list.xavierNormal, { shapes, badShapes, mean: 0, variance: (shape) => 2 / (fanIn(shape) + fanOut(shape)) }),
	],
	[
		"heUniform",
		() =>
			checkInitializer(list.heUniform, {
				shapes,
				badShapes,
				mean: 0,
				variance: (shape) => 2 / fanIn(shape),
				bounds: (shape) => around(Math.sqrt(6 / fanIn(shape))),
			}),
	],
	[
		"heNormal by fanOut",
		() =>
			checkInitializer(list.heNormal, {
				shapes,
				badShapes,
				options: { mode: "fanOut", gain: 1 },
				mean: 0,
				variance: (shape) => 1 / fanOut(shape),
			}),
	],
	["heNormal", () => checkInitializer(list.heNormal, { shapes, badShapes, mean: 0, variance: (shape) => 2 / fanIn(shape) })],
	["lecunNormal", () => checkInitializer(list.lecunNormal, { shapes, badShapes, mean: 0, variance: (shape) => 1 / fanIn(shape) })],
	[
		"lecunUniform",
		() =>
			checkInitializer(list.lecunUniform, {
				shapes,
				badShapes,
				mean: 0,
				variance: (shape) => 1 / fanIn(shape),
				bounds: (shape) => around(Math.sqrt(3 / fanIn(shape))),
			}),
	],
	[
		// A standard normal variable kept in ±2 has variance 1 − 4 φ(2) / (2 Φ(2) − 1) = 0.773741.
		"truncatedNormal",
		() => checkInitializer(list.truncatedNormal, { shapes: [[200], ...shapes], mean: 0, variance: 0.773741, bounds: [-2, 2] }),
	],
	[
		// Rows of unit length over 100 columns: E x² = 1 / 100; a tall weight's columns over 100 rows likewise.
		"orthogonal",
		() =>
			checkInitializer(list.orthogonal, {
				shapes,
				badShapes,
				options: { gain: 2 },
				mean: 0,
				variance: (shape) => 4 / Math.max(shape[0], fanIn(shape)),
				bounds: [-2, 2],
			}),
	],
	[
		"sparse",
		() =>
			checkInitializer(list.sparse, {
				shapes: [[100, 20]],
				badShapes: [...badShapes, [4, 2, 3]],
				options: { sparsity: 0.75, std: 2 },
				mean: 0,
				variance: 0.25 * 4,
			}),
	],
	[
		"randomWalk",
		() =>
			checkInitializer(list.randomWalk, {
				shapes: [[50, 100]],
				badShapes,
				options: { nonlinearity: "linear" },
				mean: 0,
				variance: Math.exp(1 / 100) / 100,
			}),
	],
	[
		"randomWalk with its own g",
		() => checkInitializer(list.randomWalk, { shapes: [[50, 100]], options: { g: 3 }, mean: 0, variance: 9 / 100 }),
	],
	["zeros", () => checkInitializer(list.zeros, { shapes: [[3], [2, 2], [0]], isRandom: false, mean: undefined, bounds: [0, 0] })],
	["ones", () => checkInitializer(list.ones, { shapes: [[3], [2, 2]], isRandom: false, mean: 1, variance: 0 })],
	[
		"constant",
		() => checkInitializer(list.constant, { shapes: [[3]], options: { value: 0.1 }, isRandom: false, mean: Math.fround(0.1), variance: 0 }),
	],
	["identity", () => checkInitializer(list.identity, { shapes: [[4, 4]], badShapes, isRandom: false, mean: 0.25, variance: 3 / 16 })],
	["delta", () => checkInitializer(list.delta, { shapes: [[2, 2, 3]], badShapes: [...badShapes, [3, 3]], isRandom: false, mean: 1 / 6 })],
];

describe.each(executors)("on $name", ({ executor }) => {
	let before: ReturnType<typeof setExecutor>;
	beforeAll(() => {
		before = setExecutor(executor);
	});
	afterAll(() => {
		if (before !== null) setExecutor(before);
	});

	test.each(rows)("%s keeps its promises", (_, run) => {
		run();
	});
});

test("every initializer gives the same bits on every executor, but for rounding where it multiplies matrices", () => {
	const multiplying = new Set(["orthogonal"]);
	const given: Record<string, object> = { constant: { value: 0.3 }, sparse: { sparsity: 0.3 } };
	for (const [name, maker] of Object.entries(list)) {
		const shape = name === "delta" ? [3, 2, 5] : [13, 9];
		const values = executors.map(({ executor }) => {
			setExecutor(executor);
			return (maker as InitializerMaker<object>)(given[name])(shape, new RandomStream(7, name)).dataSync();
		});
		// Entries of up to 1, made by 9 reflections in float32.
		const expected = multiplying.has(name) ? [...values[0]].map((value) => expect.closeTo(value, 5)) : [...values[0]];
		for (const other of values) expect([...other], name).toEqual(expected);
	}
});

test("a convolution's fans count its kernel", () => {
	expect(fansOf([16, 8, 3, 5], "test")).toEqual({ fanIn: 120, fanOut: 240 });
});
