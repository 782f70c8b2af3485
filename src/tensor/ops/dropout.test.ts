import { describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { DTypeError, ones, withExecutor, zeros } from "../index.ts";

describe.each(executors)("dropout on $name", ({ executor }) => {
	const on = <R>(fn: () => R): R => withExecutor(executor, fn);

	test("drops about p of the values and scales the others by 1 / (1 − p)", () => {
		on(() => {
			const y = ones([100, 100]).dropout({ p: 0.25, stream: new RandomStream(1) });
			const values = y.dataSync();
			expect([...new Set(values)].sort()).toEqual([0, Math.fround(1 / 0.75)]);
			const dropped = values.filter((value) => value === 0).length / values.length;
			// Five standard deviations of a share of 10,000 draws.
			expect(Math.abs(dropped - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 10_000));
		});
	});

	test("sends the gradient through the values that were kept", () => {
		on(() => {
			const x = ones([50]).requireGrad();
			const y = x.dropout({ stream: new RandomStream(2) });
			y.sum().backward();
			expect(x.grad?.toArray()).toEqual(y.toArray());
		});
	});

	test("draws a new mask each time and the same ones from the same stream", () => {
		on(() => {
			const [first, second] = [new RandomStream(3), new RandomStream(3)];
			const draws = [first, first, second, second].map((stream) => String(ones([64]).dropout({ stream }).toArray()));
			expect(draws[0]).not.toBe(draws[1]);
			expect(draws.slice(2)).toEqual(draws.slice(0, 2));
		});
	});

	test("is x itself outside training and for p = 0", () => {
		on(() => {
			const x = ones([3]);
			expect(x.dropout({ training: false })).toBe(x);
			expect(x.dropout({ p: 0 })).toBe(x);
		});
	});

	test("refuses probabilities outside [0, 1), a missing stream and integers", () => {
		on(() => {
			for (const p of [-0.1, 1, 1.5, Number.NaN]) expect(() => ones([3]).dropout({ p })).toThrow(/0 ≤ p < 1/);
			expect(() => ones([3]).dropout()).toThrow(/expected a stream.*new RandomStream/);
			expect(() => zeros([3], { dtype: "int32" }).dropout()).toThrow(DTypeError);
		});
	});
});
