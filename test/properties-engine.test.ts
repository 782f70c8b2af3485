/**
 * Random graphs of operations: every executor is as close to the result in float64 as the reference is in float32, in values and
 * gradients, and leaves no memory behind.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as g from "../src/index.ts";
import { executors } from "./executors.ts";

type Tensor = g.Tensor;

const MOST_ELEMENTS = 200;
const MOST_AXES = 4;
/** Kernels round more often than the reference, which computes each operation in float64. */
const FACTOR = 16;
/** A few units in the last place of a float32, for results that the reference happens to get exactly. */
const FLOOR = 2 ** -20;

const swish = g.elementwise("swish", (x) => x.mul(g.scalars.sigmoid(x)));

/** An operation on earlier results; `pick` chooses among its forms. Null where the shapes do not allow it. */
type Instruction = (x: Tensor, y: Tensor, pick: number) => Tensor | null;

const axisOf = (x: Tensor, pick: number): number | null => (x.rank === 0 ? null : pick % x.rank);
const alongAxis =
	(run: (x: Tensor, axis: number, pick: number) => Tensor): Instruction =>
	(x, _, pick) => {
		const axis = axisOf(x, pick);
		return axis === null || x.shape[axis] === 0 ? null : run(x, axis, pick);
	};
const broadcasting =
	(run: (x: Tensor, y: Tensor) => Tensor): Instruction =>
	(x, y) => {
		const fits = x.shape.every((length, i) => {
			const other = y.shape[y.rank - x.rank + i] ?? 1;
			return length === other || length === 1 || other === 1;
		});
		return fits ? run(x, y) : null;
	};
/** Every other element is true. */
const stripes = (x: Tensor): Tensor => g.range(x.size, undefined, { executor: x.executor }).remainder(2).eq(0).reshape(x.shape);

/** Smooth and bounded, so that neither kinks nor growth blow small differences up. */
const instructions: Record<string, Instruction> = {
	tanh: (x) => x.tanh(),
	sigmoid: (x) => x.sigmoid(),
	sin: (x) => x.sin(),
	softplus: (x) => x.softplus(),
	swish: (x) => swish(x),
	exp: (x) => x.tanh().exp(),
	log: (x) => x.square().add(1).log(),
	sqrt: (x) => x.square().add(1).sqrt(),
	add: broadcasting((x, y) => x.add(y).mul(0.5)),
	sub: broadcasting((x, y) => x.sub(y).mul(0.5)),
	mul: broadcasting((x, y) => x.tanh().mul(y)),
	div: broadcasting((x, y) => x.div(y.square().add(1))),
	where: broadcasting((x, y) => g.where(stripes(x), x, y)),
	"add a number": (x, _, pick) => x.add(pick / 8),
	reshape: (x, _, pick) => (x.size % 2 === 0 && pick % 2 === 0 ? x.reshape([2, x.size / 2]) : x.reshape([x.size])),
	transpose: (x) => (x.rank < 2 ? null : x.transpose()),
	permute: (x) => x.permute([...x.shape.keys()].reverse()),
	flip: alongAxis((x, axis) => x.flip(axis)),
	unsqueeze: (x, _, pick) => x.unsqueeze(pick % (x.rank + 1)),
	squeeze: (x) => x.squeeze(),
	expand: (x, _, pick) => x.unsqueeze(0).expand([1 + (pick % 3), ...x.shape]),
	slice: alongAxis((x, axis, pick) => x.narrow(axis, [pick % 2, null])),
	"slice in steps": alongAxis((x, axis) => x.slice([...new Array<":">(axis).fill(":"), [null, null, -2]])),
	select: alongAxis((x, axis) => x.select(axis, -1)),
	take: alongAxis((x, axis) => x.take([0, x.shape[axis] - 1, 0], axis)),
	concat: (x, y) => (x.rank === 0 || x.shape.slice(1).join() !== y.shape.slice(1).join() || y.rank === 0 ? null : g.concat([x, y, x])),
	stack: (x, y) => (x.shape.join() === y.shape.join() ? g.stack([x, y], -1) : null),
	pad: (x) => (x.rank === 0 ? null : x.pad([[1, 2]], { value: 0.25 })),
	roll: alongAxis((x, axis, pick) => x.roll(pick, axis)),
	tril: (x) => (x.rank < 2 ? null : x.tril()),
	sum: alongAxis((x, axis) => x.sum(axis).mul(0.25)),
	mean: alongAxis((x, axis) => x.mean(axis, { keepDims: true })),
	"mean of all": (x) => (x.size === 0 ? null : x.mean()),
	variance: alongAxis((x, axis) => x.tanh().variance(axis, { correction: 0 })),
	logSumExp: alongAxis((x, axis) => x.logSumExp(axis)),
	softmax: alongAxis((x, axis) => x.softmax(axis)),
	logSoftmax: alongAxis((x, axis) => x.logSoftmax(axis).mul(0.25)),
	cumsum: alongAxis((x, axis) => x.cumsum(axis).mul(0.25)),
	layerNorm: (x) => (x.rank < 2 || x.shape[x.rank - 1] < 2 ? null : x.layerNorm({ epsilon: 0.1 })),
	matmul: (x, y) => (x.rank < 2 || y.rank !== 2 || x.shape[x.rank - 1] !== y.shape[0] ? null : x.tanh().matmul(y).mul(0.25)),
	"matmul with itself": (x) => (x.rank < 2 ? null : x.tanh().matmul(x.transpose()).mul(0.25)),
	// Large enough inside that machine code or a BLAS computes it.
	"matmul of many": (x) => {
		const columns = g.linspace(0.125, 1, 16, { dtype: x.dtype, executor: x.executor });
		const tall = x.flatten().unsqueeze(1).tanh().mul(columns);
		return tall.matmul(tall.transpose()).mean(1);
	},
	linear: (x, y) => (x.rank < 1 || y.rank !== 2 || x.shape[x.rank - 1] !== y.shape[1] ? null : x.tanh().linear(y).mul(0.25)),
};
const names = Object.keys(instructions);

const step = fc.record({ name: fc.constantFrom(...names), x: fc.nat(30), y: fc.nat(30), pick: fc.nat(7) });
const leaf = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) =>
	fc.record({
		shape: fc.constant(shape),
		values: fc.array(fc.integer({ min: -16, max: 16 }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) }),
	}),
);
const programs = fc.record({
	leaves: fc.array(leaf, { minLength: 1, maxLength: 3 }),
	steps: fc.array(step, { minLength: 1, maxLength: 14 }),
});
type Program = typeof programs extends fc.Arbitrary<infer P> ? P : never;

function sizeOf(shape: readonly number[]): number {
	return shape.reduce((size, length) => size * length, 1);
}

/** All values that a program computes, the loss, and the gradients of its leaves, in an element type. */
function run({ leaves, steps }: Program, executor: g.Executor, dtype: "float32" | "float64"): { shapes: string[]; values: number[][] } {
	return g.withExecutor(executor, () =>
		g.scope(() => {
			const parameters = leaves.map(({ shape, values }) =>
				g
					.tensor(
						values.map((value) => value / 8),
						{ shape, dtype },
					)
					.requireGrad(),
			);
			const results: Tensor[] = [...parameters];
			for (const { name, x, y, pick } of steps) {
				const result = instructions[name](results[x % results.length], results[y % results.length], pick);
				if (result !== null && result.size <= MOST_ELEMENTS && result.rank <= MOST_AXES) results.push(result);
			}
			// Each result counts, each element with a weight of its own.
			const losses = results.map((result, i) => {
				const weights = Array.from({ length: result.size }, (_, j) => Math.round(8 * Math.cos(i + j)) / 8);
				return result.mul(g.tensor(weights, { shape: result.shape, dtype })).sum();
			});
			const loss = g.stack(losses).mean();
			loss.backward();
			const all = [...results, loss, ...parameters.map(({ grad }) => grad as Tensor)];
			const outcome = { shapes: all.map(({ shape }) => shape.join()), values: all.map((one) => [...one.dataSync()]) };
			// The gradients of leaves outlive scopes.
			for (const { grad } of parameters) grad?.dispose();
			return outcome;
		}),
	);
}

const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const [{ executor: reference }, ...fast] = executors;

describe.each(fast)("random graphs on $name", ({ executor }) => {
	test("give the values and gradients of the reference, to the rounding of float32", () => {
		fc.assert(
			fc.property(programs, (program) => {
				const exact = run(program, reference, "float64");
				const rounded = run(program, reference, "float32");
				const received = run(program, executor, "float32");
				expect(received.shapes).toEqual(exact.shapes);
				exact.values.forEach((list, i) => {
					const rounding = largest(list.map((value, j) => value - rounded.values[i][j]));
					const allowed = FACTOR * rounding + FLOOR * Math.max(1, largest(list));
					list.forEach((value, j) => {
						const difference = Math.abs(received.values[i][j] - value);
						expect(difference <= allowed ? "" : `result ${i}, element ${j}: ${received.values[i][j]}, not ${value}`).toBe("");
					});
				});
			}),
			{ numRuns: 200 },
		);
	}, 60_000);

	test("give the same bits each time, and all their memory back", () => {
		fc.assert(
			fc.property(programs, (program) => {
				const first = run(program, executor, "float32");
				const before = executor.memory();
				expect(run(program, executor, "float32")).toEqual(first);
				expect(executor.memory()).toEqual(before);
			}),
			{ numRuns: 60 },
		);
	}, 60_000);
});
