/** Laws of the general operations over drawn shapes (empty, of one element, broadcast) and values, on every executor. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Tensor } from "../src/tensor/index.ts";
import * as g from "../src/tensor/index.ts";
import { executors } from "./executors.ts";

type Shape = readonly number[];

const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);
const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const fullShapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
/** Quarters: sums and products of a few of them are exact in float32, so that results can be compared for equality. */
const quarters = fc.integer({ min: -20, max: 20 }).map((n) => n / 4);
const values = (shape: Shape): fc.Arbitrary<number[]> => fc.array(quarters, { minLength: sizeOf(shape), maxLength: sizeOf(shape) });
const arrays = (of: fc.Arbitrary<number[]>) => of.chain((shape) => values(shape).map((data) => ({ shape, data })));
type Drawn = { shape: number[]; data: number[] };
const build = ({ shape, data }: Drawn): Tensor => g.tensor(data, { shape });

/** Two shapes that broadcast: a common one, with axes set to 1 or left away in front. */
const broadcasting = fc
	.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom("both", "first", "second")), { maxLength: 4 })
	.chain((axes) => fc.tuple(fc.constant(axes), fc.nat(axes.length)))
	.chain(([axes, dropped]) => {
		const first = axes.map(([length, who]) => (who === "second" ? 1 : length));
		const second = axes.map(([length, who]) => (who === "first" ? 1 : length));
		const shorter = second.slice(dropped);
		const common = axes.map(([length], i) => (i < dropped ? first[i] : length));
		return fc
			.tuple(values(first), values(shorter))
			.map(([a, b]) => ({ a: { shape: first, data: a }, b: { shape: shorter, data: b }, common }));
	});

/** Every index of a shape in row-major order. */
function indicesOf(shape: Shape): number[][] {
	return shape.reduce<number[][]>((list, length) => list.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])), [[]]);
}

/** The element that broadcasting puts at an index. */
function broadcastAt({ shape, data }: Drawn, index: readonly number[]): number {
	const own = index.slice(index.length - shape.length).map((i, axis) => (shape[axis] === 1 ? 0 : i));
	return data[own.reduce((flat, i, axis) => flat * shape[axis] + i, 0)];
}

function expectValues(received: Tensor, shape: Shape, expected: readonly number[]): void {
	expect([...received.shape]).toEqual([...shape]);
	// −0 is 0 here: which zero a sum gives is not what these laws are about.
	expect(Array.from(received.dataSync(), (value) => value + 0)).toEqual(expected.map((value) => value + 0));
}

function expectSame(received: Tensor, expected: Tensor): void {
	expectValues(received, expected.shape, [...expected.dataSync()]);
}

/** 0, 1, 2, … along an axis. */
function positions(shape: Shape, axis: number): Tensor {
	const own = shape.map((length, i) => (i === axis ? length : 1));
	return g.range(shape[axis]).reshape(own).expand(shape);
}

/** Runs a law on 60 examples, each in a scope of its own. */
function law<T>(arbitrary: fc.Arbitrary<T>, check: (drawn: T) => void): void {
	fc.assert(
		fc.property(arbitrary, (drawn) => g.scope(() => check(drawn))),
		{ numRuns: 60 },
	);
}

const binary: [string, (x: Tensor, y: Tensor) => Tensor, (a: number, b: number) => number][] = [
	["add", g.add, (a, b) => a + b],
	["sub", g.sub, (a, b) => a - b],
	["mul", g.mul, (a, b) => a * b],
	["maximum", g.maximum, Math.max],
	["lt", g.lt, (a, b) => Number(a < b)],
	["logicalOr", g.logicalOr, (a, b) => Number(a !== 0 || b !== 0)],
];

const folds: [string, (x: Tensor, axes: number[]) => Tensor, (values: number[]) => number][] = [
	["sum", (x, axes) => x.sum(axes), (all) => all.reduce((a, b) => a + b, 0)],
	["any", (x, axes) => x.any(axes), (all) => Number(all.some((value) => value !== 0))],
	["all", (x, axes) => x.all(axes), (all) => Number(all.every((value) => value !== 0))],
	["countNonZero", (x, axes) => x.countNonZero(axes), (all) => all.filter((value) => value !== 0).length],
];

/** A fold over axes by loops. */
function foldBy(drawn: Drawn, axes: readonly number[], fold: (values: number[]) => number): { shape: number[]; data: number[] } {
	const kept = drawn.shape.map((_, i) => i).filter((i) => !axes.includes(i));
	const shape = kept.map((i) => drawn.shape[i]);
	const groups = new Map(indicesOf(shape).map((index): [string, number[]] => [index.join(), []]));
	indicesOf(drawn.shape).forEach((index, flat) => {
		groups.get(kept.map((i) => index[i]).join())?.push(drawn.data[flat]);
	});
	return { shape, data: [...groups.values()].map(fold) };
}

const withAxes = arrays(shapes).chain((drawn) => fc.tuple(fc.constant(drawn), fc.subarray(drawn.shape.map((_, i) => i))));
const withAxis = arrays(fullShapes).chain((drawn) => fc.tuple(fc.constant(drawn), fc.nat(drawn.shape.length - 1)));
const bound = fc.option(fc.integer({ min: -6, max: 6 }), { nil: null });
const ranges = fc.tuple(bound, bound, fc.constantFrom(1, 2, 3));

describe.each(executors)("$name", ({ executor }) => {
	const on = (run: () => void) => () => g.withExecutor(executor, run);

	test.each(binary)("%s broadcasts", (_, operation, value) => {
		on(() =>
			law(broadcasting, ({ a, b, common }) => {
				const expected = indicesOf(common).map((index) => value(broadcastAt(a, index), broadcastAt(b, index)));
				expectValues(operation(build(a), build(b)), common, expected);
				expectSame(operation(build(b), build(a)), operation(build(b).expand(common), build(a).expand(common)));
			}),
		)();
	});

	test(
		"the gradient of a broadcast operand counts how often each element was used",
		on(() => {
			law(broadcasting, ({ a, b, common }) => {
				const x = build(a).requireGrad();
				g.add(x, build(b)).sum().backward();
				const uses = sizeOf(a.shape) === 0 ? 0 : sizeOf(common) / sizeOf(a.shape);
				expectValues(
					x.grad as Tensor,
					a.shape,
					a.data.map(() => uses),
				);
			});
		}),
	);

	test.each(folds)("%s folds over any axes, empty ones too", (_, operation, fold) => {
		on(() =>
			law(withAxes, ([drawn, axes]) => {
				const { shape, data } = foldBy(drawn, axes, fold);
				expectValues(operation(build(drawn), axes), shape, data);
			}),
		)();
	});

	test(
		"max, min, argMax and argMin agree with each other and with loops",
		on(() => {
			law(withAxis, ([drawn, axis]) => {
				const x = build(drawn);
				const largest = foldBy(drawn, [axis], (all) => Math.max(...all));
				expectValues(x.max(axis), largest.shape, largest.data);
				expectSame(x.gather(x.argMax(axis, { keepDims: true }), axis).squeeze(axis), x.max(axis));
				expectSame(x.gather(x.argMin(axis, { keepDims: true }), axis).squeeze(axis), x.neg().max(axis).neg());
			});
		}),
	);

	test(
		"slices follow the rules of JavaScript's and Python's ranges",
		on(() => {
			law(fc.tuple(fc.integer({ min: 0, max: 6 }), ranges), ([length, [start, stop, step]]) => {
				const all = Array.from({ length }, (_, i) => i);
				const expected = all.slice(start ?? undefined, stop ?? undefined).filter((_, i) => i % step === 0);
				const x = g.range(length);
				expectValues(x.slice([[start, stop, step]]), [expected.length], expected);
				expectSame(x.slice([[null, null, -1]]), x.flip(0));
			});
		}),
	);

	test(
		"what split, unstack and slice take apart, concat and stack join again",
		on(() => {
			law(fc.tuple(withAxis, fc.integer({ min: 1, max: 5 })), ([[drawn, axis], length]) => {
				const x = build(drawn);
				expectSame(g.concat(x.split(length, axis), axis), x);
				expectSame(g.concat(x.chunk(length, axis), axis), x);
				expectSame(g.stack(x.unstack(axis), axis), x);
				expectSame(g.concat([x.narrow(axis, [0, length]), x.narrow(axis, [length, null])], axis), x);
			});
		}),
	);

	test(
		"padding is undone by slicing, rolling by rolling back, permuting by the inverse",
		on(() => {
			const drawing = arrays(shapes).chain((drawn) =>
				fc.tuple(fc.constant(drawn), fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: drawn.shape.length }), fc.gen()),
			);
			law(drawing, ([drawn, paddings, draw]) => {
				const x = build(drawn);
				const lead = drawn.shape.length - paddings.length;
				const inner = drawn.shape.map((length, i): g.Range => {
					const before = i < lead ? 0 : paddings[i - lead][0];
					return [before, before + length];
				});
				expectSame(x.pad(paddings, { value: 7 }).slice(inner), x);
				const axes = drawn.shape.map((_, i) => i);
				const shifts = axes.map(() => draw(fc.integer, { min: -5, max: 5 }));
				expectSame(
					x.roll(shifts, axes).roll(
						shifts.map((shift) => -shift),
						axes,
					),
					x,
				);
				const order = draw(fc.shuffledSubarray, axes, { minLength: axes.length });
				expectSame(x.permute(order).permute(axes.map((axis) => order.indexOf(axis))), x);
			});
		}),
	);

	test(
		"sorting permutes, orders, and is what its indices say",
		on(() => {
			law(withAxis, ([drawn, axis]) => {
				const x = build(drawn);
				const { values: sorted, indices } = x.sort(axis);
				expectSame(x.gather(indices, axis), sorted);
				expectSame(sorted.diff(axis).ge(0).all(), g.tensor(true));
				expectSame(indices.sort(axis).values, positions(drawn.shape, axis));
				expectSame(x.topK(1, { axis }).values, x.max(axis, { keepDims: true }));
				expectSame(x.cumsum(axis).narrow(axis, [-1, null]), x.sum(axis, { keepDims: true }));
			});
		}),
	);

	test(
		"take with all positions is the identity, and repeat, tile and roll are takes",
		on(() => {
			law(withAxis, ([drawn, axis]) => {
				const x = build(drawn);
				const length = drawn.shape[axis];
				const all = Array.from({ length }, (_, i) => i);
				expectSame(x.take(all, axis), x);
				expectSame(
					x.repeat(2, axis),
					x.take(
						all.flatMap((i) => [i, i]),
						axis,
					),
				);
				expectSame(x.tile(drawn.shape.map((_, i) => (i === axis ? 2 : 1))), x.take([...all, ...all], axis));
				expectSame(
					x.roll(1, axis),
					x.take(
						all.map((i) => (i + length - 1) % length),
						axis,
					),
				);
			});
		}),
	);

	test(
		"einsum agrees with matmul, sum and transpose",
		on(() => {
			const sides = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 4 })));
			const drawing = sides.chain(([b, i, j, k]) => fc.tuple(arrays(fc.constant([b, i, j])), arrays(fc.constant([b, j, k]))));
			law(drawing, ([a, b]) => {
				const [x, y] = [build(a), build(b)];
				expectSame(g.einsum("bij,bjk->bik", x, y), x.matmul(y));
				expectSame(g.einsum("bij,bjk->kb", x, y), x.matmul(y).sum(1).transpose());
				expectSame(g.einsum("bij->j", x), x.sum([0, 1]));
			});
		}),
	);
});
