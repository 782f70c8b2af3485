import { describe, expect, it } from "vitest";
import { ArgumentError } from "../core/errors.ts";
import { call, constant, type Formula, formula, gradientFormula, inputsOf, outputDTypes, substitute } from "./formula.ts";
import { operand, valuesOf } from "./reference/fixture.ts";
import { map } from "./reference/map.ts";
import * as s from "./scalars/index.ts";

const sigmoid = formula("sigmoid", (x) => call(s.sigmoid, x));

describe("a formula's key", () => {
	it("is the same for the same graph, whatever its name and however it shares", () => {
		const shared = formula("shared", (x) => {
			const square = x.mul(x);
			return square.add(square);
		});
		const written = formula("written", (x) => x.mul(x).add(x.mul(x)));
		expect(shared.key).toBe(written.key);
	});

	it.each<[string, Formula, Formula]>([
		["order of arguments", formula("a", (x, y) => x.sub(y)), formula("b", (x, y) => y.sub(x))],
		["primitive", formula("a", (x, y) => x.sub(y)), formula("b", (x, y) => x.add(y))],
		["constant", formula("a", (x) => x.mul(2)), formula("b", (x) => x.mul(3))],
		["sign of zero", formula("a", (x) => x.mul(0)), formula("b", (x) => x.mul(-0))],
		["order of outputs", formula("a", (x, y) => [x, y]), formula("b", (x, y) => [y, x])],
		["number of inputs", formula("a", (x) => x, 1), formula("b", (x) => x, 2)],
		["depth", formula("a", (x) => x.neg()), formula("b", (x) => x.neg().neg())],
	])("differs with the %s", (_, a, b) => {
		expect(a.key).not.toBe(b.key);
	});
});

describe("types in a formula", () => {
	it("follow the inputs: integers stay integers but for quotients and functions", () => {
		const sum = formula("sum", (a, b) => a.add(b));
		expect(outputDTypes(sum, ["int32", "uint8"])).toEqual(["int32"]);
		expect(outputDTypes(sum, ["int32", "float32"])).toEqual(["float32"]);
		expect(outputDTypes(sum, ["float32", "float64"])).toEqual(["float64"]);
		expect(outputDTypes(sum, ["bool", "bool"])).toEqual(["int32"]);
		expect(
			outputDTypes(
				formula("div", (a, b) => a.div(b)),
				["int32", "int32"],
			),
		).toEqual(["float32"]);
		expect(outputDTypes(sigmoid, ["int32"])).toEqual(["float32"]);
		expect(
			outputDTypes(
				formula("mod", (a) => call(s.mod, a, 3)),
				["int32"],
			),
		).toEqual(["int32"]);
	});

	it("are truths for comparisons and logic", () => {
		const both = formula("both", (a, b) => [a.gt(b), call(s.and, a, b), call(s.isNaN, a)]);
		expect(outputDTypes(both, ["float64", "int32"])).toEqual(["bool", "bool", "bool"]);
	});

	it("take the branches of a choice, not its condition", () => {
		const pick = formula("pick", (condition, a) => call(s.select, condition, a, 1));
		expect(outputDTypes(pick, ["float32", "int32"])).toEqual(["int32"]);
		expect(outputDTypes(pick, ["bool", "float32"])).toEqual(["float32"]);
	});

	it("take constants as integers where int32 holds them", () => {
		const times = (factor: number) =>
			outputDTypes(
				formula("times", (a) => a.mul(factor)),
				["int32"],
			);
		expect(times(2)).toEqual(["int32"]);
		expect(times(-2147483648)).toEqual(["int32"]);
		for (const factor of [0.5, 2147483648, 1e10, -0, Number.NaN, Number.POSITIVE_INFINITY]) expect(times(factor)).toEqual(["float32"]);
	});
});

describe("formulas as graphs", () => {
	it("know the inputs they read", () => {
		const [output] = formula("third", (a, _b, c) => a.mul(c)).outputs;
		expect([...inputsOf([output])]).toEqual([0, 2]);
	});

	it("take other expressions in the place of inputs", () => {
		const { outputs } = formula("difference", (a, b) => a.sub(b));
		const swapped = formula("swapped", (a, b) => substitute(outputs[0], [b, a]));
		expect(swapped.key).toBe(formula("other", (a, b) => b.sub(a)).key);
	});

	it("refuse a wrong number of arguments", () => {
		expect(() => call(s.add, constant(1))).toThrow(ArgumentError);
	});
});

describe("gradientFormula", () => {
	/** The gradients at a point, read by the gradient formula's own account of what it needs. */
	function gradientsAt(of: Formula, point: readonly number[], adjoint: number): number[] {
		const made = gradientFormula(of, [...point.keys()]);
		const scalar = (value?: number) => operand("float64", [], value === undefined ? undefined : [value]);
		const out = scalar();
		map(of, point.map(scalar), [out]);
		const inputs = made.reads.map((read) => (read === "output" ? out : scalar(point[read])));
		const grads = point.map(() => scalar());
		map(made.formula, [scalar(adjoint), ...inputs], grads);
		return grads.flatMap(valuesOf);
	}

	it.each<[string, Formula, readonly number[], readonly number[]]>([
		["x²", formula("square", (x) => x.square()), [3], [6]],
		["x y + x", formula("mixed", (x, y) => x.mul(y).add(x)), [3, 5], [6, 3]],
		["x / y", formula("div", (x, y) => x.div(y)), [3, 2], [0.5, -0.75]],
		["x³ through a shared square", formula("cube", (x) => x.square().mul(x)), [2], [12]],
		["sigmoid at 0", sigmoid, [0], [0.25]],
		["max(x, y) at a tie", formula("max", (x, y) => call(s.maximum, x, y)), [1, 1], [0.5, 0.5]],
		["max(x, y)", formula("max", (x, y) => call(s.maximum, x, y)), [1, 2], [0, 1]],
		["|x| at 0", formula("abs", (x) => call(s.abs, x)), [0], [0]],
		["relu at 0", formula("relu", (x) => call(s.relu, x)), [0], [0]],
		["an input that is not read", formula("first", (x, _y) => x.mul(2)), [1, 2], [2, 0]],
		["the input itself", formula("identity", (x) => x.mul(1)), [5], [1]],
	])("of %s is the derivative times what arrives", (_, of, point, derivatives) => {
		expect(gradientsAt(of, point, 10)).toEqual(derivatives.map((derivative) => 10 * derivative));
	});

	it("reads the saved output rather than computing it again", () => {
		expect(gradientFormula(sigmoid, [0]).reads).toEqual(["output"]);
		expect(
			gradientFormula(
				formula("square", (x) => x.square()),
				[0],
			).reads,
		).toEqual([0]);
		expect(
			gradientFormula(
				formula("add", (x, y) => x.add(y)),
				[0, 1],
			).reads,
		).toEqual([]);
	});

	it("gives only what is asked for", () => {
		const made = gradientFormula(
			formula("mul", (x, y) => x.mul(y)),
			[1],
		);
		expect([made.formula.outputs.length, made.reads]).toEqual([1, [0]]);
	});

	it("refuses a formula with several outputs", () => {
		expect(() =>
			gradientFormula(
				formula("two", (x) => [x, x]),
				[0],
			),
		).toThrow(ArgumentError);
	});

	/** Composed formulas with a smooth neighbourhood around the points. */
	const smooth: readonly [string, Formula, readonly (readonly number[])[]][] = [
		["GELU", formula("gelu", (x) => x.mul(0.5).mul(call(s.erf, x.mul(Math.SQRT1_2)).add(1))), [[-2], [-0.1], [0], [1.5]]],
		["swish", formula("swish", (x) => x.mul(call(s.sigmoid, x))), [[-3], [0], [2]]],
		["mish", formula("mish", (x) => x.mul(call(s.tanh, call(s.softplus, x)))), [[-3], [0], [2]]],
		["ELU by choice", formula("elu", (x) => call(s.select, x.gt(0), x, call(s.expm1, x))), [[-2], [-0.01], [1]]],
		[
			"a normal density's logarithm",
			formula("gauss", (x, mean, std) => x.sub(mean).div(std).square().mul(-0.5).sub(call(s.log, std))),
			[
				[1, 0.5, 2],
				[-1, 3, 0.25],
			],
		],
		[
			"xʸ",
			formula("power", (x, y) => call(s.pow, x, y)),
			[
				[2, 3],
				[0.5, -1.5],
				[3, 0],
			],
		],
	];

	it.each(smooth)("of %s agrees with central differences", (_, of, points) => {
		for (const point of points) {
			const gradients = gradientsAt(of, point, 1);
			point.forEach((x, i) => {
				const step = 1e-5 * Math.max(1, Math.abs(x));
				const at = (value: number): number => {
					const out = operand("float64", []);
					map(
						of,
						point.map((p, j) => operand("float64", [], [i === j ? value : p])),
						[out],
					);
					return valuesOf(out)[0];
				};
				const difference = (at(x + step) - at(x - step)) / (2 * step);
				// step² of the third derivative, and rounding over the step: both about 1e-10 here.
				expect(Math.abs(gradients[i] - difference)).toBeLessThan(1e-8 * Math.max(1, Math.abs(difference)));
			});
		}
	});
});
