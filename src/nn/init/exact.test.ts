/** Initializers where values are known exactly, and what they refuse. */
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random/index.ts";
import "../../tensor/index.ts";
import { delta } from "./delta.ts";
import { identity } from "./identity.ts";
import { toInitializer } from "./index.ts";
import * as list from "./list.ts";
import { sparse } from "./sparse.ts";

const rng = new RandomStream(1);

describe("sparse", () => {
	test.each([
		[0.1, 30, 3],
		[0.07, 100, 7],
		[0.5, 5, 3],
		[0, 8, 0],
		[0.99, 4, 4],
	])("sparsity %d of %d rows makes exactly %d of each column 0", (sparsity, rows, zeroCount) => {
		const columns = sparse({ sparsity })([rows, 6], new RandomStream(2)).transpose().toArray() as number[][];
		expect(columns.map((column) => column.filter((value) => value === 0).length)).toEqual(new Array(6).fill(zeroCount));
	});

	test("the zeros of two columns are at different places", () => {
		const [a, b] = sparse({ sparsity: 0.5 })([40, 2], new RandomStream(2)).transpose().toArray() as number[][];
		expect(a.map((value) => value === 0)).not.toEqual(b.map((value) => value === 0));
	});
});

test("identity puts its gain on the diagonal", () => {
	expect(identity({ gain: 0.5 })([2, 3], rng).toArray()).toEqual([
		[0.5, 0, 0],
		[0, 0.5, 0],
	]);
});

test("delta hands channels on within each group", () => {
	expect(delta({ groups: 2 })([4, 2, 3], rng).toArray()).toEqual([
		[
			[0, 1, 0],
			[0, 0, 0],
		],
		[
			[0, 0, 0],
			[0, 1, 0],
		],
		[
			[0, 1, 0],
			[0, 0, 0],
		],
		[
			[0, 0, 0],
			[0, 1, 0],
		],
	]);
});

describe("refused", () => {
	const refusals: [string, () => unknown, RegExp][] = [
		["a negative deviation", () => list.normal({ std: -1 }), /normal: expected std to be a number ≥ 0, received -1/],
		["an infinite deviation", () => list.normal({ std: Number.POSITIVE_INFINITY }), /normal: expected std to be a finite number ≥ 0/],
		["bounds the wrong way round", () => list.uniform({ low: 2, high: 1 }), /uniform: expected high to be at least low \(2\), received 1/],
		[
			"truncation the wrong way round",
			() => list.truncatedNormal({ low: 1, high: -1 }),
			/truncatedNormal: expected high to be at least low/,
		],
		["a sparsity of 1", () => sparse({ sparsity: 1 }), /sparse: expected sparsity to be a number ≥ 0 and < 1, received 1/],
		["a negative sparsity", () => sparse({ sparsity: -0.1 }), /≥ 0 and < 1, received -0.1/],
		["a constant without its value", () => list.constant(), /constant: the option "value" is missing/],
		["a gain of 0", () => list.orthogonal({ gain: 0 }), /orthogonal: expected gain to be a number > 0/],
		["a fan of 0", () => list.heNormal()([3, 0], rng), /heNormal: a weight of shape \[3, 0\] has no inputs or no outputs/],
		[
			"a weight of one axis",
			() => list.xavierUniform()([3], rng),
			/xavierUniform: expected a weight of at least two axes .* received shape \[3\]/,
		],
		["the identity of a convolution", () => identity()([2, 2, 3], rng), /identity: expected a weight of two axes.*\n.*delta/],
		["the delta of a linear layer", () => delta()([2, 2], rng), /delta: expected a convolution's weight.*\n.*identity/],
		[
			"groups that do not divide the channels",
			() => delta({ groups: 2 })([3, 1, 3], rng),
			/groups to divide the 3 output channels, received 2/,
		],
		["a misspelt name", () => toInitializer("xavierNorml"), /There is no initializer "xavierNorml".*xavierNormal/s],
	];
	test.each(refusals)("%s", (_, make, words) => {
		expect(make).toThrow(ArgumentError);
		expect(make).toThrow(words);
	});
});
