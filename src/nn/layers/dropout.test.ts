/** What the layers that drop do to values: counts, whole channels and examples, expectation, seeds. */
import { describe, expect, test } from "vitest";
import { executors } from "../../../test/executors.ts";
import { ArgumentError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import { ones, scope, type Tensor, tensor, withExecutor } from "../../tensor/index.ts";
import type { Module } from "../module.ts";
import { Sequential } from "../sequential.ts";
import { AlphaDropout } from "./alpha-dropout.ts";
import { DropPath } from "./drop-path.ts";
import { Dropout } from "./dropout.ts";
import { SpatialDropout } from "./spatial-dropout.ts";

const rng = (): RandomStream => new RandomStream(42);
const COUNT = 40_000;

/** A share of COUNT draws lies within five standard deviations of its probability but once in two million. */
const within = (p: number): number => 5 * Math.sqrt((p * (1 - p)) / COUNT);

describe.each(executors)("$name", ({ executor }) => {
	const valuesOf = (make: () => Tensor): number[] => withExecutor(executor, () => scope(() => [...make().dataSync()]));

	test.each([0.1, 0.5, 0.9])("dropout %d drops that share and divides the rest by 1 − p", (p) => {
		const values = valuesOf(() => new Dropout({ p, rng: rng() }).forward(ones([COUNT])));
		const kept = values.filter((value) => value !== 0);
		expect(Math.abs(kept.length / COUNT - (1 - p))).toBeLessThan(within(p));
		expect(new Set(kept)).toEqual(new Set([Math.fround(1 / (1 - p))]));
	});

	test("classic dropout leaves what stays as it is, and inference multiplies by the keep ratio", () => {
		const layer = new Dropout({ p: 0.2, mode: "classic", rng: rng() });
		const values = valuesOf(() => layer.forward(ones([COUNT])));
		expect(new Set(values)).toEqual(new Set([0, 1]));
		expect(Math.abs(values.filter((value) => value === 1).length / COUNT - 0.8)).toBeLessThan(within(0.2));
		expect(new Set(valuesOf(() => layer.eval().forward(ones([8]))))).toEqual(new Set([Math.fround(0.8)]));
	});

	test("inverted dropout changes nothing at inference", () => {
		const layer = new Dropout({ p: 0.2, rng: rng() }).eval();
		withExecutor(executor, () =>
			scope(() => {
				const x = ones([3]);
				expect(layer.forward(x)).toBe(x);
			}),
		);
	});

	test("gradients pass where values stayed, times the same factor", () => {
		withExecutor(executor, () =>
			scope(() => {
				const x = ones([500]).requireGrad();
				const y = new Dropout({ p: 0.4, rng: rng() }).forward(x);
				y.sum().backward();
				expect(x.grad?.dataSync()).toEqual(y.dataSync());
			}),
		);
	});

	test("spatial dropout drops whole channels, example by example", () => {
		const values = valuesOf(() => new SpatialDropout({ p: 0.5, rng: rng() }).forward(ones([20, 50, 3, 2])));
		const channels = Array.from({ length: 1000 }, (_, i) => new Set(values.slice(6 * i, 6 * i + 6)));
		expect(channels.every((channel) => channel.size === 1)).toBe(true);
		const dropped = channels.filter((channel) => channel.has(0)).length;
		expect(Math.abs(dropped - 500)).toBeLessThan(5 * Math.sqrt(250));
		const examples = Array.from({ length: 20 }, (_, i) =>
			channels
				.slice(50 * i, 50 * i + 50)
				.map((channel) => [...channel][0])
				.join(),
		);
		expect(new Set(examples).size).toBe(20);
	});

	test("drop-path drops whole examples", () => {
		const values = valuesOf(() => new DropPath({ p: 0.25, rng: rng() }).forward(ones([1000, 2, 3])));
		const examples = Array.from({ length: 1000 }, (_, i) => new Set(values.slice(6 * i, 6 * i + 6)));
		expect(examples.every((example) => example.size === 1)).toBe(true);
		const dropped = examples.filter((example) => example.has(0)).length;
		expect(Math.abs(dropped - 250)).toBeLessThan(5 * Math.sqrt(1000 * 0.25 * 0.75));
	});

	test("alpha dropout keeps mean 0 and variance 1 of normal values", () => {
		const layer = new AlphaDropout({ p: 0.3, rng: rng() });
		const normal = withExecutor(executor, () => scope(() => rng().split("x").draw({ kind: "normal", mean: 0, std: 1 }, COUNT)));
		const values = withExecutor(executor, () => scope(() => [...layer.forward(tensor(normal)).dataSync()]));
		const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
		const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
		// The mean of 40,000 values of deviation 1 has the deviation 0.005; of their squares, some 0.007.
		expect(Math.abs(mean)).toBeLessThan(0.025);
		expect(Math.abs(variance - 1)).toBeLessThan(0.04);
	});
});

describe("streams", () => {
	const draws = (layer: Module): string =>
		withExecutor(executors[1].executor, () =>
			scope(() =>
				layer
					.forward(ones([64]))
					.dataSync()
					.join(),
			),
		);

	test("two layers of one stream drop differently, and a seed repeats both", () => {
		const pair = (): string[] => {
			const stream = rng();
			return [draws(new Dropout({ rng: stream })), draws(new Dropout({ rng: stream }))];
		};
		const [first, second] = pair();
		expect(first).not.toBe(second);
		expect(pair()).toEqual([first, second]);
	});

	test("are saved with the state: a restored layer goes on where the saved one stood", () => {
		const model = new Sequential([new Dropout({ rng: rng() })]);
		draws(model);
		const state = model.state();
		expect(Object.keys(state.streams)).toEqual(["0.stream"]);
		const next = draws(model);
		model.load(state);
		expect(draws(model)).toBe(next);
	});

	test("are asked for in words", () => {
		expect(() => new Dropout({ p: 0.5 } as never)).toThrow(/dropout: expected rng among the options.*received none/);
	});
});

test.each([-0.1, 1, Number.NaN])("a rate of %d is refused when the layer is made", (p) => {
	for (const make of [Dropout, SpatialDropout, DropPath, AlphaDropout]) expect(() => new make({ p, rng: rng() })).toThrow(ArgumentError);
});
