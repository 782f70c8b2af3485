import { describe, expect, test } from "vitest";
import { ArgumentError } from "../errors.ts";
import { checkDistribution } from "./distribution.ts";
import { type RandomState, RandomStream } from "./stream.ts";

const uniform = { kind: "uniform", low: 0, high: 1 } as const;
const values = (stream: RandomStream, count = 8): number[] => [...stream.draw(uniform, count)];

/** Σ (observed − expected)² / expected for equally likely cells. */
function chiSquare(counts: readonly number[]): number {
	const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
	return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("streams", () => {
	test("the same seed and path give the same numbers, however the path was walked", () => {
		const expected = values(new RandomStream(7).split("layer", 3));
		expect(values(new RandomStream(7, "layer", 3))).toEqual(expected);
		expect(values(new RandomStream(7).split("layer").split(3))).toEqual(expected);
	});

	test("what is drawn from a stream or split from it does not shift its children or siblings", () => {
		const root = new RandomStream("run");
		const expected = values(root.split("dropout"));
		root.draw(uniform, 1000);
		values(root.split("init"));
		expect(values(root.split("dropout"))).toEqual(expected);
	});

	test("streams that differ in seed, path or kind of name have nothing in common", () => {
		const streams = [
			new RandomStream(0),
			new RandomStream(1),
			new RandomStream("1"),
			new RandomStream(-1),
			new RandomStream(1, 1),
			new RandomStream(1, "1"),
			new RandomStream(1, "a"),
			new RandomStream(1, "a", "b"),
			new RandomStream(1, "ab"),
			new RandomStream(1, "b", "a"),
			new RandomStream(1, ""),
			new RandomStream(1, "", ""),
			new RandomStream("the quick brown fox"),
			new RandomStream("the quick brown fox "),
			new RandomStream("the quick brown fix"),
			new RandomStream(Number.MAX_SAFE_INTEGER),
			new RandomStream(Number.MAX_SAFE_INTEGER - 1),
		];
		const seen = streams.flatMap((stream) => values(stream, 64).map((x) => x.toString()));
		// 1088 of 2²⁴ values meet by chance 0.035 times.
		expect(new Set(seen).size).toBeGreaterThanOrEqual(seen.length - 1);
	});

	test("streams of neighbouring names are uncorrelated", () => {
		const count = 20_000;
		const columns = Array.from({ length: 6 }, (_, i) => new RandomStream(1, "layer", i).draw(uniform, count));
		for (const a of columns) {
			for (const b of columns) {
				if (a === b) continue;
				const covariance = a.reduce((sum, x, i) => sum + (x - 0.5) * (b[i] - 0.5), 0) / count;
				// A correlation of four standard errors, 1 / √n each.
				expect(Math.abs(covariance * 12)).toBeLessThan(4 / Math.sqrt(count));
			}
		}
	});

	test("a restored stream goes on where the saved one stood", () => {
		const stream = new RandomStream(3, "data");
		stream.permutation(10);
		stream.normal();
		const saved: RandomState = JSON.parse(JSON.stringify(stream.state()));
		const restored = RandomStream.fromState(saved);
		expect(saved).toEqual({ algorithm: "philox4x32-10", seed: 3, path: ["data"], block: 4 });
		for (let i = 0; i < 3; i++) {
			expect(restored.integer(0, 1000)).toBe(stream.integer(0, 1000));
			expect(values(restored)).toEqual(values(stream));
		}
		expect(restored.state()).toEqual(stream.state());
	});

	test("take reserves room in blocks of four, and draws are those of the reserved position", () => {
		const stream = new RandomStream(5);
		const positions = [stream.take(0), stream.take(1), stream.take(4), stream.take(5), stream.take(1)];
		expect(positions.map(({ counter }) => counter[0])).toEqual([0, 0, 1, 2, 4]);
		expect(new Set(positions.map(({ key }) => key.join())).size).toBe(1);
	});

	test("positions beyond 2³² blocks carry into the second word", () => {
		const stream = RandomStream.fromState({ ...new RandomStream(5).state(), block: 2 ** 32 + 3 });
		expect(stream.take(1).counter.slice(0, 2)).toEqual([3, 1]);
		expect(stream.integer(0, 2 ** 32)).toBeGreaterThanOrEqual(0);
		expect(stream.state().block).toBe(2 ** 32 + 5);
	});

	test("single draws are the first of a draw of many", () => {
		const first = (): RandomStream => new RandomStream(11);
		expect(first().uniform(-1, 3)).toBe(first().draw({ kind: "uniform", low: -1, high: 3 }, 5)[0]);
		expect(first().normal(1, 2)).toBe(first().draw({ kind: "normal", mean: 1, std: 2 }, 5)[0]);
		const truncated = { mean: 1, std: 2, low: 0, high: 3 };
		expect(first().truncatedNormal(truncated)).toBe(first().draw({ kind: "truncatedNormal", ...truncated }, 5)[0]);
		expect(first().bernoulli(0.5)).toBe(first().draw({ kind: "bernoulli", probability: 0.5, scale: 1 }, 5)[0] === 1);
	});
});

describe("integers and orders", () => {
	test("integers from low to high − 1 are equally likely", () => {
		const stream = new RandomStream(1);
		const counts = new Array<number>(7).fill(0);
		for (let i = 0; i < 70_000; i++) counts[stream.integer(-3, 4) + 3]++;
		// 6 degrees of freedom: below 22.5 in 999 of 1000.
		expect(chiSquare(counts)).toBeLessThan(22.5);
	});

	test("no bias in ranges that do not divide 2³²", () => {
		const stream = new RandomStream(2);
		// With range 3 · 2³⁰ a mere remainder would give the lowest third twice as often.
		const counts = [0, 0, 0];
		for (let i = 0; i < 30_000; i++) counts[Math.floor(stream.integer(0, 3 * 2 ** 30) / 2 ** 30)]++;
		// 2 degrees of freedom: below 13.8 in 999 of 1000.
		expect(chiSquare(counts)).toBeLessThan(13.8);
	});

	test("a range of one integer gives it, and one of 2³² all words", () => {
		const stream = new RandomStream(3);
		expect(stream.integer(5, 6)).toBe(5);
		const words = Array.from({ length: 64 }, () => stream.integer(-(2 ** 31), 2 ** 31));
		expect(Math.min(...words)).toBeLessThan(-(2 ** 30));
		expect(Math.max(...words)).toBeGreaterThan(2 ** 30);
	});

	test("a permutation holds each number once", () => {
		const stream = new RandomStream(4);
		for (const n of [0, 1, 2, 10, 1000]) {
			expect([...stream.permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
		}
	});

	test("all orders of four are equally likely", () => {
		const stream = new RandomStream(5);
		const counts = new Map<string, number>();
		for (let i = 0; i < 24_000; i++) {
			const order = stream.permutation(4).join();
			counts.set(order, (counts.get(order) ?? 0) + 1);
		}
		expect(counts.size).toBe(24);
		// 23 degrees of freedom: below 49.7 in 999 of 1000.
		expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
	});

	test("shuffle keeps the items, and permutes as permutation does", () => {
		const items = ["a", "b", "c", "d", "e"];
		const order = new RandomStream(6).permutation(5);
		expect(new RandomStream(6).shuffle(items)).toBe(items);
		expect(items).toEqual([...order].map((i) => "abcde"[i]));
	});

	test("choice takes every item equally often", () => {
		const stream = new RandomStream(7);
		const counts = { x: 0, y: 0, z: 0 };
		for (let i = 0; i < 30_000; i++) counts[stream.choice(["x", "y", "z"] as const)]++;
		expect(chiSquare(Object.values(counts))).toBeLessThan(13.8);
	});
});

describe("bad input", () => {
	const stream = new RandomStream(1);
	test.each<[string, () => unknown, RegExp]>([
		["a seed that is no integer", () => new RandomStream(0.5), /the seed to be an integer or a text, received 0.5/],
		["a seed beyond 2⁵³", () => new RandomStream(2 ** 53), /the seed/],
		["a missing seed", () => new RandomStream(undefined as never), /received undefined/],
		["a name that is no integer", () => stream.split(Number.NaN), /each name of the path/],
		["low above high", () => stream.uniform(2, 1), /high to be at least low \(2\), received 1/],
		["an infinite bound", () => stream.uniform(0, Number.POSITIVE_INFINITY), /high to be a finite/],
		["bounds too far apart", () => stream.uniform(-3e38, 3e38), /high − low to be finite/],
		["a mean that is not a number", () => stream.normal(Number.NaN), /mean/],
		["a negative std", () => stream.normal(0, -1), /random normal: expected std to be a finite number ≥ 0, received -1/],
		["a truncated std of 0", () => stream.truncatedNormal({ std: 0 }), /std to be a finite number > 0/],
		["truncated bounds the wrong way round", () => stream.truncatedNormal({ low: 1, high: 0 }), /high to be at least low/],
		["a bound that is not a number", () => stream.truncatedNormal({ low: Number.NaN }), /low to be a number/],
		["a truncation where nothing is", () => stream.truncatedNormal({ low: 31, high: 32 }), /30 standard deviations/],
		["a probability above 1", () => stream.bernoulli(1.5), /a probability from 0 to 1, received 1.5/],
		["a probability that is not a number", () => stream.bernoulli(Number.NaN), /probability/],
		["an empty range of integers", () => stream.integer(3, 3), /high to be greater than low/],
		["a bound that is no integer", () => stream.integer(0, 1.5), /high to be an integer/],
		["too many integers", () => stream.integer(0, 2 ** 32 + 1), /at most 2³²/],
		["a negative permutation", () => stream.permutation(-1), /n to be an integer/],
		["a choice of nothing", () => stream.choice([]), /at least one item/],
		["a negative count", () => stream.draw(uniform, -1), /count/],
		["room for half a value", () => stream.take(0.5), /count/],
		["an unknown distribution", () => checkDistribution({ kind: "gamma" } as never, "draw"), /draw: expected the kind/],
		["a state of another algorithm", () => RandomStream.fromState({ ...stream.state(), algorithm: "x" as never }), /algorithm/],
		["a state with a negative block", () => RandomStream.fromState({ ...stream.state(), block: -1 }), /block/],
		["a state without a path", () => RandomStream.fromState({ ...stream.state(), path: null as never }), /path/],
	])("%s is refused and leaves the stream where it was", (_, call, message) => {
		const before = stream.state();
		expect(call).toThrow(ArgumentError);
		expect(call).toThrow(message);
		expect(stream.state()).toEqual(before);
	});
});
