/** A new initializer from outside, through public entry points only, and what the suite finds wrong. */
import { describe, expect, test } from "vitest";
import { ArgumentError, full, RandomStream, randomNormal, randomUniform, zeros } from "../index.ts";
import { defineInitializer, type Initializer, initializerRegistry, Linear, toInitializer } from "../nn/index.ts";
import { checkInitializer, InitializerMismatchError } from "./index.ts";

/** ±std with equal chances. */
const coin = defineInitializer<{ std?: number }>({
	name: "coin",
	formula: "±std",
	source: "—",
	torch: null,
	options: { std: { kind: "number", about: "size of each value", default: 1, above: 0 } },
	fill: (shape, rng, { std }) => {
		if (shape.length === 0) throw new ArgumentError("coin: expected a weight with axes, received a scalar.");
		return randomUniform(shape, rng, { low: -1, high: 1 }).sign().mul(std);
	},
});

describe("an initializer of one's own", () => {
	test("keeps the promises of the shelf", () => {
		const reports = checkInitializer(coin, {
			shapes: [[30, 20], [5]],
			badShapes: [[]],
			options: { std: 0.5 },
			mean: 0,
			variance: 0.25,
			bounds: [-0.5, 0.5],
		});
		expect(reports.map(({ shape, count }) => [shape, count])).toEqual([
			[[30, 20], 20_400],
			[[5], 20_000],
		]);
	});

	test("is found by name beside those of the shelf, and used by layers", () => {
		const registry = initializerRegistry.with(coin);
		const weightInit = toInitializer({ coin: { std: 3 } }, registry);
		const { weight } = new Linear(4, 2, { rng: new RandomStream(1), weightInit });
		expect([...weight.dataSync()].every((value) => Math.abs(value) === 3)).toBe(true);
	});
});

/** An initializer with one fault. */
const faulty = (name: string, fill: Initializer) =>
	defineInitializer<object>({ name, formula: "—", source: "—", torch: null, options: {}, fill });

let count = 0;
const faults: [string, ReturnType<typeof faulty>, object, RegExp][] = [
	[
		"values from elsewhere than the stream",
		faulty("drift", (shape) => full(shape, count++)),
		{},
		/drift .*the same stream gives the same bits/,
	],
	["values that no stream moves", faulty("fixed", (shape) => zeros(shape)), {}, /different streams give different values/],
	["another shape", faulty("flat", ([n], rng) => randomNormal([n], rng)), {}, /shape asked for.\n {2}Expected \[20, 10\], received \[20\]/],
	["integers", faulty("whole", (shape) => zeros(shape, { dtype: "int32" })), {}, /float32.\n {2}Received int32/],
	["NaN", faulty("broken", (shape) => full(shape, Number.NaN)), {}, /its values are finite/],
	[
		"a mean that is off",
		faulty("shifted", (shape, rng) => randomNormal(shape, rng, { mean: 0.1 })),
		{ mean: 0 },
		/its mean is as expected/,
	],
	[
		"a variance that is off",
		faulty("wide", (shape, rng) => randomNormal(shape, rng, { std: 1.1 })),
		{ variance: 1 },
		/its variance is as expected/,
	],
	["values out of bounds", faulty("loose", (shape, rng) => randomNormal(shape, rng)), { bounds: [-1, 1] }, /within their bounds/],
	["silence about a bad shape", faulty("lax", (shape, rng) => randomNormal(shape, rng)), { badShapes: [[3]] }, /it refuses shape \[3\]/],
	[
		"a refusal that does not say who refuses",
		faulty("mute", (shape, rng) => {
			if (shape.length < 2) throw new ArgumentError("no.");
			return randomNormal(shape, rng);
		}),
		{ badShapes: [[3]] },
		/a message that begins with "mute", received "no."/,
	],
];

test.each(faults)("the suite finds %s", (_, maker, options, words) => {
	const run = () => checkInitializer(maker, { shapes: [[20, 10]], ...options });
	expect(run).toThrow(InitializerMismatchError);
	expect(run).toThrow(words);
});
