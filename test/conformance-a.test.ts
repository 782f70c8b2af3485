/** Every executor gives what the reference gives: for each general operation, on views with any strides, and for each element type. */
import { describe, expect, test } from "vitest";
import type { DType, Tensor } from "../src/tensor/index.ts";
import * as g from "../src/tensor/index.ts";
import { executors } from "./executors.ts";
import { operations } from "./operations-a.ts";

const [{ executor: reference }] = executors;

/** Float32 roundings of a few terms of size 1; powers and matrix products have the most. */
const TOLERANCE = 4e-6;

interface Outcome {
	readonly dtype: DType;
	readonly shape: readonly number[];
	readonly values: readonly number[];
}

function outcomeOf(x: Tensor): Outcome {
	return { dtype: x.dtype, shape: [...x.shape], values: [...x.dataSync()] };
}

function expectClose(received: Outcome, expected: Outcome, tolerance = TOLERANCE): void {
	expect({ ...received, values: received.values.length }).toEqual({ ...expected, values: expected.values.length });
	received.values.forEach((value, i) => {
		const wanted = expected.values[i];
		if (Object.is(value, wanted) || value === wanted) return;
		expect(Math.abs(value - wanted), `element ${i}: received ${value}, expected ${wanted}`).toBeLessThanOrEqual(
			tolerance * (1 + Math.abs(wanted)),
		);
	});
}

/** The same values in memory with gaps, in opposite order along the last axis, and not at the start. */
function strided(x: Tensor): Tensor {
	if (x.rank === 0) return g.concat([x.reshape([1]), x.reshape([1])]).at(1);
	const turned = x.flip(-1).transpose(0, -1);
	const roomy = g.stack([g.fullLike(turned, 9), turned], -1);
	return roomy.select(-1, 1).transpose(0, -1).flip(-1);
}

/** Bytes and truths are refused where sums are formed in memory. */
function summable(x: Tensor): Tensor {
	return x.dtype === "uint8" || x.dtype === "bool" ? x.to("int32") : x;
}

/** Values and gradients of Σ result². */
function run(fn: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[], prepare: (x: Tensor) => Tensor): Outcome[] {
	const leaves = inputs.map((x) => x.detach().requireGrad());
	const result = fn(...leaves.map(prepare));
	result.square().sum().backward();
	return [result, ...leaves.map((leaf) => leaf.grad as Tensor)].map(outcomeOf);
}

describe.each(executors)("$name", ({ executor }) => {
	const rows = Object.values(operations).flatMap((table) => Object.entries(table));

	test.each(rows)("%s: values and gradients are those of the reference, on views too", (_, { fn, inputs, tolerance }) => {
		const on = (where: typeof executor, prepare: (x: Tensor) => Tensor): Outcome[] =>
			g.withExecutor(where, () =>
				g.scope(() =>
					run(
						fn,
						inputs.map((values) => g.tensor(values)),
						prepare,
					),
				),
			);
		const expected = on(reference, (x) => x);
		for (const prepare of [(x: Tensor) => x, strided]) {
			on(executor, prepare).forEach((outcome, i) => {
				expectClose(outcome, expected[i], tolerance);
			});
		}
	});

	const typed: Record<string, (x: Tensor) => Tensor> = {
		add: (x) => x.add(x),
		"less than": (x) => x.lt(2),
		where: (x) => g.where(x.ne(0), x, x),
		clip: (x) => x.clip(1, 2),
		"remainder of 2": (x) => x.remainder(2),
		exp: (x) => x.exp(),
		"to float32": (x) => x.to("float32"),
		"to int32": (x) => x.to("int32"),
		"to uint8": (x) => x.to("uint8"),
		"to bool": (x) => x.to("bool"),
		sum: (x) => x.sum(1),
		prod: (x) => x.prod(0),
		max: (x) => x.max(1),
		min: (x) => x.min(),
		argMax: (x) => x.argMax(1),
		argMin: (x) => x.argMin(),
		any: (x) => x.any(0),
		all: (x) => x.all(1),
		countNonZero: (x) => x.countNonZero(1),
		cumsum: (x) => x.cumsum(1),
		sort: (x) => x.sort(1).values,
		argSort: (x) => x.argSort(0, { descending: true }),
		topK: (x) => x.topK(2).values,
		take: (x) => x.take([2, 0, 2], 1),
		gather: (x) =>
			x.gather([
				[3, 0],
				[1, 1],
			]),
		scatterAdd: (x) => summable(x).scatterAdd([[3], [1]], summable(x).narrow(1, [0, 1])),
		indexAdd: (x) => summable(x).indexAdd([1, 1], summable(x)),
		concat: (x) => g.concat([x, x.flip(1)], 1),
		pad: (x) =>
			x.pad(
				[
					[1, 0],
					[0, 2],
				],
				{ value: 1 },
			),
		tril: (x) => x.tril(),
		flip: (x) => x.flip([0, 1]).clone(),
		transpose: (x) => x.transpose().clone(),
		nonZero: (x) => x.nonZero(),
		booleanMask: (x) => x.booleanMask(x.ne(0)),
	};
	const dtypes: DType[] = ["float32", "int32", "uint8", "bool"];

	test.each(Object.entries(typed))("%s: every element type gives what it gives on the reference", (_, fn) => {
		for (const dtype of dtypes) {
			const values = dtype === "bool" ? [1, 0, 0, 1, 1, 1, 0, 0] : [3, 0, 200, 1, 2, 2, 90, 7];
			const on = (where: typeof executor): Outcome =>
				g.withExecutor(where, () => g.scope(() => outcomeOf(fn(g.tensor(values, { dtype, shape: [2, 4] })))));
			expectClose(on(executor), on(reference));
		}
	});
});

describe("outside scopes", () => {
	/** What the sample itself makes on its way: several operations in one, or results that it throws away. */
	const busy = new Set(["pow by numbers", "where", "where with a number", "sort", "sort descending", "topK", "matmul transposed"]);
	const more = new Set(["toContiguous", "split", "unstack", "meshgrid", "booleanMask"]);
	const rows = Object.values(operations).flatMap((table) => Object.entries(table).filter(([name]) => !busy.has(name) && !more.has(name)));

	test.each(rows)("%s leaves nothing behind but its result", (_, { fn, inputs }) => {
		const run = (): void =>
			g.withExecutor(reference, () => {
				const tensors = inputs.map((values) => g.tensor(values));
				g.noGrad(() => fn(...tensors)).dispose();
				for (const x of tensors) x.dispose();
			});
		// The first time also makes constants that stay.
		run();
		const before = reference.memory().blockCount;
		run();
		expect(reference.memory().blockCount).toBe(before);
	});
});
